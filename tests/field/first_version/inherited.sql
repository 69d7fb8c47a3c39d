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
INSERT INTO "batch_jobs" VALUES('11111111-0000-4000-8000-000000000001','batches/done','COMPLETED','{"submitted": 10, "succeeded": 9, "failed": 1}','2026-03-01 10:00:00.000000','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,0,0,NULL,NULL,0,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,NULL,0,NULL,0,NULL,NULL,NULL);
INSERT INTO "batch_jobs" VALUES('22222222-0000-4000-8000-000000000002','batches/sent','SUBMITTED','{"submitted": 10, "succeeded": 9, "failed": 1}','2026-03-01 10:00:00.000000','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,0,0,NULL,NULL,0,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,NULL,0,NULL,0,NULL,NULL,NULL);
INSERT INTO "batch_jobs" VALUES('33333333-0000-4000-8000-000000000003','batches/busy','PROCESSING','{"submitted": 10, "succeeded": 9, "failed": 1}','2026-03-01 10:00:00.000000','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,0,0,NULL,NULL,0,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,NULL,0,NULL,0,NULL,NULL,NULL);
INSERT INTO "batch_jobs" VALUES('44444444-0000-4000-8000-000000000004',NULL,'CREATED','{"submitted": 10, "succeeded": 9, "failed": 1}','2026-03-01 10:00:00.000000','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,0,0,NULL,NULL,0,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,NULL,0,NULL,0,NULL,NULL,NULL);
INSERT INTO "batch_jobs" VALUES('55555555-0000-4000-8000-000000000005','batches/bad','FAILED','{"submitted": 10, "succeeded": 9, "failed": 1}','2026-03-01 10:00:00.000000','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,0,0,NULL,NULL,0,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,NULL,0,NULL,0,NULL,NULL,NULL);
INSERT INTO "batch_jobs" VALUES('6ea86e8c-0b89-4e19-a054-0b46fdef923d','batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0','SUBMITTED','{}','2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000','halfrate-6ea86e8c-0b89-4e19-a054-0b46fdef923d','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',10,246,62,0,0,0,0,0,0,0,'files/3yayyevrfp1u','769fc4e3db7819a0696664854f1244f8f12ac81df7a53764b4546adad2a421a9',1596,NULL,0,NULL,NULL,0,'BATCH_STATE_PENDING',0,'{"name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-6ea86e8c-0b89-4e19-a054-0b46fdef923d","inputConfig":{"fileName":"files/3yayyevrfp1u"},"createTime":"2026-11-24T12:00:00.000000000Z","updateTime":"2026-11-24T12:00:00.000000000Z","batchStats":{"requestCount":"10","pendingRequestCount":"10"},"state":"BATCH_STATE_PENDING","name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"}}',NULL,NULL,1,NULL,0,'2026-11-24T12:00:00.000000Z','2026-11-24T12:00:00.000000Z',NULL);
INSERT INTO "chunk_counts" VALUES('failed','other error',6,41);
INSERT INTO "chunk_counts" VALUES('in_batch','',22,284);
INSERT INTO "chunk_counts" VALUES('pending','',2,60);
INSERT INTO "chunk_counts" VALUES('ready','',12,81);
INSERT INTO "chunks" VALUES(1,1,0,'text 0','text',NULL,'{"_vector_source": "Title\n\ntext 0"}','PENDING','6ea86e8c-0b89-4e19-a054-0b46fdef923d',NULL,'2026-03-01 10:00:00.000000','0ce6f32e36dabb62e35f88758a4a2754',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(2,1,1,'text 1','text',NULL,'{"_vector_source": "Title\n\ntext 1"}','PENDING','22222222-0000-4000-8000-000000000002',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(3,1,2,'text 2','text',NULL,'{"_vector_source": "Title\n\ntext 2"}','PENDING','33333333-0000-4000-8000-000000000003',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(4,1,3,'text 3','text',NULL,'{}','READY','11111111-0000-4000-8000-000000000001',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(5,1,4,'text 4','text',NULL,'{}','READY',NULL,NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(6,1,5,'text 5','text',NULL,'{}','FAILED','55555555-0000-4000-8000-000000000005','400 too long','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(7,1,6,'text 6','text',NULL,'{"_vector_source": "Title\n\ntext 6"}','PENDING','6ea86e8c-0b89-4e19-a054-0b46fdef923d',NULL,'2026-03-01 10:00:00.000000','98935e7bfa8bb05ad80cda31bd1fe23f',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(8,1,7,'text 7','text',NULL,'{"_vector_source": "Title\n\ntext 7"}','PENDING','22222222-0000-4000-8000-000000000002',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(9,1,8,'text 8','text',NULL,'{"_vector_source": "Title\n\ntext 8"}','PENDING','33333333-0000-4000-8000-000000000003',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(10,1,9,'text 9','text',NULL,'{}','READY','11111111-0000-4000-8000-000000000001',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(11,1,10,'text 10','text',NULL,'{}','READY',NULL,NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(12,1,11,'text 11','text',NULL,'{}','FAILED','55555555-0000-4000-8000-000000000005','400 too long','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(13,1,12,'text 12','text',NULL,'{"_vector_source": "Title\n\ntext 12"}','PENDING','6ea86e8c-0b89-4e19-a054-0b46fdef923d',NULL,'2026-03-01 10:00:00.000000','98ad6c0007aabc955f890b91734c26fa',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(14,1,13,'text 13','text',NULL,'{"_vector_source": "Title\n\ntext 13"}','PENDING','22222222-0000-4000-8000-000000000002',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(15,1,14,'text 14','text',NULL,'{"_vector_source": "Title\n\ntext 14"}','PENDING','33333333-0000-4000-8000-000000000003',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(16,1,15,'text 15','text',NULL,'{}','READY','11111111-0000-4000-8000-000000000001',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(17,1,16,'text 16','text',NULL,'{}','READY',NULL,NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(18,1,17,'text 17','text',NULL,'{}','FAILED','55555555-0000-4000-8000-000000000005','400 too long','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(19,1,18,'text 18','text',NULL,'{"_vector_source": "Title\n\ntext 18"}','PENDING','6ea86e8c-0b89-4e19-a054-0b46fdef923d',NULL,'2026-03-01 10:00:00.000000','78fd4679fb511012bf2da6b865a73d0d',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(20,1,19,'text 19','text',NULL,'{"_vector_source": "Title\n\ntext 19"}','PENDING','22222222-0000-4000-8000-000000000002',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(21,1,20,'text 20','text',NULL,'{"_vector_source": "Title\n\ntext 20"}','PENDING','33333333-0000-4000-8000-000000000003',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(22,1,21,'text 21','text',NULL,'{}','READY','11111111-0000-4000-8000-000000000001',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(23,1,22,'text 22','text',NULL,'{}','READY',NULL,NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(24,1,23,'text 23','text',NULL,'{}','FAILED','55555555-0000-4000-8000-000000000005','400 too long','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(25,1,24,'text 24','text',NULL,'{"_vector_source": "Title\n\ntext 24"}','PENDING','6ea86e8c-0b89-4e19-a054-0b46fdef923d',NULL,'2026-03-01 10:00:00.000000','ff7226ac9412a91eb43cc5edcc4525a8',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(26,1,25,'text 25','text',NULL,'{"_vector_source": "Title\n\ntext 25"}','PENDING','22222222-0000-4000-8000-000000000002',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(27,1,26,'text 26','text',NULL,'{"_vector_source": "Title\n\ntext 26"}','PENDING','33333333-0000-4000-8000-000000000003',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(28,1,27,'text 27','text',NULL,'{}','READY','11111111-0000-4000-8000-000000000001',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(29,1,28,'text 28','text',NULL,'{}','READY',NULL,NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(30,1,29,'text 29','text',NULL,'{}','FAILED','55555555-0000-4000-8000-000000000005','400 too long','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(31,1,30,'text 30','text',NULL,'{"_vector_source": "Title\n\ntext 30"}','PENDING','6ea86e8c-0b89-4e19-a054-0b46fdef923d',NULL,'2026-03-01 10:00:00.000000','fde0f998293a859437405fd00603df56',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(32,1,31,'text 31','text',NULL,'{"_vector_source": "Title\n\ntext 31"}','PENDING','22222222-0000-4000-8000-000000000002',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(33,1,32,'text 32','text',NULL,'{"_vector_source": "Title\n\ntext 32"}','PENDING','33333333-0000-4000-8000-000000000003',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(34,1,33,'text 33','text',NULL,'{}','READY','11111111-0000-4000-8000-000000000001',NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(35,1,34,'text 34','text',NULL,'{}','READY',NULL,NULL,'2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(36,1,35,'text 35','text',NULL,'{}','FAILED','55555555-0000-4000-8000-000000000005','400 too long','2026-03-01 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(37,2,0,'Text number 0, which waits to be embedded','text',NULL,'{}','PENDING','6ea86e8c-0b89-4e19-a054-0b46fdef923d',NULL,'2026-11-24 10:00:00.000000','e8c9b04f99a29c488b609cd831192788',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(38,2,1,'Text number 1, which waits to be embedded','text',NULL,'{}','PENDING','6ea86e8c-0b89-4e19-a054-0b46fdef923d',NULL,'2026-11-24 10:00:00.000000','c7a0c46a0210fa45f17cb83e8f6c0be3',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(39,2,2,'Text number 2, which waits to be embedded','text',NULL,'{}','PENDING','6ea86e8c-0b89-4e19-a054-0b46fdef923d',NULL,'2026-11-24 10:00:00.000000','8fe9384379b5221ed1b10056b9a4be6e',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(40,2,3,'Text number 3, which waits to be embedded','text',NULL,'{}','PENDING','6ea86e8c-0b89-4e19-a054-0b46fdef923d',NULL,'2026-11-24 10:00:00.000000','cbcbda8b3e4f45e209fb5e8d7c3abf48',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(41,3,0,'A notice that stands on every page','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(42,3,1,'Another notice of the kind','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','c1ee3e93a647400a912276a342d500ab',NULL,26,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks_vec_rowids" VALUES(1,1);
INSERT INTO "documents" VALUES(1,'alpha beta','{}','text/plain','2026-03-01 10:00:00.000000',NULL,NULL,NULL);
INSERT INTO "documents" VALUES(2,'Text number 0, which waits to be embedded
Text number 1, which waits to be embedded
Text number 2, which waits to be embedded
Text number 3, which waits to be embedded','{}','text/plain','2026-11-24 10:00:00.000000','source-1.txt','A title',NULL);
INSERT INTO "documents" VALUES(3,'A notice that stands on every page
Another notice of the kind','{}','text/plain','2026-11-24 12:00:00.000000','source-2.txt','A title',NULL);
INSERT INTO "events" VALUES(1,'2026-11-24T12:00:00.000000Z','engine','info','Flush: 1 job with 10 chunks submitted with the batch key.');
INSERT INTO "job_events" VALUES(1,'6ea86e8c-0b89-4e19-a054-0b46fdef923d','2026-11-24T12:00:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(2,'6ea86e8c-0b89-4e19-a054-0b46fdef923d','2026-11-24T12:00:00.000000Z','SPOOLED','10 requests, 1,596 bytes on disk');
INSERT INTO "job_events" VALUES(3,'6ea86e8c-0b89-4e19-a054-0b46fdef923d','2026-11-24T12:00:00.000000Z','UPLOADED','uploaded as files/3yayyevrfp1u');
INSERT INTO "job_events" VALUES(4,'6ea86e8c-0b89-4e19-a054-0b46fdef923d','2026-11-24T12:00:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(5,'6ea86e8c-0b89-4e19-a054-0b46fdef923d','2026-11-24T12:00:00.000000Z','SUBMITTED','created as batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0');
INSERT INTO "leases" VALUES('engine',1,NULL,NULL,999999,'first.example','2026-03-01T10:00:00.000000Z','2026-03-01T10:00:00.000000Z','2026-03-01T10:01:30.000000Z');
INSERT INTO "media_tasks" VALUES(1,'a.png','done');
CREATE UNIQUE INDEX "chunk_document_id_chunk_index" ON "chunks" ("document_id", "chunk_index");
CREATE UNIQUE INDEX "batchjob_google_job_id" ON "batch_jobs" ("google_job_id");
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
