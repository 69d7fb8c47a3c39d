"""The schema steps of money: transfers between accounts take the place of the ledger's entries.

transfers      append-only, chained by their hashes; amounts in whole microdollars and picodollars of the rest,
               because sums of picodollars alone leave 63 bits
postings       each transfer as its two accounts see it
ledger_totals  sums of postings by day, for speed; kept by a trigger
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from engine.domain.billing import billing_day, billing_month
from engine.domain.ledger import chained
from engine.domain.times import parse_time, utc_text

MONEY: tuple[str, ...] = (
    """
    CREATE TABLE transfers (id INTEGER PRIMARY KEY, at TEXT NOT NULL, used_at TEXT NOT NULL, day TEXT NOT NULL,
    debit TEXT NOT NULL, credit TEXT NOT NULL, kind TEXT NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL,
    guessed_tokens INTEGER NOT NULL, estimated_tokens INTEGER NOT NULL, micro INTEGER NOT NULL, pico INTEGER NOT NULL,
    direct_micro INTEGER NOT NULL, direct_pico INTEGER NOT NULL, price_per_million TEXT NOT NULL,
    sync_price_per_million TEXT NOT NULL, price_label TEXT NOT NULL, mode TEXT NOT NULL, model TEXT NOT NULL,
    key_label TEXT NOT NULL, key_tail TEXT NOT NULL, key_fingerprint TEXT NOT NULL, project TEXT NOT NULL,
    collection TEXT NOT NULL, submission_id INTEGER, job_id TEXT, note TEXT NOT NULL, until TEXT, reference TEXT,
    carried INTEGER NOT NULL, hash TEXT NOT NULL,
    CHECK (micro >= 0 AND pico BETWEEN 0 AND 999999 AND debit <> credit))
    """,
    "CREATE UNIQUE INDEX ix_transfers_reference ON transfers (reference) WHERE reference IS NOT NULL",
    "CREATE INDEX ix_transfers_submission ON transfers (submission_id) WHERE submission_id IS NOT NULL",
    "CREATE INDEX ix_transfers_job ON transfers (job_id)",
    "CREATE INDEX ix_transfers_day ON transfers (day)",
    """
    CREATE VIEW postings AS
    SELECT 2 * id AS id, id AS transfer, credit AS account, at, used_at, day, kind, requests, tokens, guessed_tokens,
      estimated_tokens, micro, pico, direct_micro, direct_pico, price_per_million, sync_price_per_million, price_label,
      mode, model, key_label, key_tail, key_fingerprint, project, collection, submission_id, job_id, note, until,
      carried FROM transfers
    UNION ALL
    SELECT 2 * id + 1, id, debit, at, used_at, day, kind, -requests, -tokens, -guessed_tokens, -estimated_tokens,
      -micro, -pico, -direct_micro, -direct_pico, price_per_million, sync_price_per_million, price_label, mode, model,
      key_label, key_tail, key_fingerprint, project, collection, submission_id, job_id, note, until, carried
    FROM transfers
    """,
    """
    CREATE TABLE ledger_totals (day TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL, mode TEXT NOT NULL,
    model TEXT NOT NULL, key_label TEXT NOT NULL, key_tail TEXT NOT NULL, project TEXT NOT NULL,
    collection TEXT NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL, guessed_tokens INTEGER NOT NULL,
    estimated_tokens INTEGER NOT NULL, micro INTEGER NOT NULL, pico INTEGER NOT NULL, direct_micro INTEGER NOT NULL,
    direct_pico INTEGER NOT NULL,
    PRIMARY KEY (day, account, kind, mode, model, key_label, key_tail, project, collection)) WITHOUT ROWID
    """,
    """
    CREATE TRIGGER halfrate_transfer_counted AFTER INSERT ON transfers BEGIN
      INSERT INTO ledger_totals SELECT day, account, kind, mode, model, key_label, key_tail, project, collection,
        requests, tokens, guessed_tokens, estimated_tokens, micro, pico, direct_micro, direct_pico FROM postings
      WHERE id = 2 * NEW.id
      ON CONFLICT (day, account, kind, mode, model, key_label, key_tail, project, collection) DO UPDATE SET
        requests = requests + excluded.requests, tokens = tokens + excluded.tokens,
        guessed_tokens = guessed_tokens + excluded.guessed_tokens,
        estimated_tokens = estimated_tokens + excluded.estimated_tokens, micro = micro + excluded.micro,
        pico = pico + excluded.pico, direct_micro = direct_micro + excluded.direct_micro,
        direct_pico = direct_pico + excluded.direct_pico;
      INSERT INTO ledger_totals VALUES (NEW.day, NEW.debit, NEW.kind, NEW.mode, NEW.model, NEW.key_label,
        NEW.key_tail, NEW.project, NEW.collection, -NEW.requests, -NEW.tokens, -NEW.guessed_tokens,
        -NEW.estimated_tokens, -NEW.micro, -NEW.pico, -NEW.direct_micro, -NEW.direct_pico)
      ON CONFLICT (day, account, kind, mode, model, key_label, key_tail, project, collection) DO UPDATE SET
        requests = requests + excluded.requests, tokens = tokens + excluded.tokens,
        guessed_tokens = guessed_tokens + excluded.guessed_tokens,
        estimated_tokens = estimated_tokens + excluded.estimated_tokens, micro = micro + excluded.micro,
        pico = pico + excluded.pico, direct_micro = direct_micro + excluded.direct_micro,
        direct_pico = direct_pico + excluded.direct_pico;
    END
    """,
    "ALTER TABLE requests ADD COLUMN doubt INTEGER",
    "ALTER TABLE submissions ADD COLUMN carried_doubt INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE submissions ADD COLUMN judged TEXT",
    "ALTER TABLE submissions ADD COLUMN project TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE batch_jobs ADD COLUMN remote_ended_at TEXT",
    "ALTER TABLE reused ADD COLUMN micro INTEGER NOT NULL DEFAULT 0",
    "UPDATE reused SET micro = amount_pico / 1000000, amount_pico = amount_pico % 1000000",
)

GUARDS: tuple[str, ...] = (
    """
    CREATE TRIGGER halfrate_transfers_kept BEFORE UPDATE ON transfers
    BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER halfrate_transfers_never_deleted BEFORE DELETE ON transfers
    BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END
    """,
    # INSERT OR REPLACE deletes without a delete trigger, unless the writer asked for recursive ones.
    """
    CREATE TRIGGER halfrate_transfers_never_replaced BEFORE INSERT ON transfers
    WHEN EXISTS (SELECT 1 FROM transfers WHERE id = NEW.id OR (reference = NEW.reference))
    BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END
    """,
    "DROP TABLE ledger",
    "DROP TABLE ledger_days",
)

_INSERT = "INSERT INTO transfers VALUES (NULL" + ", ?" * 31 + ")"
_ENTRIES = """
    SELECT at, mode, key_label, key_tail, model, requests, tokens, waste_tokens, guessed_tokens, estimated_tokens,
      amount_pico, waste_pico, price_per_million, sync_price_per_million, price_label, submission_id, job_id, note
    FROM ledger ORDER BY id
