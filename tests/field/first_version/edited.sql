INSERT INTO "batch_jobs" VALUES('40384a42-e541-4ae9-a713-11e4b672fb48','batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0','SUBMITTED','{}','2026-11-24 11:40:00.000000','2026-11-24 11:40:00.000000','halfrate-40384a42-e541-4ae9-a713-11e4b672fb48','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',19,756,189,0,0,0,0,0,0,0,'files/3yayyevrfp1u','a58da4994f35f5b4eccdb08494fc8d164f859b899f17075ed5b5af4c9d8b5341',3305,NULL,0,NULL,NULL,0,'BATCH_STATE_PENDING',0,'{"name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-40384a42-e541-4ae9-a713-11e4b672fb48","inputConfig":{"fileName":"files/3yayyevrfp1u"},"createTime":"2026-11-24T11:40:00.000000000Z","updateTime":"2026-11-24T11:40:00.000000000Z","batchStats":{"requestCount":"19","pendingRequestCount":"19"},"state":"BATCH_STATE_PENDING","name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"}}',NULL,NULL,1,NULL,0,'2026-11-24T11:40:00.000000Z','2026-11-24T11:40:00.000000Z',NULL);
INSERT INTO "batch_jobs" VALUES('d47e5394-2dee-4ded-ad69-50b6a53831dd','batches/6v9ktbqrm0e5yskz41679hw7brk1mtknya8g','SUBMITTED','{}','2026-11-24 11:40:00.000000','2026-11-24 11:40:00.000000','halfrate-d47e5394-2dee-4ded-ad69-50b6a53831dd','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',2,54,14,0,0,0,0,0,0,0,'files/h2jnn9maruxa','aabae43e0586f351f5e35b04c7b6d1fc07f4ea62484b3be2d2b7caaa7d4e718e',322,NULL,0,NULL,NULL,0,'BATCH_STATE_PENDING',0,'{"name":"batches/6v9ktbqrm0e5yskz41679hw7brk1mtknya8g","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-d47e5394-2dee-4ded-ad69-50b6a53831dd","inputConfig":{"fileName":"files/h2jnn9maruxa"},"createTime":"2026-11-24T11:40:00.000000000Z","updateTime":"2026-11-24T11:40:00.000000000Z","batchStats":{"requestCount":"2","pendingRequestCount":"2"},"state":"BATCH_STATE_PENDING","name":"batches/6v9ktbqrm0e5yskz41679hw7brk1mtknya8g"}}',NULL,NULL,1,NULL,0,'2026-11-24T11:40:00.000000Z','2026-11-24T11:40:00.000000Z',NULL);
INSERT INTO "chunk_counts" VALUES('in_batch','',17,646);
INSERT INTO "chunk_counts" VALUES('pending','',0,0);
INSERT INTO "chunk_counts" VALUES('ready','',1,41);
INSERT INTO "chunks" VALUES(1,1,0,'# Notes

## One

The first part, written anew.

## Two

The second part.','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000','91899139bb9fb44fc4f9bb3debb9bd9a','',72,0,72,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(2,2,0,'Changed by a writer that knows no hashes','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000',NULL,NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(3,2,1,'Changed twice','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000',NULL,NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(4,2,2,'Text number 2, which waits to be embedded','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000',NULL,NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(7,2,5,'Text number 5, which waits to be embedded','text',NULL,'{"seen": true}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000',NULL,NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(8,2,6,'Text number 6, which waits to be embedded','text',NULL,'{}','READY',NULL,NULL,'2026-11-24 10:00:00.000000','ba555c5c69ca09e195c358953c6d79bc',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(9,2,7,'Text number 7, which waits to be embedded','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000','464fea3909048ad7be6c88390920b6a2',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(10,2,8,'Text number 8, which waits to be embedded','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000','d67b8043fdbfae2d4198b0830e13a037',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(11,2,9,'Text number 9, which waits to be embedded','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000','ff8c2f5597e9b2bca358cd21f5c66df5',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(12,2,10,'Text number 10, which waits to be embedded','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000','034c7adbb9735a5dfa083428aded334b',NULL,42,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(13,2,11,'Text number 11, which waits to be embedded','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000','ddba742e5f484b2351a1e34940ad6fa2',NULL,42,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(14,2,12,'A notice that stands on every page','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(15,2,13,'Another notice of the kind','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000','c1ee3e93a647400a912276a342d500ab',NULL,26,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(16,2,14,'A notice that stands on every page','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(17,2,15,'Another notice of the kind','text',NULL,'{}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 10:00:00.000000','c1ee3e93a647400a912276a342d500ab',NULL,26,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(18,2,100,'the older writer''s text','text',NULL,'{"_vector_source": "Another title\n\nthe older writer''s text"}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 11:30:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(19,2,101,'the older writer''s second text','text',NULL,'{"_vector_source": "A title\n\nthe older writer''s second text"}','PENDING','40384a42-e541-4ae9-a713-11e4b672fb48',NULL,'2026-11-24 11:30:00.000000','6e377ac72e2d8384083799ea807be048',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(21,3,1,'another text of the second job','text',NULL,'{}','PENDING','d47e5394-2dee-4ded-ad69-50b6a53831dd',NULL,'2026-11-24 11:40:00.000000','02426224e7f9c2341913076ca6eb3cb8',NULL,30,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "documents" VALUES(1,'# Notes

## One

The first part, written anew.

## Two

The second part.
','{}','text/markdown','2026-11-24 10:00:00.000000','/tmp/first-version/notes.md','Notes','b69a525c37d19aa7067e87a54baf5348');
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
Text number 11, which waits to be embedded
A notice that stands on every page
Another notice of the kind
A notice that stands on every page
Another notice of the kind','{}','text/plain','2026-11-24 10:00:00.000000','source-1.txt','A title',NULL);
INSERT INTO "documents" VALUES(3,'a text of the second job
another text of the second job','{}','text/plain','2026-11-24 11:40:00.000000','source-2.txt','A title',NULL);
INSERT INTO "events" VALUES(1,'2026-11-24T11:40:00.000000Z','engine','info','Flush: 1 job with 19 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(2,'2026-11-24T11:40:00.000000Z','engine','info','Flush: 1 job with 2 chunks submitted with the batch key.');
INSERT INTO "job_events" VALUES(1,'40384a42-e541-4ae9-a713-11e4b672fb48','2026-11-24T11:40:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(2,'40384a42-e541-4ae9-a713-11e4b672fb48','2026-11-24T11:40:00.000000Z','SPOOLED','19 requests, 3,305 bytes on disk');
INSERT INTO "job_events" VALUES(3,'40384a42-e541-4ae9-a713-11e4b672fb48','2026-11-24T11:40:00.000000Z','UPLOADED','uploaded as files/3yayyevrfp1u');
INSERT INTO "job_events" VALUES(4,'40384a42-e541-4ae9-a713-11e4b672fb48','2026-11-24T11:40:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(5,'40384a42-e541-4ae9-a713-11e4b672fb48','2026-11-24T11:40:00.000000Z','SUBMITTED','created as batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0');
INSERT INTO "job_events" VALUES(6,'d47e5394-2dee-4ded-ad69-50b6a53831dd','2026-11-24T11:40:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(7,'d47e5394-2dee-4ded-ad69-50b6a53831dd','2026-11-24T11:40:00.000000Z','SPOOLED','2 requests, 322 bytes on disk');
INSERT INTO "job_events" VALUES(8,'d47e5394-2dee-4ded-ad69-50b6a53831dd','2026-11-24T11:40:00.000000Z','UPLOADED','uploaded as files/h2jnn9maruxa');
INSERT INTO "job_events" VALUES(9,'d47e5394-2dee-4ded-ad69-50b6a53831dd','2026-11-24T11:40:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(10,'d47e5394-2dee-4ded-ad69-50b6a53831dd','2026-11-24T11:40:00.000000Z','SUBMITTED','created as batches/6v9ktbqrm0e5yskz41679hw7brk1mtknya8g');
INSERT INTO "leases" VALUES('engine',2,NULL,NULL,999999,'first.example','2026-03-01T10:00:00.000000Z','2026-03-01T10:00:00.000000Z','2026-03-01T10:01:30.000000Z');
INSERT INTO "superseded" VALUES('40384a42-e541-4ae9-a713-11e4b672fb48',1,'0be6eb8d47bb5f05');
INSERT INTO "superseded" VALUES('40384a42-e541-4ae9-a713-11e4b672fb48',2,'e8c9b04f99a29c48');
INSERT INTO "superseded" VALUES('40384a42-e541-4ae9-a713-11e4b672fb48',3,'c7a0c46a0210fa45');
INSERT INTO "superseded" VALUES('40384a42-e541-4ae9-a713-11e4b672fb48',4,'8fe9384379b5221e');
INSERT INTO "superseded" VALUES('40384a42-e541-4ae9-a713-11e4b672fb48',5,'cbcbda8b3e4f45e2');
INSERT INTO "superseded" VALUES('40384a42-e541-4ae9-a713-11e4b672fb48',6,'5574379b1aa644e3');
INSERT INTO "superseded" VALUES('40384a42-e541-4ae9-a713-11e4b672fb48',7,'2e517fed5c6682fe');
INSERT INTO "superseded" VALUES('40384a42-e541-4ae9-a713-11e4b672fb48',18,'c092fa31a66150b8');
INSERT INTO "superseded" VALUES('d47e5394-2dee-4ded-ad69-50b6a53831dd',20,'7680fd976211a969');
