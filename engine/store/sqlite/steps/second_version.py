"""The schema steps of the second version: texts are what is paid for. Literal text that never changes.

    texts      a row a distinct text, named by its hash; `chunks.text_id` points there
    vectors    by profile and text: which embedding, its tokens, who paid
    embeddings the vectors themselves, appended: a row of 3 kB must never be inserted at a random place
    requests   a row a text that was sent, under the submission (a job, or a direct request) that sent it
    waiting    the queue: a row a text that some chunk waits for; kept by triggers, summed in blocks of 1,024 ids

What is counted is counted by triggers, whoever writes.
"""

from __future__ import annotations

TABLES: tuple[str, ...] = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "INSERT INTO about VALUES ('identity', lower(hex(randomblob(8))))",
    """
    CREATE TABLE texts (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, characters INTEGER, latin INTEGER,
    cyrillic INTEGER, han INTEGER, kana INTEGER, digits INTEGER, punctuation INTEGER, spaces INTEGER, others INTEGER,
    words INTEGER)
    """,
    "CREATE UNIQUE INDEX ix_texts_hash ON texts (hash)",
    """
    CREATE TABLE submissions (id INTEGER PRIMARY KEY, mode TEXT NOT NULL, job_id TEXT, profile_id INTEGER NOT NULL,
    at TEXT NOT NULL, key_label TEXT NOT NULL, key_tail TEXT NOT NULL, key_fingerprint TEXT NOT NULL,
    price_per_million TEXT NOT NULL, sync_price_per_million TEXT NOT NULL, price_label TEXT NOT NULL,
    carried_tokens INTEGER NOT NULL DEFAULT 0, carried_waste INTEGER NOT NULL DEFAULT 0, ended_at TEXT)
    """,
    "CREATE UNIQUE INDEX ix_submissions_job ON submissions (job_id) WHERE job_id IS NOT NULL",
    "CREATE INDEX ix_submissions_open ON submissions (at) WHERE job_id IS NULL AND ended_at IS NULL",
    """
    CREATE TABLE requests (submission_id INTEGER NOT NULL, text_id INTEGER NOT NULL, outcome TEXT, tokens INTEGER,
    basis TEXT, PRIMARY KEY (submission_id, text_id)) WITHOUT ROWID
    """,
    "CREATE INDEX ix_requests_travelling ON requests (text_id) WHERE outcome IS NULL",
    "DROP TRIGGER halfrate_chunk_added",
    "DROP TRIGGER halfrate_chunk_removed",
    "DROP TRIGGER halfrate_chunk_moved",
    "DROP TRIGGER halfrate_chunk_gone",
    "DROP TRIGGER halfrate_chunk_changed",
    "ALTER TABLE vectors RENAME TO embeddings",
    "ALTER TABLE embeddings RENAME COLUMN chunk_id TO id",
    """
    CREATE TABLE vectors (profile_id INTEGER NOT NULL, text_id INTEGER NOT NULL, embedding_id INTEGER NOT NULL,
    tokens INTEGER NOT NULL, basis TEXT, submission_id INTEGER, derived_from INTEGER,
    PRIMARY KEY (profile_id, text_id)) WITHOUT ROWID
    """,
    """
    CREATE TABLE reused (id INTEGER PRIMARY KEY, at TEXT NOT NULL, way TEXT NOT NULL, model TEXT NOT NULL,
    chunks INTEGER NOT NULL, tokens INTEGER NOT NULL, guessed_tokens INTEGER NOT NULL,
    price_per_million TEXT NOT NULL, amount_pico INTEGER NOT NULL, job_id TEXT)
    """,
    "CREATE INDEX ix_reused_at ON reused (at)",
    "CREATE TABLE waiting (text_id INTEGER PRIMARY KEY, chunks INTEGER NOT NULL, characters INTEGER NOT NULL)",
    """
    CREATE TABLE waiting_blocks (block INTEGER PRIMARY KEY, texts INTEGER NOT NULL, chunks INTEGER NOT NULL,
    characters INTEGER NOT NULL)
    """,
    "CREATE TABLE carried_keys (job_id TEXT NOT NULL, chunk_id INTEGER NOT NULL, prefix BLOB NOT NULL,"
    " PRIMARY KEY (job_id, chunk_id, prefix)) WITHOUT ROWID",
    "ALTER TABLE chunks ADD COLUMN text_id INTEGER",
    "ALTER TABLE batch_jobs ADD COLUMN submission_id INTEGER",
    "ALTER TABLE batch_jobs ADD COLUMN request_count INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE batch_jobs ADD COLUMN guessed_tokens INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE batch_jobs ADD COLUMN key_fingerprint TEXT",
    "ALTER TABLE batch_jobs ADD COLUMN duplicate_of TEXT",
    "ALTER TABLE batch_jobs ADD COLUMN found TEXT",
    "ALTER TABLE batch_jobs ADD COLUMN trouble TEXT",
    "ALTER TABLE batch_jobs ADD COLUMN trouble_since TEXT",
    "ALTER TABLE ledger ADD COLUMN submission_id INTEGER",
    "ALTER TABLE ledger ADD COLUMN guessed_tokens INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE ledger_days ADD COLUMN guessed_tokens INTEGER NOT NULL DEFAULT 0",
    "DROP TRIGGER halfrate_ledger_days",
)

