"""The only place that speaks SQL: functions that take a `Db` first and return values; the caller owns the transaction.

    db = open_database(path, create=True).db        # engine.store.sqlite.connection
    with db.writing():
        named = texts.name(db, ["Steep for three minutes."])

A statement is a `Query` with a name (db.py). What a module is called is what its tables hold: texts, requests, vectors,
queue, jobs, documents, ledger, reuse; failures, pages and overview are what screens and commands read.
"""
