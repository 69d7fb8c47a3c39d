INSERT INTO "batch_jobs" VALUES('78edac31-1e1e-4938-8e8a-e6f84da067ab','batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0','EXPIRED','{}','2026-11-24 10:00:00.000000','2026-11-24 12:00:00.000000','halfrate-78edac31-1e1e-4938-8e8a-e6f84da067ab','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',12,494,124,0,0,12,0,0,0,0,'files/3yayyevrfp1u','cc543bdaeb51505baf71b51657967919e47f86e16d24edddc050d14c29845ffb',2093,NULL,0,NULL,NULL,0,'BATCH_STATE_EXPIRED',0,'{"name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-78edac31-1e1e-4938-8e8a-e6f84da067ab","inputConfig":{"fileName":"files/3yayyevrfp1u"},"createTime":"2026-11-24T10:00:00.000000000Z","endTime":"2026-11-24T10:00:00.000000000Z","updateTime":"2026-11-24T10:00:00.000000000Z","batchStats":{"requestCount":"12"},"state":"BATCH_STATE_EXPIRED","name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"},"done":true}',NULL,NULL,1,'2026-11-24T12:12:00.000000Z',0,'2026-11-24T10:00:00.000000Z','2026-11-24T10:00:00.000000Z','2026-11-24T12:00:00.000000Z');
INSERT INTO "chunk_counts" VALUES('in_batch','',0,0);
INSERT INTO "chunk_counts" VALUES('pending','',12,494);
INSERT INTO "chunks" VALUES(1,1,0,'Text number 0, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','e8c9b04f99a29c488b609cd831192788',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(2,1,1,'Text number 1, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','c7a0c46a0210fa45f17cb83e8f6c0be3',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(3,1,2,'Text number 2, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','8fe9384379b5221ed1b10056b9a4be6e',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(4,1,3,'Text number 3, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','cbcbda8b3e4f45e209fb5e8d7c3abf48',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(5,1,4,'Text number 4, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','5574379b1aa644e3e4d149af118adb5b',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(6,1,5,'Text number 5, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','2e517fed5c6682fe3f54cc6759413e09',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(7,1,6,'Text number 6, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','ba555c5c69ca09e195c358953c6d79bc',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(8,1,7,'Text number 7, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','464fea3909048ad7be6c88390920b6a2',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(9,1,8,'Text number 8, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','d67b8043fdbfae2d4198b0830e13a037',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(10,1,9,'Text number 9, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','ff8c2f5597e9b2bca358cd21f5c66df5',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(11,1,10,'Text number 10, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','034c7adbb9735a5dfa083428aded334b',NULL,42,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(12,1,11,'Text number 11, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','ddba742e5f484b2351a1e34940ad6fa2',NULL,42,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "documents" VALUES(1,'Text number 0, which waits to be embedded
Text number 1, which waits to be embedded
Text number 2, which waits to be embedded
Text number 3, which waits to be embedded
Text number 4, which waits to be embedded
Text number 5, which waits to be embedded
Text number 6, which waits to be embedded
Text number 7, which waits to be embedded
Text number 8, which waits to be embedded
Text number 9, which waits to be embedded
Text number 10, which waits to be embedded
Text number 11, which waits to be embedded','{}','text/plain','2026-11-24 10:00:00.000000','source-1.txt','A title',NULL);
INSERT INTO "events" VALUES(1,'2026-11-24T10:00:00.000000Z','engine','info','Flush: 1 job with 12 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(2,'2026-11-24T12:00:00.000000Z','engine','warning','Job 78edac3 EXPIRED: Google''s state is BATCH_STATE_EXPIRED; its chunks are back in the queue.');
INSERT INTO "job_events" VALUES(1,'78edac31-1e1e-4938-8e8a-e6f84da067ab','2026-11-24T10:00:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(2,'78edac31-1e1e-4938-8e8a-e6f84da067ab','2026-11-24T10:00:00.000000Z','SPOOLED','12 requests, 2,093 bytes on disk');
INSERT INTO "job_events" VALUES(3,'78edac31-1e1e-4938-8e8a-e6f84da067ab','2026-11-24T10:00:00.000000Z','UPLOADED','uploaded as files/3yayyevrfp1u');
INSERT INTO "job_events" VALUES(4,'78edac31-1e1e-4938-8e8a-e6f84da067ab','2026-11-24T10:00:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(5,'78edac31-1e1e-4938-8e8a-e6f84da067ab','2026-11-24T10:00:00.000000Z','SUBMITTED','created as batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0');
INSERT INTO "job_events" VALUES(6,'78edac31-1e1e-4938-8e8a-e6f84da067ab','2026-11-24T12:00:00.000000Z','EXPIRED','Google''s state is BATCH_STATE_EXPIRED');
INSERT INTO "leases" VALUES('engine',2,NULL,NULL,999999,'first.example','2026-03-01T10:00:00.000000Z','2026-03-01T10:00:00.000000Z','2026-03-01T10:01:30.000000Z');
