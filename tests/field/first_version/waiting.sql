INSERT INTO "batch_jobs" VALUES('8a352d15-5db4-4d1c-8ce8-1df84925a6ad','batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0','COMPLETED_WITH_ERRORS','{"submitted": 13, "succeeded": 2, "failed": 11}','2026-11-24 10:00:00.000000','2026-11-24 10:00:00.000000','halfrate-8a352d15-5db4-4d1c-8ce8-1df84925a6ad','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',13,289,73,2,10,1,0,0,22,10,'files/3yayyevrfp1u','b8f73c58a48fdb7bb04aa5b70b962dba9a93fc15374721da0a9254faef770322',2022,'files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0',1827,NULL,NULL,1827,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-8a352d15-5db4-4d1c-8ce8-1df84925a6ad","inputConfig":{"fileName":"files/3yayyevrfp1u"},"output":{"responsesFile":"files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"},"createTime":"2026-11-24T10:00:00.000000000Z","endTime":"2026-11-24T10:00:00.000000000Z","updateTime":"2026-11-24T10:00:00.000000000Z","batchStats":{"requestCount":"13","pendingRequestCount":"13"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"}}','COMPLETED',NULL,1,NULL,0,'2026-11-24T10:00:00.000000Z','2026-11-24T10:00:00.000000Z','2026-11-24T10:00:00.000000Z');
INSERT INTO "batch_jobs" VALUES('0bd9bc23-07c1-485e-9f2b-74bf03ff032e','batches/6v9ktbqrm0e5yskz41679hw7brk1mtknya8g','COMPLETED_WITH_ERRORS','{"submitted": 4, "succeeded": 1, "failed": 3}','2026-11-24 11:50:00.000000','2026-11-24 11:50:00.000000','halfrate-0bd9bc23-07c1-485e-9f2b-74bf03ff032e','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',4,86,24,1,0,1,0,2,2,0,'files/h2jnn9maruxa','f440e0da1e9b3fe02617e442d4b02c9d7da2872a62087844b45691e14eea411f',622,'files/batch-6v9ktbqrm0e5yskz41679hw7brk1mtknya8g',501,NULL,NULL,501,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/6v9ktbqrm0e5yskz41679hw7brk1mtknya8g","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-0bd9bc23-07c1-485e-9f2b-74bf03ff032e","inputConfig":{"fileName":"files/h2jnn9maruxa"},"output":{"responsesFile":"files/batch-6v9ktbqrm0e5yskz41679hw7brk1mtknya8g"},"createTime":"2026-11-24T11:50:00.000000000Z","endTime":"2026-11-24T11:50:00.000000000Z","updateTime":"2026-11-24T11:50:00.000000000Z","batchStats":{"requestCount":"4","pendingRequestCount":"4"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/6v9ktbqrm0e5yskz41679hw7brk1mtknya8g"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-6v9ktbqrm0e5yskz41679hw7brk1mtknya8g"}}','COMPLETED',NULL,1,NULL,0,'2026-11-24T11:50:00.000000Z','2026-11-24T11:50:00.000000Z','2026-11-24T11:50:00.000000Z');
INSERT INTO "chunk_counts" VALUES('failed','400 INVALID_ARGUMENT',1,22);
INSERT INTO "chunk_counts" VALUES('failed','400 text empty',1,20);
INSERT INTO "chunk_counts" VALUES('failed','400 text too long',1,23);
INSERT INTO "chunk_counts" VALUES('failed','429 RESOURCE_EXHAUSTED',1,24);
INSERT INTO "chunk_counts" VALUES('failed','500 INTERNAL',1,23);
INSERT INTO "chunk_counts" VALUES('failed','503 UNAVAILABLE',1,26);
INSERT INTO "chunk_counts" VALUES('failed','504 DEADLINE_EXCEEDED',1,23);
INSERT INTO "chunk_counts" VALUES('failed','other error',1,14);
INSERT INTO "chunk_counts" VALUES('failed','refused by policy',1,21);
INSERT INTO "chunk_counts" VALUES('failed','row missing from the result',1,22);
INSERT INTO "chunk_counts" VALUES('failed','vector of zeros or not numbers',1,20);
INSERT INTO "chunk_counts" VALUES('failed','wrong dimension',1,20);
INSERT INTO "chunk_counts" VALUES('in_batch','',0,0);
INSERT INTO "chunk_counts" VALUES('pending','',15,566);
INSERT INTO "chunk_counts" VALUES('ready','',4,83);
INSERT INTO "chunks" VALUES(1,1,0,'a text that is too long','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','The text is too long: 9000 tokens.','2026-11-24 10:00:00.000000','68980b875efcf7b7b17124aa78da8e82',NULL,23,NULL,NULL,NULL,1,NULL,'400 text too long','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(2,1,1,'a text that is empty','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','* content: the text is empty','2026-11-24 10:00:00.000000','54c26df73f24f09ac42f9069e998de9a',NULL,20,NULL,NULL,NULL,1,NULL,'400 text empty','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(3,1,2,'a text that is invalid','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','Request contains an invalid argument.','2026-11-24 10:00:00.000000','c0f8fc2d56ae86ceebad4bc29775a9f0',NULL,22,NULL,NULL,NULL,1,NULL,'400 INVALID_ARGUMENT','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(4,1,3,'a text that is policy','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','Blocked by safety policy.','2026-11-24 10:00:00.000000','5234f397ff9e19b63ceafb4c77b970be',NULL,21,NULL,NULL,NULL,1,NULL,'refused by policy','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(5,1,4,'a text that is short','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','The vector has 15 numbers instead of 16.','2026-11-24 10:00:00.000000','47c0e66c295df219b5db961467acb726',NULL,20,NULL,NULL,NULL,1,NULL,'wrong dimension','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(6,1,5,'a text that is exhausted','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','Resource has been exhausted.','2026-11-24 10:00:00.000000','613c3d37dbbf606fe218a8b134df74f9',NULL,24,NULL,NULL,NULL,1,NULL,'429 RESOURCE_EXHAUSTED','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(7,1,6,'a text that is internal','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','An internal error has occurred. Please retry or report.','2026-11-24 10:00:00.000000','d45efe1596dc277093a52244d6c3cafc',NULL,23,NULL,NULL,NULL,1,NULL,'500 INTERNAL','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(8,1,7,'a text that is unavailable','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','Unavailable.','2026-11-24 10:00:00.000000','92349969b8f21e0e500ac42494fdc347',NULL,26,NULL,NULL,NULL,1,NULL,'503 UNAVAILABLE','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(9,1,8,'a text that is deadline','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','Deadline exceeded.','2026-11-24 10:00:00.000000','b319a2d1c99eb1f76c86f51c5348e262',NULL,23,NULL,NULL,NULL,1,NULL,'504 DEADLINE_EXCEEDED','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(10,1,9,'a text that is zeros','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','The vector is all zeros, or its length cannot be told.','2026-11-24 10:00:00.000000','96e05b0e2c6c1e6ff362786a9f409d40',NULL,20,NULL,NULL,NULL,1,NULL,'vector of zeros or not numbers','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(11,1,10,'a text that is dropped','text',NULL,'{}','FAILED','8a352d15-5db4-4d1c-8ce8-1df84925a6ad','Google''s result has no row for this chunk.','2026-11-24 10:00:00.000000','b56078e36cd392e9a92f383869c887a1',NULL,22,NULL,NULL,NULL,1,NULL,'row missing from the result','2026-11-24T10:00:00.000000Z');
INSERT INTO "chunks" VALUES(12,1,11,'a good text','text',NULL,'{}','READY','8a352d15-5db4-4d1c-8ce8-1df84925a6ad',NULL,'2026-11-24 10:00:00.000000','0989669c5640c2a639bcbe778b2a33bb',NULL,11,NULL,NULL,3,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(13,1,12,'A notice that stands on every page','text',NULL,'{}','READY','8a352d15-5db4-4d1c-8ce8-1df84925a6ad',NULL,'2026-11-24 10:00:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,9,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(14,2,0,'internal: it backs off','text',NULL,'{}','PENDING',NULL,'An internal error has occurred. Please retry or report.','2026-11-24 11:50:00.000000','bdf509b16fa67d93c9aee76f40020758',NULL,22,NULL,NULL,NULL,1,'2026-11-24T12:20:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(15,2,1,'unavailable: it backs off','text',NULL,'{}','PENDING',NULL,'Unavailable.','2026-11-24 11:50:00.000000','e8797b27e100eb32d91449c314a22e26',NULL,25,NULL,NULL,NULL,1,'2026-11-24T12:20:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(16,2,2,'dropped, and looked for again','text',NULL,'{}','PENDING',NULL,'Google''s result has no row for this chunk.','2026-11-24 11:50:00.000000','a4b43fe2a09a409bb430eb21a93a565f',NULL,29,NULL,NULL,NULL,1,'2026-11-24T12:20:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(17,2,3,'good again','text',NULL,'{}','READY','0bd9bc23-07c1-485e-9f2b-74bf03ff032e',NULL,'2026-11-24 11:50:00.000000','e1a29e1826627fe8defeca25727cb901',NULL,10,NULL,NULL,2,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(18,3,0,'A notice that stands on every page','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(19,3,1,'Another notice of the kind','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','c1ee3e93a647400a912276a342d500ab',NULL,26,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(20,3,2,'Text number 0, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','e8c9b04f99a29c488b609cd831192788',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(21,3,3,'Text number 1, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','c7a0c46a0210fa45f17cb83e8f6c0be3',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(22,3,4,'A notice that stands on every page','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(23,3,5,'Another notice of the kind','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','c1ee3e93a647400a912276a342d500ab',NULL,26,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(24,3,6,'A notice that stands on every page','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(25,4,0,'A notice that stands on every page','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','68b8a4d7c8d0e74d18c45cba1599f798','A title > A section',55,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(26,4,1,'Text number 0, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','ea4caaea6d67e6dcba38f80f17ccf8b7','A title > A section',62,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(27,4,2,'Text number 2, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','ad74a03f133122ddecd9870c2e6a09c0','A title > A section',62,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(28,4,10,'Text number 3, which waits to be embedded','text',NULL,'{"_vector_source": "A title\n\nText number 3, which waits to be embedded"}','PENDING',NULL,NULL,'2026-11-24 11:30:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(29,4,11,'A notice that stands on every page','text',NULL,'{"_vector_source": "A notice that stands on every page"}','PENDING',NULL,NULL,'2026-11-24 11:30:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(30,4,12,'never embedded','text',NULL,'{}','FAILED',NULL,'400 the older writer''s words','2026-11-24 11:30:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(31,4,13,'embedded by the older writer','text',NULL,'{}','READY',NULL,NULL,'2026-11-24 11:30:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "documents" VALUES(1,'a text that is too long
a text that is empty
a text that is invalid
a text that is policy
a text that is short
a text that is exhausted
a text that is internal
a text that is unavailable
a text that is deadline
a text that is zeros
a text that is dropped
a good text
A notice that stands on every page','{}','text/plain','2026-11-24 10:00:00.000000','source-1.txt','A title',NULL);
INSERT INTO "documents" VALUES(2,'internal: it backs off
unavailable: it backs off
dropped, and looked for again
good again','{}','text/plain','2026-11-24 11:50:00.000000','source-2.txt','A title',NULL);
INSERT INTO "documents" VALUES(3,'A notice that stands on every page
Another notice of the kind
Text number 0, which waits to be embedded
Text number 1, which waits to be embedded
A notice that stands on every page
Another notice of the kind
A notice that stands on every page','{}','text/plain','2026-11-24 12:00:00.000000','source-3.txt','A title',NULL);
INSERT INTO "documents" VALUES(4,'A notice that stands on every page
Text number 0, which waits to be embedded
Text number 2, which waits to be embedded','{}','text/plain','2026-11-24 12:00:00.000000','source-4.txt','A title',NULL);
INSERT INTO "events" VALUES(1,'2026-11-24T10:00:00.000000Z','engine','info','Flush: 1 job with 13 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(2,'2026-11-24T10:00:00.000000Z','engine','warning','Job 8a352d1 COMPLETED_WITH_ERRORS: 2 ready, 10 failed, 0 to be tried again, 1 missing; 22 tokens.');
INSERT INTO "events" VALUES(3,'2026-11-24T11:50:00.000000Z','engine','info','Flush: 1 job with 4 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(4,'2026-11-24T11:50:00.000000Z','engine','warning','Job 0bd9bc2 COMPLETED_WITH_ERRORS: 1 ready, 0 failed, 2 to be tried again, 1 missing; 2 tokens.');
INSERT INTO "job_events" VALUES(1,'8a352d15-5db4-4d1c-8ce8-1df84925a6ad','2026-11-24T10:00:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(2,'8a352d15-5db4-4d1c-8ce8-1df84925a6ad','2026-11-24T10:00:00.000000Z','SPOOLED','13 requests, 2,022 bytes on disk');
INSERT INTO "job_events" VALUES(3,'8a352d15-5db4-4d1c-8ce8-1df84925a6ad','2026-11-24T10:00:00.000000Z','UPLOADED','uploaded as files/3yayyevrfp1u');
INSERT INTO "job_events" VALUES(4,'8a352d15-5db4-4d1c-8ce8-1df84925a6ad','2026-11-24T10:00:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(5,'8a352d15-5db4-4d1c-8ce8-1df84925a6ad','2026-11-24T10:00:00.000000Z','SUBMITTED','created as batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0');
INSERT INTO "job_events" VALUES(6,'8a352d15-5db4-4d1c-8ce8-1df84925a6ad','2026-11-24T10:00:00.000000Z','FETCHED','1,827 bytes of results on disk');
INSERT INTO "job_events" VALUES(7,'8a352d15-5db4-4d1c-8ce8-1df84925a6ad','2026-11-24T10:00:00.000000Z','COMPLETED_WITH_ERRORS','2 ready, 10 failed, 0 to be tried again, 1 missing');
INSERT INTO "job_events" VALUES(8,'8a352d15-5db4-4d1c-8ce8-1df84925a6ad','2026-11-24T10:00:00.000000Z','COMPLETED_WITH_ERRORS','left at Google until they expire: files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0');
INSERT INTO "job_events" VALUES(9,'0bd9bc23-07c1-485e-9f2b-74bf03ff032e','2026-11-24T11:50:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(10,'0bd9bc23-07c1-485e-9f2b-74bf03ff032e','2026-11-24T11:50:00.000000Z','SPOOLED','4 requests, 622 bytes on disk');
INSERT INTO "job_events" VALUES(11,'0bd9bc23-07c1-485e-9f2b-74bf03ff032e','2026-11-24T11:50:00.000000Z','UPLOADED','uploaded as files/h2jnn9maruxa');
INSERT INTO "job_events" VALUES(12,'0bd9bc23-07c1-485e-9f2b-74bf03ff032e','2026-11-24T11:50:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(13,'0bd9bc23-07c1-485e-9f2b-74bf03ff032e','2026-11-24T11:50:00.000000Z','SUBMITTED','created as batches/6v9ktbqrm0e5yskz41679hw7brk1mtknya8g');
INSERT INTO "job_events" VALUES(14,'0bd9bc23-07c1-485e-9f2b-74bf03ff032e','2026-11-24T11:50:00.000000Z','FETCHED','501 bytes of results on disk');
INSERT INTO "job_events" VALUES(15,'0bd9bc23-07c1-485e-9f2b-74bf03ff032e','2026-11-24T11:50:00.000000Z','COMPLETED_WITH_ERRORS','1 ready, 0 failed, 2 to be tried again, 1 missing');
INSERT INTO "job_events" VALUES(16,'0bd9bc23-07c1-485e-9f2b-74bf03ff032e','2026-11-24T11:50:00.000000Z','COMPLETED_WITH_ERRORS','left at Google until they expire: files/batch-6v9ktbqrm0e5yskz41679hw7brk1mtknya8g');
INSERT INTO "leases" VALUES('engine',4,NULL,NULL,999999,'first.example','2026-03-01T10:00:00.000000Z','2026-03-01T10:00:00.000000Z','2026-03-01T10:01:30.000000Z');
INSERT INTO "ledger" VALUES(1,'2026-11-24T10:00:00.000000Z','batch','batch','2222','gemini-embedding-001',2,22,10,'0.075','0.15','Google''s pricing page 2026-11-01',1650000,3300000,750000,11,'8a352d15-5db4-4d1c-8ce8-1df84925a6ad','');
INSERT INTO "ledger" VALUES(2,'2026-11-24T11:50:00.000000Z','batch','batch','2222','gemini-embedding-001',1,2,0,'0.075','0.15','Google''s pricing page 2026-11-01',150000,300000,0,6,'0bd9bc23-07c1-485e-9f2b-74bf03ff032e','');
INSERT INTO "ledger_days" VALUES('2026-11-24','batch','batch','gemini-embedding-001',3,24,1800000,3600000,10,750000,17);
INSERT INTO "profiles" VALUES(1,'gemini-embedding-001',16,'RETRIEVAL_DOCUMENT');
INSERT INTO "token_ratio" VALUES('gemini-embedding-001',65,14);
INSERT INTO "vectors" VALUES(12,1,X'641C7D3E81A290BEC2F3D8BDC2F358BE81A2903ED1B6A23E81A290BE22CBB43ED1B6A23ED1B6A2BE82A2903D81A290BEC2F358BE82A210BE82A2903D641C7D3E');
INSERT INTO "vectors" VALUES(13,1,X'AE65203EF990A63EA216DE3DBF94CB3EEE41E43ED0C3763DDC12393E0BC051BE396D6ABEA216DEBD0BC051BEAE65203EA216DEBD80B807BE8498F0BE0BC0513E');
INSERT INTO "vectors" VALUES(17,1,X'8529A2BC4E91C0BE8529A2BC8529A23CED06983E483E733DE7B3CA3D80D6D43EED06983E483E733D1E4CAC3E483E733DED0698BE483E733D4E91C03E4E91C03E');
