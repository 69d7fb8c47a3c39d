BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'halfrate','m001_origin_tables','2026-11-25 03:36:37.726752+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'halfrate','m002_queue_for_generation_4','2026-11-25 03:36:37.727244+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'halfrate','m003_added_columns','2026-11-25 03:36:37.742793+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'halfrate','m004_own_tables','2026-11-25 03:36:37.744351+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'halfrate','m005_indexes','2026-11-25 03:36:37.745867+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'halfrate','m006_triggers','2026-11-25 03:36:37.747335+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'halfrate','m007_texts','2026-11-25 03:36:37.768685+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'halfrate','m008_carry_over','2026-11-25 03:36:37.770045+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'halfrate','m009_counters','2026-11-25 03:36:37.772917+00:00');
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "about" VALUES('identity','132ba63fda7f334d');
INSERT INTO "about" VALUES('listed_at','2026-11-24T13:00:00.000000Z');
INSERT INTO "about" VALUES('profile','gemini-embedding-001/16 RETRIEVAL_DOCUMENT');
CREATE TABLE "batch_jobs" ("id" TEXT NOT NULL PRIMARY KEY, "google_job_id" TEXT, "status" TEXT
        NOT NULL, "stats" TEXT NOT NULL, "created_at" DATETIME NOT NULL, "updated_at" DATETIME NOT NULL, display_name TEXT, model TEXT, dimension INTEGER, task_type TEXT, key_label TEXT, key_tail TEXT, price_per_million TEXT, sync_price_per_million TEXT, price_label TEXT, chunk_count INTEGER NOT NULL DEFAULT 0, characters INTEGER NOT NULL DEFAULT 0, estimated_tokens INTEGER NOT NULL DEFAULT 0, ready_count INTEGER NOT NULL DEFAULT 0, failed_count INTEGER NOT NULL DEFAULT 0, missing_count INTEGER NOT NULL DEFAULT 0, superseded_count INTEGER NOT NULL DEFAULT 0, returned_count INTEGER NOT NULL DEFAULT 0, tokens INTEGER NOT NULL DEFAULT 0, waste_tokens INTEGER NOT NULL DEFAULT 0, input_file TEXT, input_sha256 TEXT, input_bytes INTEGER NOT NULL DEFAULT 0, output_file TEXT, output_bytes INTEGER NOT NULL DEFAULT 0, short_bytes INTEGER, short_since TEXT, settle_cursor INTEGER NOT NULL DEFAULT 0, remote_state TEXT, remote_done INTEGER NOT NULL DEFAULT 0, remote_json TEXT, end_status TEXT, error TEXT, submit_attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at TEXT, absent_listings INTEGER NOT NULL DEFAULT 0, uploaded_at TEXT, submitted_at TEXT, ended_at TEXT, submission_id INTEGER, request_count INTEGER NOT NULL DEFAULT 0, guessed_tokens INTEGER NOT NULL DEFAULT 0, key_fingerprint TEXT, duplicate_of TEXT, found TEXT, trouble TEXT, trouble_since TEXT);