"""
_LIVE = """
    SELECT s.id, s.at, s.mode, s.key_label, s.key_tail, s.key_fingerprint, p.model, s.price_per_million,
      s.sync_price_per_million, s.price_label, s.job_id, coalesce(j.estimated_tokens, 0)
    FROM submissions s JOIN profiles p ON p.id = s.profile_id LEFT JOIN batch_jobs j ON j.id = s.job_id
    WHERE s.ended_at IS NULL AND coalesce(j.found, '') <> 'stranger' ORDER BY s.id
"""
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
Value = str | int | None


def carry_money(connection: sqlite3.Connection) -> None:
    """Carries the ledger over, entry by entry and to the picodollar, and reserves the money of what is under way."""
    previous = ""
    for row in [*_carried(connection), *_reserved(connection)]:
        previous = chained(previous, row)
        connection.execute(_INSERT, (*row, previous))


def _carried(connection: sqlite3.Connection) -> Iterator[tuple[Value, ...]]:
    for (
        at, mode, label, tail, model, requests, tokens, waste, guessed, estimated,
        amount, wasted, price, direct_price, price_label, submission, job, note,
    ) in connection.execute(_ENTRIES):  # fmt: skip
        moment = parse_time(at) or _EPOCH
        month = f"budget:{billing_month(moment)}"
        parts = (
            ("paid:useful", "", requests, tokens - waste, min(guessed, tokens - waste), estimated, amount - wasted),
            ("paid:waste", "carried", 0, waste, guessed - min(guessed, tokens - waste), 0, wasted),
        )
        for account, kind, count, part, guesses, promised, pico in parts:
            if part or count:
                direct = int(Decimal(direct_price) * part * 10**6)
                yield (
                    at, at, f"{billing_day(moment)}", month, account, kind, count, part, guesses, promised,
                    *divmod(int(pico), 10**6), *divmod(direct, 10**6), price, direct_price, price_label, mode, model,
                    label, tail, "", "", "", submission, job, note, None, None, 1,
                )  # fmt: skip


def _reserved(connection: sqlite3.Connection) -> Iterator[tuple[Value, ...]]:
    for (
        submission, at, mode, label, tail, fingerprint, model, price, direct_price, price_label, job, tokens,
    ) in connection.execute(_LIVE):  # fmt: skip
        moment = parse_time(at) or _EPOCH
        text = utc_text(moment)
        amount = int(Decimal(price) * tokens * 10**6)
        yield (
            text, text, f"{billing_day(moment)}", f"budget:{billing_month(moment)}", "reserved", "reserve", 0, tokens,
            tokens, 0, *divmod(amount, 10**6), 0, 0, price, direct_price, price_label, mode, model, label, tail,
            fingerprint, "", "", submission, job, "", None, None, 1,
        )  # fmt: skip
