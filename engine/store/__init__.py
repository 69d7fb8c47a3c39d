"""The only place that speaks SQL: functions that take `db` first and return values; the caller owns the transaction.

from engine.store.connection import open_database, writing

db = open_database(path)
with writing(db):
    ...
"""
