"""A batch job's life, a file a step: claim, spool, submit, find, poll, fetch, settle, end; and who carries it out.

flush.py   look, plan, claim -> spool -> submit          manager.py   BatchManager: one operation at a time
sync.py    find, poll -> fetch -> settle -> end           worker.py    sync, then flush, again and again
"""
