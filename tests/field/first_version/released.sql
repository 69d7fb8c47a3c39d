INSERT INTO "batch_jobs" VALUES('60b27020-a21c-4892-9c1f-56f0cbe78408','batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0','COMPLETED','{"submitted": 1, "succeeded": 1, "failed": 0}','2026-11-24 10:00:00.000000','2026-11-24 10:00:00.000000','halfrate-60b27020-a21c-4892-9c1f-56f0cbe78408','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',1,31,8,1,0,0,0,0,8,0,'files/3yayyevrfp1u','872c1ad731398be6c7e7bbd71b2670aea7d19377c7b390ff475668208c175e72',164,'files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0',311,NULL,NULL,311,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-60b27020-a21c-4892-9c1f-56f0cbe78408","inputConfig":{"fileName":"files/3yayyevrfp1u"},"output":{"responsesFile":"files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"},"createTime":"2026-11-24T10:00:00.000000000Z","endTime":"2026-11-24T10:00:00.000000000Z","updateTime":"2026-11-24T10:00:00.000000000Z","batchStats":{"requestCount":"1","pendingRequestCount":"1"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"}}','COMPLETED',NULL,1,NULL,0,'2026-11-24T10:00:00.000000Z','2026-11-24T10:00:00.000000Z','2026-11-24T10:00:00.000000Z');
INSERT INTO "batch_jobs" VALUES('f11be989-2f6d-4b89-a0c8-4af3ba7c2f7f',NULL,'CANCELLED','{}','2026-11-24 10:00:00.000000','2026-11-24 10:00:00.000000','halfrate-f11be989-2f6d-4b89-a0c8-4af3ba7c2f7f','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',12,494,128,0,0,12,0,0,0,0,'files/h2jnn9maruxa','ceaf73d3afcd79d998ae3fed0b8098fc9a0bc4712c7e65065c3e5c250f4b7202',2094,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,'The connection to the Gemini API broke off: Server disconnected without sending a response.',1,NULL,0,'2026-11-24T10:00:00.000000Z','2026-11-24T10:00:00.000000Z','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunk_counts" VALUES('in_batch','',0,0);
INSERT INTO "chunk_counts" VALUES('pending','',12,494);
INSERT INTO "chunk_counts" VALUES('ready','',1,31);
INSERT INTO "chunks" VALUES(1,1,0,'a text that was embedded before','text',NULL,'{}','READY','60b27020-a21c-4892-9c1f-56f0cbe78408',NULL,'2026-11-24 10:00:00.000000','2684feb0768718b60dae437a2e347846',NULL,31,NULL,NULL,8,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(2,2,0,'Text number 0, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','e8c9b04f99a29c488b609cd831192788',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(3,2,1,'Text number 1, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','c7a0c46a0210fa45f17cb83e8f6c0be3',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(4,2,2,'Text number 2, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','8fe9384379b5221ed1b10056b9a4be6e',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(5,2,3,'Text number 3, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','cbcbda8b3e4f45e209fb5e8d7c3abf48',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(6,2,4,'Text number 4, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','5574379b1aa644e3e4d149af118adb5b',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(7,2,5,'Text number 5, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','2e517fed5c6682fe3f54cc6759413e09',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(8,2,6,'Text number 6, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','ba555c5c69ca09e195c358953c6d79bc',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(9,2,7,'Text number 7, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','464fea3909048ad7be6c88390920b6a2',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(10,2,8,'Text number 8, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','d67b8043fdbfae2d4198b0830e13a037',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(11,2,9,'Text number 9, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','ff8c2f5597e9b2bca358cd21f5c66df5',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(12,2,10,'Text number 10, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','034c7adbb9735a5dfa083428aded334b',NULL,42,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(13,2,11,'Text number 11, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 10:00:00.000000','ddba742e5f484b2351a1e34940ad6fa2',NULL,42,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "documents" VALUES(1,'a text that was embedded before','{}','text/plain','2026-11-24 10:00:00.000000','source-1.txt','A title',NULL);
INSERT INTO "documents" VALUES(2,'Text number 0, which waits to be embedded
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
Text number 11, which waits to be embedded','{}','text/plain','2026-11-24 10:00:00.000000','source-2.txt','A title',NULL);
INSERT INTO "events" VALUES(1,'2026-11-24T10:00:00.000000Z','engine','info','Flush: 1 job with 1 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(2,'2026-11-24T10:00:00.000000Z','engine','info','Job 60b2702 COMPLETED: 1 ready, 0 failed, 0 to be tried again, 0 missing; 8 tokens.');
INSERT INTO "events" VALUES(3,'2026-11-24T10:00:00.000000Z','engine','warning','Job f11be98 is uncertain: The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "events" VALUES(4,'2026-11-24T10:00:00.000000Z','engine','warning','Flush stopped: The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "events" VALUES(5,'2026-11-24T10:00:00.000000Z','engine','warning','Job f11be98 released by the operator; 12 chunks wait again.');
INSERT INTO "job_events" VALUES(1,'60b27020-a21c-4892-9c1f-56f0cbe78408','2026-11-24T10:00:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(2,'60b27020-a21c-4892-9c1f-56f0cbe78408','2026-11-24T10:00:00.000000Z','SPOOLED','1 requests, 164 bytes on disk');
INSERT INTO "job_events" VALUES(3,'60b27020-a21c-4892-9c1f-56f0cbe78408','2026-11-24T10:00:00.000000Z','UPLOADED','uploaded as files/3yayyevrfp1u');
INSERT INTO "job_events" VALUES(4,'60b27020-a21c-4892-9c1f-56f0cbe78408','2026-11-24T10:00:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(5,'60b27020-a21c-4892-9c1f-56f0cbe78408','2026-11-24T10:00:00.000000Z','SUBMITTED','created as batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0');
INSERT INTO "job_events" VALUES(6,'60b27020-a21c-4892-9c1f-56f0cbe78408','2026-11-24T10:00:00.000000Z','FETCHED','311 bytes of results on disk');
INSERT INTO "job_events" VALUES(7,'60b27020-a21c-4892-9c1f-56f0cbe78408','2026-11-24T10:00:00.000000Z','COMPLETED','1 ready, 0 failed, 0 to be tried again, 0 missing');
INSERT INTO "job_events" VALUES(8,'60b27020-a21c-4892-9c1f-56f0cbe78408','2026-11-24T10:00:00.000000Z','COMPLETED','left at Google until they expire: files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0');
INSERT INTO "job_events" VALUES(9,'f11be989-2f6d-4b89-a0c8-4af3ba7c2f7f','2026-11-24T10:00:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(10,'f11be989-2f6d-4b89-a0c8-4af3ba7c2f7f','2026-11-24T10:00:00.000000Z','SPOOLED','12 requests, 2,094 bytes on disk');
INSERT INTO "job_events" VALUES(11,'f11be989-2f6d-4b89-a0c8-4af3ba7c2f7f','2026-11-24T10:00:00.000000Z','UPLOADED','uploaded as files/h2jnn9maruxa');
INSERT INTO "job_events" VALUES(12,'f11be989-2f6d-4b89-a0c8-4af3ba7c2f7f','2026-11-24T10:00:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(13,'f11be989-2f6d-4b89-a0c8-4af3ba7c2f7f','2026-11-24T10:00:00.000000Z','UNCERTAIN','The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "job_events" VALUES(14,'f11be989-2f6d-4b89-a0c8-4af3ba7c2f7f','2026-11-24T10:00:00.000000Z','CANCELLED','released by the operator; 12 chunks wait again');
INSERT INTO "leases" VALUES('engine',4,NULL,NULL,999999,'first.example','2026-03-01T10:00:00.000000Z','2026-03-01T10:00:00.000000Z','2026-03-01T10:01:30.000000Z');
INSERT INTO "ledger" VALUES(1,'2026-11-24T10:00:00.000000Z','batch','batch','2222','gemini-embedding-001',1,8,0,'0.075','0.15','Google''s pricing page 2026-11-01',600000,1200000,0,8,'60b27020-a21c-4892-9c1f-56f0cbe78408','');
INSERT INTO "ledger_days" VALUES('2026-11-24','batch','batch','gemini-embedding-001',1,8,600000,1200000,0,0,8);
INSERT INTO "profiles" VALUES(1,'gemini-embedding-001',16,'RETRIEVAL_DOCUMENT');
INSERT INTO "token_ratio" VALUES('gemini-embedding-001',31,8);
INSERT INTO "vectors" VALUES(1,1,X'6297A73EAA8EB5BE8374DFBC8374DFBCD2A80B3E83745FBEAA8EB5BE629727BE83745FBDCB6BEDBE6297273E6397A73D83745F3E1AA0993E8374DF3DF285C3BE');