INSERT INTO "batch_jobs" VALUES('cf2d9677-1c07-4934-ba4c-9d7641cfa194','batches/3t8vvqvnukggwxrd157467tozj346v8uqx97','COMPLETED_WITH_ERRORS','{"submitted": 8, "succeeded": 6, "failed": 1}','2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000','halfrate-132ba63fda7f334d-cf2d9677-1c07-4934-ba4c-9d7641cfa194','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',8,168,42,6,1,0,1,0,42,6,'files/41pjso2krv6s','2bc2ca975c0d2bea1ee2c34501acd3311930f8fd5b9ac86d8cf9b5c86ebbe424',1480,'files/batch-3t8vvqvnukggwxrd157467tozj346v8uqx97',2475,NULL,NULL,2475,'BATCH_STATE_SUCCEEDED',8,'{"name":"batches/3t8vvqvnukggwxrd157467tozj346v8uqx97","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-132ba63fda7f334d-cf2d9677-1c07-4934-ba4c-9d7641cfa194","inputConfig":{"fileName":"files/41pjso2krv6s"},"output":{"responsesFile":"files/batch-3t8vvqvnukggwxrd157467tozj346v8uqx97"},"createTime":"2026-11-24T12:00:00.000000000Z","endTime":"2026-11-24T12:00:00.000000000Z","updateTime":"2026-11-24T12:00:00.000000000Z","batchStats":{"requestCount":"8","successfulRequestCount":"7","failedRequestCount":"1"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/3t8vvqvnukggwxrd157467tozj346v8uqx97"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-3t8vvqvnukggwxrd157467tozj346v8uqx97"}}','COMPLETED',NULL,1,NULL,0,'2026-11-24T12:00:00.000000Z','2026-11-24T12:00:00.000000Z','2026-11-24T12:00:00.000000Z',1,8,0,'1b1bf85dcfc5',NULL,NULL,NULL,NULL);
INSERT INTO "batch_jobs" VALUES('528bd0dd-f863-4b2a-bfdd-e5a970b49677','batches/jvpgqouslm4jua0mbki8mkm8wwznoxagmiwn','SUBMITTED','{"submitted": 5, "succeeded": 0, "failed": 0}','2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000','halfrate-132ba63fda7f334d-528bd0dd-f863-4b2a-bfdd-e5a970b49677','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',5,113,32,0,0,0,0,0,0,0,'files/2cwrw4i0eh2l','cde5c67337c16a69111648a1a3de12ce4a102d5b80d02c471b9bd202de24e88b',933,NULL,0,NULL,NULL,0,'BATCH_STATE_PENDING',0,'{"name":"batches/jvpgqouslm4jua0mbki8mkm8wwznoxagmiwn","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-132ba63fda7f334d-528bd0dd-f863-4b2a-bfdd-e5a970b49677","inputConfig":{"fileName":"files/2cwrw4i0eh2l"},"createTime":"2026-11-24T13:00:00.000000000Z","updateTime":"2026-11-24T13:00:00.000000000Z","batchStats":{"requestCount":"5","pendingRequestCount":"5"},"state":"BATCH_STATE_PENDING","name":"batches/jvpgqouslm4jua0mbki8mkm8wwznoxagmiwn"}}',NULL,NULL,1,NULL,0,'2026-11-24T13:00:00.000000Z','2026-11-24T13:00:00.000000Z',NULL,3,5,0,'1b1bf85dcfc5',NULL,NULL,NULL,NULL);
CREATE TABLE carried_keys (job_id TEXT NOT NULL, chunk_id INTEGER NOT NULL, prefix BLOB NOT NULL, PRIMARY KEY (job_id, chunk_id, prefix)) WITHOUT ROWID;
CREATE TABLE chunk_counts (bucket TEXT NOT NULL, cause TEXT NOT NULL, chunks INTEGER NOT NULL, characters
        INTEGER NOT NULL, PRIMARY KEY (bucket, cause)) WITHOUT ROWID
        ;
INSERT INTO "chunk_counts" VALUES('failed','400 INVALID_ARGUMENT',1,21);
INSERT INTO "chunk_counts" VALUES('in_batch','',5,113);
INSERT INTO "chunk_counts" VALUES('pending','',1,11);
INSERT INTO "chunk_counts" VALUES('pending','resting',0,0);
INSERT INTO "chunk_counts" VALUES('pending','unnamed',0,0);
INSERT INTO "chunk_counts" VALUES('ready','',7,158);
CREATE TABLE "chunks" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" INTEGER NOT NULL,
        "chunk_index" INTEGER NOT NULL, "content" TEXT NOT NULL, "chunk_type" TEXT NOT NULL, "language" TEXT,
        "metadata" TEXT NOT NULL, "embedding_status" TEXT NOT NULL, "batch_job_id" TEXT, "error_message" TEXT,
        "created_at" DATETIME NOT NULL, content_hash TEXT, context TEXT, embed_chars INTEGER, start_offset INTEGER, end_offset INTEGER, token_count INTEGER, attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at TEXT, failure_cause TEXT, failed_at TEXT, text_id INTEGER, FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("batch_job_id") REFERENCES "batch_jobs" ("id") ON DELETE SET NULL);
