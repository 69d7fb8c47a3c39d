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
CREATE TABLE "chunks" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" INTEGER NOT NULL, "chunk_index" INTEGER NOT NULL, "content" TEXT NOT NULL, "chunk_type" TEXT NOT NULL, "language" TEXT, "metadata" TEXT NOT NULL, "created_at" DATETIME NOT NULL, embedding_status TEXT NOT NULL DEFAULT 'READY', batch_job_id TEXT REFERENCES batch_jobs (id) ON DELETE SET NULL, error_message TEXT, content_hash TEXT, context TEXT, embed_chars INTEGER, start_offset INTEGER, end_offset INTEGER, token_count INTEGER, attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at TEXT, failure_cause TEXT, failed_at TEXT, FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE);
CREATE TABLE chunks_vec_rowids (rowid INTEGER PRIMARY KEY, chunk_id INTEGER);
CREATE TABLE "documents" ("id" INTEGER NOT NULL PRIMARY KEY, "content" TEXT NOT NULL, "metadata" TEXT NOT NULL, "media_type" TEXT NOT NULL, "created_at" DATETIME NOT NULL, source TEXT, title TEXT, content_hash TEXT);
CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE job_events (id INTEGER PRIMARY KEY, job_id TEXT NOT NULL, at TEXT NOT NULL, status TEXT NOT NULL, note TEXT NOT NULL);
CREATE TABLE leases (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, holder TEXT, operation TEXT, pid INTEGER, host TEXT, acquired_at TEXT, beat_at TEXT, expires_at TEXT);
CREATE TABLE ledger (id INTEGER PRIMARY KEY, at TEXT NOT NULL, mode TEXT NOT NULL, key_label TEXT NOT NULL, key_tail TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL, waste_tokens INTEGER NOT NULL, price_per_million TEXT NOT NULL, sync_price_per_million TEXT NOT NULL, price_label TEXT NOT NULL, amount_pico INTEGER NOT NULL, sync_amount_pico INTEGER NOT NULL, waste_pico INTEGER NOT NULL, estimated_tokens INTEGER NOT NULL, job_id TEXT, note TEXT NOT NULL);
CREATE TABLE ledger_days (day TEXT NOT NULL, mode TEXT NOT NULL, key_label TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL, amount_pico INTEGER NOT NULL, sync_amount_pico INTEGER NOT NULL, waste_tokens INTEGER NOT NULL, waste_pico INTEGER NOT NULL, estimated_tokens INTEGER NOT NULL, PRIMARY KEY (day, mode, key_label, model)) WITHOUT ROWID;
CREATE TABLE lowered_allowance (model TEXT PRIMARY KEY, tokens INTEGER NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE media_tasks (id INTEGER PRIMARY KEY, path TEXT NOT NULL, state TEXT);
CREATE TABLE profiles (id INTEGER PRIMARY KEY, model TEXT NOT NULL, dimension INTEGER NOT NULL, task_type TEXT NOT NULL, UNIQUE (model, dimension, task_type));
CREATE TABLE superseded (job_id TEXT NOT NULL, chunk_id INTEGER NOT NULL, hash_prefix TEXT NOT NULL, PRIMARY KEY (job_id, chunk_id, hash_prefix)) WITHOUT ROWID;
CREATE TABLE token_ratio (model TEXT PRIMARY KEY, characters INTEGER NOT NULL, tokens INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE vectors (chunk_id INTEGER PRIMARY KEY, profile_id INTEGER NOT NULL, embedding BLOB NOT NULL);
INSERT INTO "chunk_counts" VALUES('ready','',6,36);
INSERT INTO "chunks" VALUES(1,1,0,'text 0','text',NULL,'{}','2026-03-01 10:00:00.000000','READY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(2,1,1,'text 1','text',NULL,'{}','2026-03-01 10:00:00.000000','READY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(3,1,2,'text 2','text',NULL,'{}','2026-03-01 10:00:00.000000','READY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(4,1,3,'text 3','text',NULL,'{}','2026-03-01 10:00:00.000000','READY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(5,1,4,'text 4','text',NULL,'{}','2026-03-01 10:00:00.000000','READY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(6,1,5,'text 5','text',NULL,'{}','2026-03-01 10:00:00.000000','READY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks_vec_rowids" VALUES(1,1);
INSERT INTO "documents" VALUES(1,'alpha beta','{}','text/plain','2026-03-01 10:00:00.000000',NULL,NULL,NULL);
INSERT INTO "media_tasks" VALUES(1,'a.png','done');
CREATE UNIQUE INDEX "chunk_document_id_chunk_index" ON "chunks" ("document_id", "chunk_index");
CREATE TRIGGER documents_fts_ai AFTER INSERT ON documents BEGIN INSERT INTO documents_fts (rowid, content) VALUES (new.id, new.content); END;
CREATE TRIGGER documents_fts_ad AFTER DELETE ON documents BEGIN INSERT INTO documents_fts (documents_fts, rowid, content) VALUES ('delete', old.id, old.content); END;
CREATE TRIGGER documents_fts_au AFTER UPDATE ON documents BEGIN INSERT INTO documents_fts (documents_fts, rowid, content) VALUES ('delete', old.id, old.content); INSERT INTO documents_fts (rowid, content) VALUES (new.id, new.content); END;
CREATE INDEX media_tasks_state ON media_tasks (state);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX ix_chunks_document_index ON chunks (document_id, chunk_index);
CREATE UNIQUE INDEX ix_batch_jobs_google ON batch_jobs (google_job_id);
CREATE UNIQUE INDEX ix_documents_source ON documents (source) WHERE source IS NOT NULL;
CREATE INDEX ix_chunks_waiting ON chunks (id) WHERE embedding_status = 'PENDING' AND batch_job_id IS NULL;
CREATE INDEX ix_chunks_job ON chunks (batch_job_id) WHERE batch_job_id IS NOT NULL;
CREATE INDEX ix_chunks_backing_off ON chunks (next_attempt_at) WHERE embedding_status = 'PENDING' AND batch_job_id IS NULL AND next_attempt_at IS NOT NULL;
CREATE INDEX ix_chunks_failed ON chunks (failure_cause, failed_at) WHERE embedding_status = 'FAILED';
CREATE INDEX ix_batch_jobs_status ON batch_jobs (status, created_at);
CREATE INDEX ix_batch_jobs_created ON batch_jobs (created_at);
CREATE INDEX ix_job_events_job ON job_events (job_id, id);
CREATE INDEX ix_ledger_at ON ledger (at);
CREATE UNIQUE INDEX ix_ledger_job ON ledger (job_id) WHERE job_id IS NOT NULL;
CREATE TRIGGER halfrate_chunk_added AFTER INSERT ON chunks BEGIN INSERT INTO chunk_counts VALUES (CASE
  WHEN NEW.embedding_status = 'READY' THEN 'ready'
  WHEN NEW.embedding_status = 'FAILED' THEN 'failed'
  WHEN NEW.batch_job_id IS NULL THEN 'pending'
  ELSE 'in_batch' END, CASE WHEN NEW.embedding_status = 'FAILED' THEN coalesce(NEW.failure_cause, 'other error') ELSE '' END, 1, coalesce(NEW.embed_chars, length(NEW.content))) ON CONFLICT (bucket, cause) DO UPDATE SET chunks = chunks + 1, characters = characters + excluded.characters; END;
CREATE TRIGGER halfrate_chunk_removed AFTER DELETE ON chunks BEGIN UPDATE chunk_counts SET chunks = chunks - 1, characters = characters - coalesce(OLD.embed_chars, length(OLD.content)) WHERE bucket = CASE
  WHEN OLD.embedding_status = 'READY' THEN 'ready'
  WHEN OLD.embedding_status = 'FAILED' THEN 'failed'
  WHEN OLD.batch_job_id IS NULL THEN 'pending'
  ELSE 'in_batch' END AND cause = CASE WHEN OLD.embedding_status = 'FAILED' THEN coalesce(OLD.failure_cause, 'other error') ELSE '' END; DELETE FROM vectors WHERE chunk_id = OLD.id; END;
CREATE TRIGGER halfrate_chunk_moved AFTER UPDATE OF embedding_status, batch_job_id, failure_cause, embed_chars, content ON chunks BEGIN UPDATE chunk_counts SET chunks = chunks - 1, characters = characters - coalesce(OLD.embed_chars, length(OLD.content)) WHERE bucket = CASE
  WHEN OLD.embedding_status = 'READY' THEN 'ready'
  WHEN OLD.embedding_status = 'FAILED' THEN 'failed'
  WHEN OLD.batch_job_id IS NULL THEN 'pending'
  ELSE 'in_batch' END AND cause = CASE WHEN OLD.embedding_status = 'FAILED' THEN coalesce(OLD.failure_cause, 'other error') ELSE '' END; INSERT INTO chunk_counts VALUES (CASE
  WHEN NEW.embedding_status = 'READY' THEN 'ready'
  WHEN NEW.embedding_status = 'FAILED' THEN 'failed'
  WHEN NEW.batch_job_id IS NULL THEN 'pending'
  ELSE 'in_batch' END, CASE WHEN NEW.embedding_status = 'FAILED' THEN coalesce(NEW.failure_cause, 'other error') ELSE '' END, 1, coalesce(NEW.embed_chars, length(NEW.content))) ON CONFLICT (bucket, cause) DO UPDATE SET chunks = chunks + 1, characters = characters + excluded.characters; END;
CREATE TRIGGER halfrate_chunk_gone AFTER DELETE ON chunks WHEN OLD.embedding_status = 'PENDING' AND OLD.batch_job_id IS NOT NULL AND OLD.content_hash IS NOT NULL BEGIN INSERT OR IGNORE INTO superseded VALUES (OLD.batch_job_id, OLD.id, substr(OLD.content_hash, 1, 16)); END;
CREATE TRIGGER halfrate_chunk_changed AFTER UPDATE OF content, metadata, context ON chunks WHEN OLD.embedding_status = 'PENDING' AND OLD.batch_job_id IS NOT NULL AND OLD.content_hash IS NOT NULL AND (OLD.content IS NOT NEW.content OR OLD.metadata IS NOT NEW.metadata OR OLD.context IS NOT NEW.context) BEGIN INSERT OR IGNORE INTO superseded VALUES (OLD.batch_job_id, OLD.id, substr(OLD.content_hash, 1, 16)); UPDATE chunks SET content_hash = NULL WHERE id = NEW.id AND content_hash IS OLD.content_hash; END;
CREATE TRIGGER halfrate_ledger_days AFTER INSERT ON ledger BEGIN INSERT INTO ledger_days VALUES (substr(NEW.at, 1, 10), NEW.mode, NEW.key_label, NEW.model, NEW.requests, NEW.tokens, NEW.amount_pico, NEW.sync_amount_pico, NEW.waste_tokens, NEW.waste_pico, NEW.estimated_tokens) ON CONFLICT (day, mode, key_label, model) DO UPDATE SET requests = requests + excluded.requests, tokens = tokens + excluded.tokens, amount_pico = amount_pico + excluded.amount_pico, sync_amount_pico = sync_amount_pico + excluded.sync_amount_pico, waste_tokens = waste_tokens + excluded.waste_tokens, waste_pico = waste_pico + excluded.waste_pico, estimated_tokens = estimated_tokens + excluded.estimated_tokens; END;
CREATE TRIGGER halfrate_ledger_kept BEFORE UPDATE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER halfrate_ledger_never_deleted BEFORE DELETE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE VIRTUAL TABLE documents_fts USING fts5(content, content='documents', content_rowid='id');
INSERT INTO documents_fts (documents_fts) VALUES ('rebuild');
PRAGMA writable_schema = ON;
INSERT INTO sqlite_master VALUES ('table', 'chunks_vec', 'chunks_vec', 0, 'CREATE VIRTUAL TABLE chunks_vec USING vec0(id INTEGER PRIMARY KEY, embedding FLOAT[768])');
PRAGMA writable_schema = OFF;
