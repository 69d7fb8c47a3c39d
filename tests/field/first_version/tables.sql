CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'halfrate','m001_origin_tables','2026-03-01 10:00:00.000000+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'halfrate','m002_queue_for_generation_4','2026-03-01 10:00:00.000000+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'halfrate','m003_added_columns','2026-03-01 10:00:00.000000+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'halfrate','m004_own_tables','2026-03-01 10:00:00.000000+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'halfrate','m005_indexes','2026-03-01 10:00:00.000000+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'halfrate','m006_triggers','2026-03-01 10:00:00.000000+00:00');
CREATE TABLE "batch_jobs" ("id" TEXT NOT NULL PRIMARY KEY, "google_job_id" TEXT, "status" TEXT NOT NULL, "stats" TEXT NOT NULL, "created_at" DATETIME NOT NULL, "updated_at" DATETIME NOT NULL, display_name TEXT, model TEXT, dimension INTEGER, task_type TEXT, key_label TEXT, key_tail TEXT, price_per_million TEXT, sync_price_per_million TEXT, price_label TEXT, chunk_count INTEGER NOT NULL DEFAULT 0, characters INTEGER NOT NULL DEFAULT 0, estimated_tokens INTEGER NOT NULL DEFAULT 0, ready_count INTEGER NOT NULL DEFAULT 0, failed_count INTEGER NOT NULL DEFAULT 0, missing_count INTEGER NOT NULL DEFAULT 0, superseded_count INTEGER NOT NULL DEFAULT 0, returned_count INTEGER NOT NULL DEFAULT 0, tokens INTEGER NOT NULL DEFAULT 0, waste_tokens INTEGER NOT NULL DEFAULT 0, input_file TEXT, input_sha256 TEXT, input_bytes INTEGER NOT NULL DEFAULT 0, output_file TEXT, output_bytes INTEGER NOT NULL DEFAULT 0, short_bytes INTEGER, short_since TEXT, settle_cursor INTEGER NOT NULL DEFAULT 0, remote_state TEXT, remote_done INTEGER NOT NULL DEFAULT 0, remote_json TEXT, end_status TEXT, error TEXT, submit_attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at TEXT, absent_listings INTEGER NOT NULL DEFAULT 0, uploaded_at TEXT, submitted_at TEXT, ended_at TEXT);
CREATE TABLE chunk_counts (bucket TEXT NOT NULL, cause TEXT NOT NULL, chunks INTEGER NOT NULL, characters INTEGER NOT NULL, PRIMARY KEY (bucket, cause)) WITHOUT ROWID;
CREATE TABLE "chunks" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" INTEGER NOT NULL, "chunk_index" INTEGER NOT NULL, "content" TEXT NOT NULL, "chunk_type" TEXT NOT NULL, "language" TEXT, "metadata" TEXT NOT NULL, "embedding_status" TEXT NOT NULL, "batch_job_id" TEXT, "error_message" TEXT, "created_at" DATETIME NOT NULL, content_hash TEXT, context TEXT, embed_chars INTEGER, start_offset INTEGER, end_offset INTEGER, token_count INTEGER, attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at TEXT, failure_cause TEXT, failed_at TEXT, FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE, FOREIGN KEY ("batch_job_id") REFERENCES "batch_jobs" ("id") ON DELETE SET NULL);
CREATE TABLE "documents" ("id" INTEGER NOT NULL PRIMARY KEY, "content" TEXT NOT NULL, "metadata" TEXT NOT NULL, "media_type" TEXT NOT NULL, "created_at" DATETIME NOT NULL, source TEXT, title TEXT, content_hash TEXT);
CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE job_events (id INTEGER PRIMARY KEY, job_id TEXT NOT NULL, at TEXT NOT NULL, status TEXT NOT NULL, note TEXT NOT NULL);
CREATE TABLE leases (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, holder TEXT, operation TEXT, pid INTEGER, host TEXT, acquired_at TEXT, beat_at TEXT, expires_at TEXT);
CREATE TABLE ledger (id INTEGER PRIMARY KEY, at TEXT NOT NULL, mode TEXT NOT NULL, key_label TEXT NOT NULL, key_tail TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL, waste_tokens INTEGER NOT NULL, price_per_million TEXT NOT NULL, sync_price_per_million TEXT NOT NULL, price_label TEXT NOT NULL, amount_pico INTEGER NOT NULL, sync_amount_pico INTEGER NOT NULL, waste_pico INTEGER NOT NULL, estimated_tokens INTEGER NOT NULL, job_id TEXT, note TEXT NOT NULL);
CREATE TABLE ledger_days (day TEXT NOT NULL, mode TEXT NOT NULL, key_label TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL, amount_pico INTEGER NOT NULL, sync_amount_pico INTEGER NOT NULL, waste_tokens INTEGER NOT NULL, waste_pico INTEGER NOT NULL, estimated_tokens INTEGER NOT NULL, PRIMARY KEY (day, mode, key_label, model)) WITHOUT ROWID;
CREATE TABLE lowered_allowance (model TEXT PRIMARY KEY, tokens INTEGER NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE profiles (id INTEGER PRIMARY KEY, model TEXT NOT NULL, dimension INTEGER NOT NULL, task_type TEXT NOT NULL, UNIQUE (model, dimension, task_type));
CREATE TABLE superseded (job_id TEXT NOT NULL, chunk_id INTEGER NOT NULL, hash_prefix TEXT NOT NULL, PRIMARY KEY (job_id, chunk_id, hash_prefix)) WITHOUT ROWID;
CREATE TABLE token_ratio (model TEXT PRIMARY KEY, characters INTEGER NOT NULL, tokens INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE vectors (chunk_id INTEGER PRIMARY KEY, profile_id INTEGER NOT NULL, embedding BLOB NOT NULL);