INSERT INTO "chunks" VALUES(1,1,0,'Settled text number 0','text',NULL,'{}','READY','cf2d9677-1c07-4934-ba4c-9d7641cfa194',NULL,'2026-11-24 12:00:00.000000',NULL,NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL,1);
INSERT INTO "chunks" VALUES(2,1,1,'changed meanwhile','text',NULL,'{}','PENDING','528bd0dd-f863-4b2a-bfdd-e5a970b49677',NULL,'2026-11-24 12:00:00.000000',NULL,NULL,17,NULL,NULL,NULL,0,NULL,NULL,NULL,14);
INSERT INTO "chunks" VALUES(3,1,2,'Settled text number 2','text',NULL,'{}','READY','cf2d9677-1c07-4934-ba4c-9d7641cfa194',NULL,'2026-11-24 12:00:00.000000',NULL,NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL,3);
INSERT INTO "chunks" VALUES(4,1,3,'Settled text number 3','text',NULL,'{}','FAILED','cf2d9677-1c07-4934-ba4c-9d7641cfa194','An internal error has occurred. Please retry or report.','2026-11-24 12:00:00.000000',NULL,NULL,21,NULL,NULL,NULL,1,NULL,'400 INVALID_ARGUMENT','2026-11-24T12:00:00.000000Z',4);
INSERT INTO "chunks" VALUES(5,1,4,'Settled text number 4','text',NULL,'{}','READY','cf2d9677-1c07-4934-ba4c-9d7641cfa194',NULL,'2026-11-24 12:00:00.000000',NULL,NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL,5);
INSERT INTO "chunks" VALUES(6,1,5,'Settled text number 5','text',NULL,'{}','READY','cf2d9677-1c07-4934-ba4c-9d7641cfa194',NULL,'2026-11-24 12:00:00.000000',NULL,NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL,6);
INSERT INTO "chunks" VALUES(7,1,6,'Settled text number 6','text',NULL,'{}','READY','cf2d9677-1c07-4934-ba4c-9d7641cfa194',NULL,'2026-11-24 12:00:00.000000',NULL,NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL,7);
INSERT INTO "chunks" VALUES(8,1,7,'Settled text number 7','text',NULL,'{}','READY','cf2d9677-1c07-4934-ba4c-9d7641cfa194',NULL,'2026-11-24 12:00:00.000000',NULL,NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL,8);
INSERT INTO "chunks" VALUES(9,2,0,'Embedded directly and at once','text',NULL,'{}','READY',NULL,NULL,'2026-11-24 12:00:00.000000',NULL,'a',32,0,29,NULL,0,NULL,NULL,NULL,9);
INSERT INTO "chunks" VALUES(10,3,0,'Travelling text number 0','text',NULL,'{}','PENDING','528bd0dd-f863-4b2a-bfdd-e5a970b49677',NULL,'2026-11-24 13:00:00.000000',NULL,NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL,10);
INSERT INTO "chunks" VALUES(11,3,1,'Travelling text number 1','text',NULL,'{}','PENDING','528bd0dd-f863-4b2a-bfdd-e5a970b49677',NULL,'2026-11-24 13:00:00.000000',NULL,NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL,11);
INSERT INTO "chunks" VALUES(12,3,2,'Travelling text number 2','text',NULL,'{}','PENDING','528bd0dd-f863-4b2a-bfdd-e5a970b49677',NULL,'2026-11-24 13:00:00.000000',NULL,NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL,12);
INSERT INTO "chunks" VALUES(13,3,3,'Travelling text number 3','text',NULL,'{}','PENDING','528bd0dd-f863-4b2a-bfdd-e5a970b49677',NULL,'2026-11-24 13:00:00.000000',NULL,NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL,13);
INSERT INTO "chunks" VALUES(14,4,0,'Waits still','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 13:00:00.000000',NULL,NULL,11,NULL,NULL,NULL,0,NULL,NULL,NULL,15);
CREATE TABLE "documents" ("id" INTEGER NOT NULL PRIMARY KEY, "content" TEXT NOT NULL,
        "metadata" TEXT NOT NULL, "media_type" TEXT NOT NULL, "created_at" DATETIME NOT NULL, source TEXT, title TEXT, content_hash TEXT);
INSERT INTO "documents" VALUES(1,'Settled text number 0Settled text number 1Settled text number 2Settled text number 3Settled text number 4Settled text number 5Settled text number 6Settled text number 7','{}','text/plain','2026-11-24 12:00:00.000000','source-1.txt','A title','seen');
INSERT INTO "documents" VALUES(2,'Embedded directly and at once','{}','text/plain','2026-11-24 12:00:00.000000','/docs/a.txt','a','0f2cfaafd05d9d7dbc4b68ebba87d3c6');
INSERT INTO "documents" VALUES(3,'Travelling text number 0Travelling text number 1Travelling text number 2Travelling text number 3','{}','text/plain','2026-11-24 13:00:00.000000','source-2.txt','A title','seen');
INSERT INTO "documents" VALUES(4,'Waits still','{}','text/plain','2026-11-24 13:00:00.000000','source-3.txt','A title','seen');
CREATE TABLE "embeddings" (id INTEGER PRIMARY KEY, profile_id INTEGER NOT NULL, embedding BLOB NOT NULL);
INSERT INTO "embeddings" VALUES(1,1,X'953B8FBED0A2FEBD75CEDE3ED0A2FEBDCFA2FE3CD0A27E3EEF0FAF3E49E4CEBED0A2FE3D1BFABE3DCFA2FE3CD0A27E3ED0A2FEBDCFA27E3DA3B8EEBE1BFA3E3E');
INSERT INTO "embeddings" VALUES(2,1,X'841C95BE1F8B04BE77F3E73E77F367BE00000000B0D0463E1F8B843EE7ADA5BEB0D0C63DB0D0463E1F8B04BD77F3673E1F8B84BD1F8B043ED1D30CBFB0D0C63D');
INSERT INTO "embeddings" VALUES(3,1,X'112CB0BE102820BE163CF03E113040BE0C20003D1130C03D112CB03E0C2080BE0C20003E1028203E000000001538603E153860BE000000000C2000BF1028203E');
INSERT INTO "embeddings" VALUES(4,1,X'652296BE0937F0BD4729B43E482934BE0937F03C0937703EB72CC33EB72CC3BE4829B43D0937F03D000000006522963E652216BE4829B43D0937F0BE2830523E');
INSERT INTO "embeddings" VALUES(5,1,X'E2FAA0BE549D2FBEA784DB3E1A27EABD549DAF3D1A276A3E549DAF3EC53FBEBE000000001A27EA3D1A27EABC1A276A3E549D2FBE549DAF3D8BC9F8BE7058123E');
INSERT INTO "embeddings" VALUES(6,1,X'105496BE105416BE197EE13EE164B4BD8186703DE164343EA94B873EE164B4BEE164B43DB175523EE164B4BD1054963E105416BE8186703DA94B07BF8186F03D');
INSERT INTO "embeddings" VALUES(7,1,X'BA8AA7BE914F18BE323CD53E914F18BE82B2F33CE2C5363EE2C5B63E0A01C6BE83B2F33DE2C5363E82B2733D914F983E83B2F3BDE2C5B63D323CD5BEE2C5363E');
INSERT INTO "embeddings" VALUES(8,1,X'04C3923E6BB66C3E51EAFABE7A3EE33C9B4ED03DFC7E17BCC3A2B8BE04C392BEDB6EAA3DC3A2B8BE0C070E3EA392CB3E8AC6593EEDF620BE582EF6BDBB5E3DBD');
CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, level TEXT NOT NULL,
        message TEXT NOT NULL);
