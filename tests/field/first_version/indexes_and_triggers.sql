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
