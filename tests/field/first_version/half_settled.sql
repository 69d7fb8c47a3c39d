INSERT INTO "batch_jobs" VALUES('7bca6191-711c-448a-b569-2cb634b6443b','batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0','FETCHED','{}','2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000','halfrate-7bca6191-711c-448a-b569-2cb634b6443b','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',30,705,177,4,2,0,3,4,83,53,'files/3yayyevrfp1u','c0c12191689d6fe57f93602459c6cbd91a40eb7f1ff325978d42bdc4e98ae9c1',4716,'files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0',6704,NULL,NULL,4095,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-7bca6191-711c-448a-b569-2cb634b6443b","inputConfig":{"fileName":"files/3yayyevrfp1u"},"output":{"responsesFile":"files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"},"createTime":"2026-11-24T12:00:00.000000000Z","endTime":"2026-11-24T12:00:00.000000000Z","updateTime":"2026-11-24T12:00:00.000000000Z","batchStats":{"requestCount":"30","pendingRequestCount":"30"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-db1o15brury9qyb4n8wuaeti1t8hpcmkrho0"}}','COMPLETED',NULL,1,NULL,0,'2026-11-24T12:00:00.000000Z','2026-11-24T12:00:00.000000Z',NULL);
INSERT INTO "chunk_counts" VALUES('failed','400 INVALID_ARGUMENT',2,48);
INSERT INTO "chunk_counts" VALUES('in_batch','',16,387);
INSERT INTO "chunk_counts" VALUES('pending','',6,135);
INSERT INTO "chunk_counts" VALUES('ready','',4,93);
INSERT INTO "chunks" VALUES(1,1,0,'good: changed early in the file','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','6d300f4e2e5f424d580d7a3a2acf5147',NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(2,1,1,'refused: a text number 0','text',NULL,'{}','FAILED','7bca6191-711c-448a-b569-2cb634b6443b','Request contains an invalid argument.','2026-11-24 12:00:00.000000','ba95f535a23313503b3ef815f94a60d8',NULL,24,NULL,NULL,NULL,1,NULL,'400 INVALID_ARGUMENT','2026-11-24T12:00:00.000000Z');
INSERT INTO "chunks" VALUES(3,1,2,'passing: a text number 0','text',NULL,'{}','PENDING',NULL,'Unavailable.','2026-11-24 12:00:00.000000','b37cdd6575cc66d2cd7c55bdf485b9eb',NULL,24,NULL,NULL,NULL,1,'2026-11-24T12:30:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(4,1,3,'zeros: a text number 0','text',NULL,'{}','PENDING',NULL,'The vector is all zeros, or its length cannot be told.','2026-11-24 12:00:00.000000','f79baea3401eac5793ca33aada9dd7dd',NULL,22,NULL,NULL,NULL,1,'2026-11-24T12:30:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(5,1,4,'twice: changed','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','307c4125bdaf4eb15be073b34551402b',NULL,22,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(6,1,5,'good too: a text number 0','text',NULL,'{}','READY','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','eef38a12da9ae08449af2691a93d344b',NULL,25,NULL,NULL,8,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(7,1,6,'dropped: a text number 0','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','2d135783ca82cc01a06eb5de8d5aba97',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(8,1,7,'unknown key: a text number 0','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','cea46c17cdf208ec91988e90e6e2ccba',NULL,28,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(9,1,8,'no JSON: a text number 0','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','e1a91ce83c2c66b04b173f0de125b6c5',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(11,1,10,'good: a text number 1','text',NULL,'{}','READY','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','8d2735bc316e8898c89c93ff16801163',NULL,21,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(12,1,11,'refused: a text number 1','text',NULL,'{}','FAILED','7bca6191-711c-448a-b569-2cb634b6443b','Request contains an invalid argument.','2026-11-24 12:00:00.000000','505a0f114f78036b82decdec57f061c2',NULL,24,NULL,NULL,NULL,1,NULL,'400 INVALID_ARGUMENT','2026-11-24T12:00:00.000000Z');
INSERT INTO "chunks" VALUES(13,1,12,'passing: a text number 1','text',NULL,'{}','PENDING',NULL,'Unavailable.','2026-11-24 12:00:00.000000','e28c16c9b5a5033cb45371b9598cc71f',NULL,24,NULL,NULL,NULL,1,'2026-11-24T12:30:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(14,1,13,'zeros: a text number 1','text',NULL,'{}','PENDING',NULL,'The vector is all zeros, or its length cannot be told.','2026-11-24 12:00:00.000000','b70b86a86e021e60f8b9ecd343562eb2',NULL,22,NULL,NULL,NULL,1,'2026-11-24T12:30:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(15,1,14,'twice: a text number 1','text',NULL,'{}','READY','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','0b16bae05632ba04f51c2f165ed0685b',NULL,22,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(16,1,15,'good too: a text number 1','text',NULL,'{}','READY','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','ddb369cbc6e98f4fb75afa972e3f21de',NULL,25,NULL,NULL,8,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(17,1,16,'dropped: a text number 1','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','ad1db10133a124a98f368d6666a5f097',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(18,1,17,'unknown key: a text number 1','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','e84e3c1f6848143240b06ab894c5f32a',NULL,28,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(19,1,18,'no JSON: a text number 1','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','fd30ba8764746b55fdc034ff183ab3ef',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(20,1,19,'fine: a text number 1','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','c91b5b184abfca38f4fe9a962d5c961d',NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(21,1,20,'good: changed late in the file','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000',NULL,NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(22,1,21,'refused: a text number 2','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','657cbbafe26b8efb050d96d44acbe697',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(23,1,22,'passing: a text number 2','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','a61b86ceee595ed954fe5b1924bca1f4',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(24,1,23,'zeros: a text number 2','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','314588db7e9b4e50a32913d0e05d496c',NULL,22,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(25,1,24,'twice: changed late in the file','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000',NULL,NULL,22,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(26,1,25,'good too: a text number 2','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','a6c5552504bb9f4f61a2d91d9752f4ea',NULL,25,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(27,1,26,'dropped: a text number 2','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','265e8d23d3f0efa4755b281ca9e1c79f',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(28,1,27,'unknown key: a text number 2','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','ce072d8519c8592fc498ed5a0684ba11',NULL,28,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(29,1,28,'no JSON: a text number 2','text',NULL,'{}','PENDING','7bca6191-711c-448a-b569-2cb634b6443b',NULL,'2026-11-24 12:00:00.000000','9ff5dc8913a983e4dcfc0478b06bfeee',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "documents" VALUES(1,'good: a text number 0
refused: a text number 0
passing: a text number 0
zeros: a text number 0
twice: a text number 0
good too: a text number 0
dropped: a text number 0
unknown key: a text number 0
no JSON: a text number 0
fine: a text number 0
good: a text number 1
refused: a text number 1
passing: a text number 1
zeros: a text number 1
twice: a text number 1
good too: a text number 1
dropped: a text number 1
unknown key: a text number 1
no JSON: a text number 1
fine: a text number 1
good: a text number 2
refused: a text number 2
passing: a text number 2
zeros: a text number 2
twice: a text number 2
good too: a text number 2
dropped: a text number 2
unknown key: a text number 2
no JSON: a text number 2
fine: a text number 2','{}','text/plain','2026-11-24 12:00:00.000000','source-1.txt','A title',NULL);
INSERT INTO "events" VALUES(1,'2026-11-24T12:00:00.000000Z','engine','info','Flush: 1 job with 30 chunks submitted with the batch key.');
INSERT INTO "job_events" VALUES(1,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(2,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','SPOOLED','30 requests, 4,716 bytes on disk');
INSERT INTO "job_events" VALUES(3,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','UPLOADED','uploaded as files/3yayyevrfp1u');
INSERT INTO "job_events" VALUES(4,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(5,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','SUBMITTED','created as batches/db1o15brury9qyb4n8wuaeti1t8hpcmkrho0');
INSERT INTO "job_events" VALUES(6,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','FETCHED','6,704 bytes of results on disk');
INSERT INTO "job_events" VALUES(7,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','FETCHED','1 result rows have keys that were answered before');
INSERT INTO "job_events" VALUES(8,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','FETCHED','byte 1,533: The key of the row is none of ours.');
INSERT INTO "job_events" VALUES(9,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','FETCHED','byte 1,850: The line cannot be read: it is not JSON at character 1.');
INSERT INTO "job_events" VALUES(10,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','FETCHED','byte 3,775: The key of the row is none of ours.');
INSERT INTO "job_events" VALUES(11,'7bca6191-711c-448a-b569-2cb634b6443b','2026-11-24T12:00:00.000000Z','FETCHED','1 result rows have keys that were answered before');
INSERT INTO "leases" VALUES('engine',2,'worker','sync',999999,'first.example','2026-03-01T10:00:00.000000Z','2026-03-01T10:00:00.000000Z','2026-03-01T10:01:30.000000Z');
INSERT INTO "profiles" VALUES(1,'gemini-embedding-001',16,'RETRIEVAL_DOCUMENT');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',1,'7cff5090e45b8987');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',1,'7cff5090e45b8987!');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',2,'ba95f535a2331350!');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',3,'b37cdd6575cc66d2!');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',4,'f79baea3401eac57!');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',5,'9f5b2a729970cefc');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',5,'9f5b2a729970cefc!');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',10,'0fb07293c79f31f3');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',10,'0fb07293c79f31f3!');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',12,'505a0f114f78036b!');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',13,'e28c16c9b5a5033c!');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',14,'b70b86a86e021e60!');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',21,'45b26d126da46872');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',25,'34df587dd9630e8d');
INSERT INTO "superseded" VALUES('7bca6191-711c-448a-b569-2cb634b6443b',30,'96e3f6503fb60511');
INSERT INTO "vectors" VALUES(6,1,X'1732C6BE628262BD000000007D918DBE628262BEAFD2FE3E6282623DCBE129BE6282E2BD7D918DBE628262BD00000000628262BE7D918D3E7D918DBE1732C63E');
INSERT INTO "vectors" VALUES(11,1,X'E0B00EBE00000000E0B08E3E500956BEE0B08EBE5009563EE0B08EBEE0B08E3D000000005009D6BEE0B08EBEE0B08EBDE0B08EBDE0B08E3E89B5F9BEE0B08E3E');
INSERT INTO "vectors" VALUES(15,1,X'3E35B1BE0E24673E0C9EC03E40BBD73D09189ABD7252483E3BAF0ABEDC8C763CDC8C763C40BBD73DA76FDFBE0E24673E70CCA13E09189A3D75D8EEBE7252483E');
INSERT INTO "vectors" VALUES(16,1,X'E966C4BE9C7560BD000000009D75E0BE81498CBEE966C43E9C75E0BD00000000355828BE9C75E0BD355828BE9C7560BD9C75E0BDE966C43EE966C4BE9C75603E');