INSERT INTO "events" VALUES(1,'2026-11-24T12:00:00.000000Z','engine','info','Flush: 1 job with 8 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(2,'2026-11-24T12:00:00.000000Z','engine','warning','Job cf2d967 COMPLETED_WITH_ERRORS: 6 ready, 1 failed, 0 to be tried again, 0 missing, 1 unused; 42 tokens.');
INSERT INTO "events" VALUES(3,'2026-11-24T13:00:00.000000Z','engine','info','Flush: 1 job with 5 chunks submitted with the batch key.');
CREATE TABLE job_events (id INTEGER PRIMARY KEY, job_id TEXT NOT NULL, at TEXT NOT NULL, status TEXT NOT
        NULL, note TEXT NOT NULL);
INSERT INTO "job_events" VALUES(1,'cf2d9677-1c07-4934-ba4c-9d7641cfa194','2026-11-24T12:00:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(2,'cf2d9677-1c07-4934-ba4c-9d7641cfa194','2026-11-24T12:00:00.000000Z','SPOOLED','8 requests, 1,480 bytes on disk');
INSERT INTO "job_events" VALUES(3,'cf2d9677-1c07-4934-ba4c-9d7641cfa194','2026-11-24T12:00:00.000000Z','UPLOADED','uploaded as files/41pjso2krv6s');
INSERT INTO "job_events" VALUES(4,'cf2d9677-1c07-4934-ba4c-9d7641cfa194','2026-11-24T12:00:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(5,'cf2d9677-1c07-4934-ba4c-9d7641cfa194','2026-11-24T12:00:00.000000Z','SUBMITTED','created as batches/3t8vvqvnukggwxrd157467tozj346v8uqx97');
INSERT INTO "job_events" VALUES(6,'cf2d9677-1c07-4934-ba4c-9d7641cfa194','2026-11-24T12:00:00.000000Z','FETCHED','2,475 bytes of results on disk');
INSERT INTO "job_events" VALUES(7,'cf2d9677-1c07-4934-ba4c-9d7641cfa194','2026-11-24T12:00:00.000000Z','COMPLETED_WITH_ERRORS','6 ready, 1 failed, 0 to be tried again, 0 missing, 1 unused');
INSERT INTO "job_events" VALUES(8,'cf2d9677-1c07-4934-ba4c-9d7641cfa194','2026-11-24T12:00:00.000000Z','COMPLETED_WITH_ERRORS','left at Google until they expire: files/batch-3t8vvqvnukggwxrd157467tozj346v8uqx97');
INSERT INTO "job_events" VALUES(9,'528bd0dd-f863-4b2a-bfdd-e5a970b49677','2026-11-24T13:00:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(10,'528bd0dd-f863-4b2a-bfdd-e5a970b49677','2026-11-24T13:00:00.000000Z','SPOOLED','5 requests, 933 bytes on disk');
INSERT INTO "job_events" VALUES(11,'528bd0dd-f863-4b2a-bfdd-e5a970b49677','2026-11-24T13:00:00.000000Z','UPLOADED','uploaded as files/2cwrw4i0eh2l');
INSERT INTO "job_events" VALUES(12,'528bd0dd-f863-4b2a-bfdd-e5a970b49677','2026-11-24T13:00:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(13,'528bd0dd-f863-4b2a-bfdd-e5a970b49677','2026-11-24T13:00:00.000000Z','SUBMITTED','created as batches/jvpgqouslm4jua0mbki8mkm8wwznoxagmiwn');
CREATE TABLE leases (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, holder TEXT, operation TEXT, pid
        INTEGER, host TEXT, acquired_at TEXT, beat_at TEXT, expires_at TEXT);
INSERT INTO "leases" VALUES('engine',3,NULL,NULL,31496,'vm','2026-11-25T03:36:39.262588Z','2026-11-25T03:36:39.262588Z','2026-11-25T03:38:09.262588Z');
INSERT INTO "leases" VALUES('direct',1,NULL,NULL,31496,'vm','2026-11-25T03:36:39.201374Z','2026-11-25T03:36:39.201374Z','2026-11-25T03:38:09.201374Z');
CREATE TABLE ledger (id INTEGER PRIMARY KEY, at TEXT NOT NULL, mode TEXT NOT NULL, key_label TEXT NOT NULL,
        key_tail TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL,
        waste_tokens INTEGER NOT NULL, price_per_million TEXT NOT NULL, sync_price_per_million TEXT NOT NULL,
        price_label TEXT NOT NULL, amount_pico INTEGER NOT NULL, sync_amount_pico INTEGER NOT NULL, waste_pico
        INTEGER NOT NULL, estimated_tokens INTEGER NOT NULL, job_id TEXT, note TEXT NOT NULL, submission_id INTEGER, guessed_tokens INTEGER NOT NULL DEFAULT 0);
INSERT INTO "ledger" VALUES(1,'2026-11-24T12:00:00.000000Z','batch','batch','2222','gemini-embedding-001',7,42,6,'0.075','0.15','Google''s pricing page 2026-11-01',3150000,6300000,450000,36,'cf2d9677-1c07-4934-ba4c-9d7641cfa194','',1,0);
INSERT INTO "ledger" VALUES(2,'2026-11-24T12:00:00.000000Z','synchronous','default','1111','gemini-embedding-001',1,8,0,'0.15','0.15','Google''s pricing page 2026-11-01',1200000,1200000,0,10,NULL,'ingest',2,0);
CREATE TABLE ledger_days (day TEXT NOT NULL, mode TEXT NOT NULL, key_label TEXT NOT NULL, model TEXT NOT
        NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL, amount_pico INTEGER NOT NULL, sync_amount_pico
        INTEGER NOT NULL, waste_tokens INTEGER NOT NULL, waste_pico INTEGER NOT NULL, estimated_tokens INTEGER NOT
        NULL, guessed_tokens INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (day, mode, key_label, model)) WITHOUT ROWID
        ;
INSERT INTO "ledger_days" VALUES('2026-11-24','batch','batch','gemini-embedding-001',7,42,3150000,6300000,6,450000,36,0);
INSERT INTO "ledger_days" VALUES('2026-11-24','synchronous','default','gemini-embedding-001',1,8,1200000,1200000,0,0,10,0);
CREATE TABLE lowered_allowance (model TEXT PRIMARY KEY, tokens INTEGER NOT NULL, at TEXT NOT NULL) WITHOUT
        ROWID
        ;
CREATE TABLE profiles (id INTEGER PRIMARY KEY, model TEXT NOT NULL, dimension INTEGER NOT NULL, task_type
        TEXT NOT NULL, UNIQUE (model, dimension, task_type));
INSERT INTO "profiles" VALUES(1,'gemini-embedding-001',16,'RETRIEVAL_DOCUMENT');
CREATE TABLE requests (submission_id INTEGER NOT NULL, text_id INTEGER NOT NULL, outcome TEXT, tokens INTEGER,
    basis TEXT, PRIMARY KEY (submission_id, text_id)) WITHOUT ROWID
    ;
INSERT INTO "requests" VALUES(1,1,'useful',6,NULL);
INSERT INTO "requests" VALUES(1,2,'unused',6,NULL);
INSERT INTO "requests" VALUES(1,3,'useful',6,NULL);
INSERT INTO "requests" VALUES(1,4,'refused',NULL,NULL);
INSERT INTO "requests" VALUES(1,5,'useful',6,NULL);
INSERT INTO "requests" VALUES(1,6,'useful',6,NULL);
INSERT INTO "requests" VALUES(1,7,'useful',6,NULL);
INSERT INTO "requests" VALUES(1,8,'useful',6,NULL);
INSERT INTO "requests" VALUES(2,9,'useful',8,NULL);
INSERT INTO "requests" VALUES(3,10,NULL,NULL,NULL);
INSERT INTO "requests" VALUES(3,11,NULL,NULL,NULL);
INSERT INTO "requests" VALUES(3,12,NULL,NULL,NULL);
INSERT INTO "requests" VALUES(3,13,NULL,NULL,NULL);
INSERT INTO "requests" VALUES(3,14,NULL,NULL,NULL);
CREATE TABLE reused (id INTEGER PRIMARY KEY, at TEXT NOT NULL, way TEXT NOT NULL, model TEXT NOT NULL,
    chunks INTEGER NOT NULL, tokens INTEGER NOT NULL, guessed_tokens INTEGER NOT NULL,
    price_per_million TEXT NOT NULL, amount_pico INTEGER NOT NULL, job_id TEXT);
CREATE TABLE submissions (id INTEGER PRIMARY KEY, mode TEXT NOT NULL, job_id TEXT, profile_id INTEGER NOT NULL,
    at TEXT NOT NULL, key_label TEXT NOT NULL, key_tail TEXT NOT NULL, key_fingerprint TEXT NOT NULL,
    price_per_million TEXT NOT NULL, sync_price_per_million TEXT NOT NULL, price_label TEXT NOT NULL,
    carried_tokens INTEGER NOT NULL DEFAULT 0, carried_waste INTEGER NOT NULL DEFAULT 0, ended_at TEXT);
INSERT INTO "submissions" VALUES(1,'batch','cf2d9677-1c07-4934-ba4c-9d7641cfa194',1,'2026-11-24T12:00:00.000000Z','batch','2222','1b1bf85dcfc5','0.075','0.15','Google''s pricing page 2026-11-01',0,0,'2026-11-24T12:00:00.000000Z');
INSERT INTO "submissions" VALUES(2,'synchronous',NULL,1,'2026-11-24T12:00:00.000000Z','default','1111','573b256bbfef','0.15','0.15','Google''s pricing page 2026-11-01',0,0,'2026-11-24T12:00:00.000000Z');
INSERT INTO "submissions" VALUES(3,'batch','528bd0dd-f863-4b2a-bfdd-e5a970b49677',1,'2026-11-24T13:00:00.000000Z','batch','2222','1b1bf85dcfc5','0.075','0.15','Google''s pricing page 2026-11-01',0,0,NULL);
CREATE TABLE texts (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, characters INTEGER, latin INTEGER,
    cyrillic INTEGER, han INTEGER, kana INTEGER, digits INTEGER, punctuation INTEGER, spaces INTEGER, others INTEGER,
    words INTEGER);
INSERT INTO "texts" VALUES(1,X'0C1A46E38D588C037F40FEB9060AC701',21,17,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(2,X'81054E793F41C544BE9FA2FA4A5DBA70',21,17,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(3,X'B28DEFF030196CE9FD9F06419E92711E',21,17,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(4,X'FE38080032AE17074FFD2EF92C3182CE',21,17,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(5,X'C01EE79EB2BCBA2D07774D5018591E35',21,17,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(6,X'DB64AC84DD14833A5687FDA084BA56D7',21,17,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(7,X'803B1DD3F18CF22785EA905DFB53885C',21,17,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(8,X'CD8665266FD5ED6F7276CAFB5167BF45',21,17,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(9,X'A84303B42C3C627A34A7363AAE1DE525',32,26,0,0,0,0,0,6,0,6);
INSERT INTO "texts" VALUES(10,X'E6A2F0537A68D57D38ECA417F1E0D304',24,20,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(11,X'E61E594CBFA24DEA5EAD1F62D418EDAD',24,20,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(12,X'899999C026A7F6F3AF4FAFFE332D4E03',24,20,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(13,X'BC35AB2D39945F0F808DDFF7497222D1',24,20,0,0,0,1,0,3,0,4);
INSERT INTO "texts" VALUES(14,X'12B96CA28B01E3A0A4C2C6E61EC9E559',17,16,0,0,0,0,0,1,0,2);
INSERT INTO "texts" VALUES(15,X'3E002A31A5A1D61012CDF165861E53C7',11,10,0,0,0,0,0,1,0,2);
CREATE TABLE token_ratio (model TEXT PRIMARY KEY, characters INTEGER NOT NULL, tokens INTEGER NOT NULL)
        WITHOUT ROWID
        ;
INSERT INTO "token_ratio" VALUES('gemini-embedding-001',179,50);
CREATE TABLE vectors (profile_id INTEGER NOT NULL, text_id INTEGER NOT NULL, embedding_id INTEGER NOT NULL,
    tokens INTEGER NOT NULL, basis TEXT, submission_id INTEGER, derived_from INTEGER,
    PRIMARY KEY (profile_id, text_id)) WITHOUT ROWID
    ;
INSERT INTO "vectors" VALUES(1,1,1,6,NULL,1,NULL);
INSERT INTO "vectors" VALUES(1,2,2,6,NULL,1,NULL);
INSERT INTO "vectors" VALUES(1,3,3,6,NULL,1,NULL);
INSERT INTO "vectors" VALUES(1,5,4,6,NULL,1,NULL);
INSERT INTO "vectors" VALUES(1,6,5,6,NULL,1,NULL);
INSERT INTO "vectors" VALUES(1,7,6,6,NULL,1,NULL);
INSERT INTO "vectors" VALUES(1,8,7,6,NULL,1,NULL);
INSERT INTO "vectors" VALUES(1,9,8,8,NULL,2,NULL);
CREATE TABLE waiting (text_id INTEGER PRIMARY KEY, chunks INTEGER NOT NULL, characters INTEGER NOT NULL);
INSERT INTO "waiting" VALUES(15,1,11);
CREATE TABLE waiting_blocks (block INTEGER PRIMARY KEY, texts INTEGER NOT NULL, chunks INTEGER NOT NULL,
    characters INTEGER NOT NULL);
INSERT INTO "waiting_blocks" VALUES(0,1,1,11);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX ix_chunks_document_index ON chunks (document_id, chunk_index);
CREATE UNIQUE INDEX ix_batch_jobs_google ON batch_jobs (google_job_id);
CREATE UNIQUE INDEX ix_documents_source ON documents (source) WHERE source IS NOT NULL;
CREATE INDEX ix_chunks_job ON chunks (batch_job_id) WHERE batch_job_id IS NOT NULL;
CREATE INDEX ix_chunks_backing_off ON chunks (next_attempt_at) WHERE embedding_status = 'PENDING' AND
        batch_job_id IS NULL AND next_attempt_at IS NOT NULL
        ;
CREATE INDEX ix_chunks_failed ON chunks (failure_cause, failed_at) WHERE embedding_status = 'FAILED'
        ;
CREATE INDEX ix_batch_jobs_status ON batch_jobs (status, created_at);
CREATE INDEX ix_batch_jobs_created ON batch_jobs (created_at);
CREATE INDEX ix_job_events_job ON job_events (job_id, id);
CREATE INDEX ix_ledger_at ON ledger (at);
CREATE UNIQUE INDEX ix_ledger_job ON ledger (job_id) WHERE job_id IS NOT NULL;
CREATE TRIGGER halfrate_ledger_kept BEFORE UPDATE ON ledger
        BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER halfrate_ledger_never_deleted BEFORE DELETE ON ledger
        BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE UNIQUE INDEX ix_texts_hash ON texts (hash);
CREATE UNIQUE INDEX ix_submissions_job ON submissions (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX ix_submissions_open ON submissions (at) WHERE job_id IS NULL AND ended_at IS NULL;
CREATE INDEX ix_requests_travelling ON requests (text_id) WHERE outcome IS NULL;
CREATE INDEX ix_reused_at ON reused (at);
CREATE INDEX ix_chunks_text ON chunks (text_id) WHERE text_id IS NOT NULL;
CREATE INDEX ix_chunks_unnamed ON chunks (id)
    WHERE text_id IS NULL AND embedding_status = 'PENDING' AND batch_job_id IS NULL
    ;
CREATE INDEX ix_chunks_failed_by_id ON chunks (failure_cause) WHERE embedding_status = 'FAILED';
CREATE INDEX ix_batch_jobs_trouble ON batch_jobs (trouble_since) WHERE trouble IS NOT NULL;
CREATE TRIGGER halfrate_chunk_added AFTER INSERT ON chunks BEGIN
      INSERT INTO chunk_counts VALUES (
        CASE WHEN NEW.embedding_status = 'READY' THEN 'ready' WHEN NEW.embedding_status = 'FAILED' THEN 'failed'
          WHEN NEW.batch_job_id IS NULL THEN 'pending' ELSE 'in_batch' END,
        CASE WHEN NEW.embedding_status = 'FAILED' THEN coalesce(NEW.failure_cause, 'other error')
          WHEN NEW.embedding_status <> 'PENDING' OR NEW.batch_job_id IS NOT NULL THEN ''
          WHEN NEW.text_id IS NULL THEN 'unnamed' WHEN NEW.next_attempt_at IS NOT NULL THEN 'resting' ELSE '' END,
        1, coalesce(NEW.embed_chars, length(NEW.content)))
      ON CONFLICT (bucket, cause) DO UPDATE SET chunks = chunks + 1, characters = characters + excluded.characters;
    END;
CREATE TRIGGER halfrate_chunk_removed AFTER DELETE ON chunks BEGIN
      INSERT INTO chunk_counts VALUES (
        CASE WHEN OLD.embedding_status = 'READY' THEN 'ready' WHEN OLD.embedding_status = 'FAILED' THEN 'failed'
          WHEN OLD.batch_job_id IS NULL THEN 'pending' ELSE 'in_batch' END,
        CASE WHEN OLD.embedding_status = 'FAILED' THEN coalesce(OLD.failure_cause, 'other error')
          WHEN OLD.embedding_status <> 'PENDING' OR OLD.batch_job_id IS NOT NULL THEN ''
          WHEN OLD.text_id IS NULL THEN 'unnamed' WHEN OLD.next_attempt_at IS NOT NULL THEN 'resting' ELSE '' END,
        -1, -coalesce(OLD.embed_chars, length(OLD.content)))
      ON CONFLICT (bucket, cause) DO UPDATE SET chunks = chunks - 1, characters = characters + excluded.characters;
    END;
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
    END;
CREATE TRIGGER halfrate_chunk_changed AFTER UPDATE OF content, metadata, context ON chunks
    WHEN OLD.text_id IS NOT NULL AND NEW.text_id IS OLD.text_id
      AND (OLD.content IS NOT NEW.content OR OLD.context IS NOT NEW.context OR (OLD.metadata IS NOT NEW.metadata
        AND (instr(OLD.metadata, '"_vector_source"') OR instr(NEW.metadata, '"_vector_source"'))))
    BEGIN
      UPDATE chunks SET text_id = NULL,
        batch_job_id = CASE WHEN embedding_status = 'PENDING' THEN NULL ELSE batch_job_id END WHERE id = NEW.id;
    END;
CREATE TRIGGER halfrate_waiting_added AFTER INSERT ON chunks
    WHEN NEW.embedding_status = 'PENDING' AND NEW.batch_job_id IS NULL AND NEW.next_attempt_at IS NULL
      AND NEW.text_id IS NOT NULL
    BEGIN
      INSERT INTO waiting VALUES (NEW.text_id, 1,
        coalesce((SELECT characters FROM texts WHERE id = NEW.text_id), length(NEW.content)))
      ON CONFLICT (text_id) DO UPDATE SET chunks = chunks + 1;
    END;
CREATE TRIGGER halfrate_waiting_removed AFTER DELETE ON chunks
    WHEN OLD.embedding_status = 'PENDING' AND OLD.batch_job_id IS NULL AND OLD.next_attempt_at IS NULL
      AND OLD.text_id IS NOT NULL
    BEGIN
      UPDATE waiting SET chunks = chunks - 1 WHERE text_id = OLD.text_id AND chunks > 1;
      DELETE FROM waiting WHERE text_id = OLD.text_id AND changes() = 0;
    END;
CREATE TRIGGER halfrate_waiting_left AFTER UPDATE OF embedding_status, batch_job_id, next_attempt_at, text_id
    ON chunks WHEN OLD.embedding_status = 'PENDING' AND OLD.batch_job_id IS NULL AND OLD.next_attempt_at IS NULL
      AND OLD.text_id IS NOT NULL AND NOT (NEW.embedding_status = 'PENDING' AND NEW.batch_job_id IS NULL
      AND NEW.next_attempt_at IS NULL AND NEW.text_id IS OLD.text_id)
    BEGIN
      UPDATE waiting SET chunks = chunks - 1 WHERE text_id = OLD.text_id AND chunks > 1;
      DELETE FROM waiting WHERE text_id = OLD.text_id AND changes() = 0;
    END;
CREATE TRIGGER halfrate_waiting_entered AFTER UPDATE OF embedding_status, batch_job_id, next_attempt_at, text_id
    ON chunks WHEN NEW.embedding_status = 'PENDING' AND NEW.batch_job_id IS NULL AND NEW.next_attempt_at IS NULL
      AND NEW.text_id IS NOT NULL AND NOT (OLD.embedding_status = 'PENDING' AND OLD.batch_job_id IS NULL
      AND OLD.next_attempt_at IS NULL AND OLD.text_id IS NEW.text_id)
    BEGIN
      INSERT INTO waiting VALUES (NEW.text_id, 1,
        coalesce((SELECT characters FROM texts WHERE id = NEW.text_id), length(NEW.content)))
      ON CONFLICT (text_id) DO UPDATE SET chunks = chunks + 1;
    END;
CREATE TRIGGER halfrate_block_grows AFTER INSERT ON waiting BEGIN
      INSERT INTO waiting_blocks VALUES (NEW.text_id / 1024, 1, NEW.chunks, NEW.characters)
      ON CONFLICT (block) DO UPDATE SET texts = texts + 1, chunks = chunks + excluded.chunks,
        characters = characters + excluded.characters;
    END;
CREATE TRIGGER halfrate_block_changes AFTER UPDATE OF chunks ON waiting BEGIN
      UPDATE waiting_blocks SET chunks = chunks + NEW.chunks - OLD.chunks WHERE block = NEW.text_id / 1024;
    END;
CREATE TRIGGER halfrate_block_shrinks AFTER DELETE ON waiting BEGIN
      UPDATE waiting_blocks SET texts = texts - 1, chunks = chunks - OLD.chunks,
        characters = characters - OLD.characters WHERE block = OLD.text_id / 1024;
    END;
CREATE TRIGGER halfrate_chunk_let_go AFTER UPDATE OF embedding_status ON chunks
    WHEN NEW.embedding_status = 'PENDING' AND OLD.embedding_status <> 'PENDING' AND NEW.batch_job_id IS NOT NULL
      AND EXISTS (SELECT 1 FROM batch_jobs WHERE id = NEW.batch_job_id
        AND status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'EXPIRED'))
    BEGIN
      UPDATE chunks SET batch_job_id = NULL WHERE id = NEW.id;
    END;
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
    END;
COMMIT;