COUNTERS: tuple[str, ...] = (
    "DROP INDEX ix_chunks_waiting",
    "CREATE INDEX ix_chunks_text ON chunks (text_id) WHERE text_id IS NOT NULL",
    """
    CREATE INDEX ix_chunks_unnamed ON chunks (id)
    WHERE text_id IS NULL AND embedding_status = 'PENDING' AND batch_job_id IS NULL
    """,
    "CREATE INDEX ix_chunks_failed_by_id ON chunks (failure_cause) WHERE embedding_status = 'FAILED'",
    "CREATE INDEX ix_batch_jobs_trouble ON batch_jobs (trouble_since) WHERE trouble IS NOT NULL",
    """
    INSERT INTO waiting SELECT c.text_id, count(*), coalesce(t.characters, 0) FROM chunks c
    JOIN texts t ON t.id = c.text_id WHERE c.embedding_status = 'PENDING' AND c.batch_job_id IS NULL
    AND c.next_attempt_at IS NULL GROUP BY c.text_id
    """,
    """
    INSERT INTO waiting_blocks SELECT text_id / 1024, count(*), sum(chunks), sum(characters) FROM waiting GROUP BY 1
    """,
    "DELETE FROM chunk_counts",
    """
    INSERT INTO chunk_counts SELECT bucket, cause, count(*), sum(characters) FROM (SELECT
      CASE WHEN c.embedding_status = 'READY' THEN 'ready' WHEN c.embedding_status = 'FAILED' THEN 'failed'
        WHEN c.batch_job_id IS NULL THEN 'pending' ELSE 'in_batch' END AS bucket,
      CASE WHEN c.embedding_status = 'FAILED' THEN coalesce(c.failure_cause, 'other error')
        WHEN c.embedding_status <> 'PENDING' OR c.batch_job_id IS NOT NULL THEN ''
        WHEN c.text_id IS NULL THEN 'unnamed' WHEN c.next_attempt_at IS NOT NULL THEN 'resting' ELSE '' END AS cause,
      coalesce(c.embed_chars, length(c.content)) AS characters FROM chunks c) GROUP BY bucket, cause
    """,
    """
    CREATE TRIGGER halfrate_chunk_added AFTER INSERT ON chunks BEGIN
      INSERT INTO chunk_counts VALUES (
        CASE WHEN NEW.embedding_status = 'READY' THEN 'ready' WHEN NEW.embedding_status = 'FAILED' THEN 'failed'
          WHEN NEW.batch_job_id IS NULL THEN 'pending' ELSE 'in_batch' END,
        CASE WHEN NEW.embedding_status = 'FAILED' THEN coalesce(NEW.failure_cause, 'other error')
          WHEN NEW.embedding_status <> 'PENDING' OR NEW.batch_job_id IS NOT NULL THEN ''
          WHEN NEW.text_id IS NULL THEN 'unnamed' WHEN NEW.next_attempt_at IS NOT NULL THEN 'resting' ELSE '' END,
        1, coalesce(NEW.embed_chars, length(NEW.content)))
      ON CONFLICT (bucket, cause) DO UPDATE SET chunks = chunks + 1, characters = characters + excluded.characters;
    END
    """,
    """
    CREATE TRIGGER halfrate_chunk_removed AFTER DELETE ON chunks BEGIN
      INSERT INTO chunk_counts VALUES (
        CASE WHEN OLD.embedding_status = 'READY' THEN 'ready' WHEN OLD.embedding_status = 'FAILED' THEN 'failed'
          WHEN OLD.batch_job_id IS NULL THEN 'pending' ELSE 'in_batch' END,
        CASE WHEN OLD.embedding_status = 'FAILED' THEN coalesce(OLD.failure_cause, 'other error')
          WHEN OLD.embedding_status <> 'PENDING' OR OLD.batch_job_id IS NOT NULL THEN ''
          WHEN OLD.text_id IS NULL THEN 'unnamed' WHEN OLD.next_attempt_at IS NOT NULL THEN 'resting' ELSE '' END,
        -1, -coalesce(OLD.embed_chars, length(OLD.content)))
      ON CONFLICT (bucket, cause) DO UPDATE SET chunks = chunks - 1, characters = characters + excluded.characters;
    END
    """,
    """
    CREATE TRIGGER halfrate_chunk_moved AFTER UPDATE OF embedding_status, batch_job_id, failure_cause, embed_chars,
    content, text_id, next_attempt_at ON chunks BEGIN
      INSERT INTO chunk_counts VALUES (
        CASE WHEN OLD.embedding_status = 'READY' THEN 'ready' WHEN OLD.embedding_status = 'FAILED' THEN 'failed'
          WHEN OLD.batch_job_id IS NULL THEN 'pending' ELSE 'in_batch' END,
        CASE WHEN OLD.embedding_status = 'FAILED' THEN coalesce(OLD.failure_cause, 'other error')
          WHEN OLD.embedding_status <> 'PENDING' OR OLD.batch_job_id IS NOT NULL THEN ''
          WHEN OLD.text_id IS NULL THEN 'unnamed' WHEN OLD.next_attempt_at IS NOT NULL THEN 'resting' ELSE '' END,
        -1, -coalesce(OLD.embed_chars, length(OLD.content)))
      ON CONFLICT (bucket, cause) DO UPDATE SET chunks = chunks - 1, characters = characters + excluded.characters;
      INSERT INTO chunk_counts VALUES (
        CASE WHEN NEW.embedding_status = 'READY' THEN 'ready' WHEN NEW.embedding_status = 'FAILED' THEN 'failed'
          WHEN NEW.batch_job_id IS NULL THEN 'pending' ELSE 'in_batch' END,
        CASE WHEN NEW.embedding_status = 'FAILED' THEN coalesce(NEW.failure_cause, 'other error')
          WHEN NEW.embedding_status <> 'PENDING' OR NEW.batch_job_id IS NOT NULL THEN ''
          WHEN NEW.text_id IS NULL THEN 'unnamed' WHEN NEW.next_attempt_at IS NOT NULL THEN 'resting' ELSE '' END,
        1, coalesce(NEW.embed_chars, length(NEW.content)))
      ON CONFLICT (bucket, cause) DO UPDATE SET chunks = chunks + 1, characters = characters + excluded.characters;
    END
    """,
    """
    CREATE TRIGGER halfrate_chunk_changed AFTER UPDATE OF content, metadata, context ON chunks
    WHEN OLD.text_id IS NOT NULL AND NEW.text_id IS OLD.text_id
      AND (OLD.content IS NOT NEW.content OR OLD.context IS NOT NEW.context OR (OLD.metadata IS NOT NEW.metadata
        AND (instr(OLD.metadata, '"_vector_source"') OR instr(NEW.metadata, '"_vector_source"'))))
    BEGIN
      UPDATE chunks SET text_id = NULL,
        batch_job_id = CASE WHEN embedding_status = 'PENDING' THEN NULL ELSE batch_job_id END WHERE id = NEW.id;
    END
    """,
    """
    CREATE TRIGGER halfrate_waiting_added AFTER INSERT ON chunks
    WHEN NEW.embedding_status = 'PENDING' AND NEW.batch_job_id IS NULL AND NEW.next_attempt_at IS NULL
      AND NEW.text_id IS NOT NULL
    BEGIN
      INSERT INTO waiting VALUES (NEW.text_id, 1,
        coalesce((SELECT characters FROM texts WHERE id = NEW.text_id), length(NEW.content)))
      ON CONFLICT (text_id) DO UPDATE SET chunks = chunks + 1;
    END
    """,
    """
    CREATE TRIGGER halfrate_waiting_removed AFTER DELETE ON chunks
    WHEN OLD.embedding_status = 'PENDING' AND OLD.batch_job_id IS NULL AND OLD.next_attempt_at IS NULL
      AND OLD.text_id IS NOT NULL
    BEGIN
      UPDATE waiting SET chunks = chunks - 1 WHERE text_id = OLD.text_id AND chunks > 1;
      DELETE FROM waiting WHERE text_id = OLD.text_id AND changes() = 0;
    END
    """,
    """
    CREATE TRIGGER halfrate_waiting_left AFTER UPDATE OF embedding_status, batch_job_id, next_attempt_at, text_id
    ON chunks WHEN OLD.embedding_status = 'PENDING' AND OLD.batch_job_id IS NULL AND OLD.next_attempt_at IS NULL
      AND OLD.text_id IS NOT NULL AND NOT (NEW.embedding_status = 'PENDING' AND NEW.batch_job_id IS NULL
      AND NEW.next_attempt_at IS NULL AND NEW.text_id IS OLD.text_id)
    BEGIN
      UPDATE waiting SET chunks = chunks - 1 WHERE text_id = OLD.text_id AND chunks > 1;
      DELETE FROM waiting WHERE text_id = OLD.text_id AND changes() = 0;
    END
    """,
    """
    CREATE TRIGGER halfrate_waiting_entered AFTER UPDATE OF embedding_status, batch_job_id, next_attempt_at, text_id
    ON chunks WHEN NEW.embedding_status = 'PENDING' AND NEW.batch_job_id IS NULL AND NEW.next_attempt_at IS NULL
      AND NEW.text_id IS NOT NULL AND NOT (OLD.embedding_status = 'PENDING' AND OLD.batch_job_id IS NULL
      AND OLD.next_attempt_at IS NULL AND OLD.text_id IS NEW.text_id)
    BEGIN
      INSERT INTO waiting VALUES (NEW.text_id, 1,
        coalesce((SELECT characters FROM texts WHERE id = NEW.text_id), length(NEW.content)))
      ON CONFLICT (text_id) DO UPDATE SET chunks = chunks + 1;
    END
    """,
    """
    CREATE TRIGGER halfrate_block_grows AFTER INSERT ON waiting BEGIN
      INSERT INTO waiting_blocks VALUES (NEW.text_id / 1024, 1, NEW.chunks, NEW.characters)
      ON CONFLICT (block) DO UPDATE SET texts = texts + 1, chunks = chunks + excluded.chunks,
        characters = characters + excluded.characters;
    END
    """,
    """
    CREATE TRIGGER halfrate_block_changes AFTER UPDATE OF chunks ON waiting BEGIN
      UPDATE waiting_blocks SET chunks = chunks + NEW.chunks - OLD.chunks WHERE block = NEW.text_id / 1024;
    END
    """,
    """
    CREATE TRIGGER halfrate_block_shrinks AFTER DELETE ON waiting BEGIN
      UPDATE waiting_blocks SET texts = texts - 1, chunks = chunks - OLD.chunks,
        characters = characters - OLD.characters WHERE block = OLD.text_id / 1024;
    END
    """,
    """
    CREATE TRIGGER halfrate_chunk_let_go AFTER UPDATE OF embedding_status ON chunks
    WHEN NEW.embedding_status = 'PENDING' AND OLD.embedding_status <> 'PENDING' AND NEW.batch_job_id IS NOT NULL
      AND EXISTS (SELECT 1 FROM batch_jobs WHERE id = NEW.batch_job_id
        AND status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'EXPIRED'))
    BEGIN
      UPDATE chunks SET batch_job_id = NULL WHERE id = NEW.id;
    END
    """,
    """
    CREATE TRIGGER halfrate_ledger_days AFTER INSERT ON ledger BEGIN
      INSERT INTO ledger_days (day, mode, key_label, model, requests, tokens, amount_pico, sync_amount_pico,
        waste_tokens, waste_pico, estimated_tokens, guessed_tokens)
      VALUES (substr(NEW.at, 1, 10), NEW.mode, NEW.key_label, NEW.model, NEW.requests, NEW.tokens, NEW.amount_pico,
        NEW.sync_amount_pico, NEW.waste_tokens, NEW.waste_pico, NEW.estimated_tokens, NEW.guessed_tokens)
      ON CONFLICT (day, mode, key_label, model) DO UPDATE SET requests = requests + excluded.requests,
        tokens = tokens + excluded.tokens, amount_pico = amount_pico + excluded.amount_pico,
        sync_amount_pico = sync_amount_pico + excluded.sync_amount_pico,
        waste_tokens = waste_tokens + excluded.waste_tokens, waste_pico = waste_pico + excluded.waste_pico,
        estimated_tokens = estimated_tokens + excluded.estimated_tokens,
        guessed_tokens = guessed_tokens + excluded.guessed_tokens;
    END
    """,
)
