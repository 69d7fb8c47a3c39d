INSERT INTO "batch_jobs" VALUES('f6ff24d9-3256-4368-844e-783e65d2d1eb',NULL,'CANCELLED','{}','2026-11-22 00:00:00.000000','2026-11-22 00:20:00.000000','halfrate-f6ff24d9-3256-4368-844e-783e65d2d1eb','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',12,494,124,0,0,0,0,0,0,0,'files/3yayyevrfp1u','cc543bdaeb51505baf71b51657967919e47f86e16d24edddc050d14c29845ffb',2093,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,'Google asks to wait (429): You exceeded your current quota, please check your plan and billing details.',2,'2026-11-22T00:21:00.000000Z',0,'2026-11-22T00:00:00.000000Z',NULL,'2026-11-22T00:20:00.000000Z');
INSERT INTO "batch_jobs" VALUES('921796e2-d6ee-4fe3-868f-c12defa1837a','batches/c1jnkltjswuowbv4pzdif5zyxuvp4hm9pdvf','COMPLETED','{"submitted": 12, "succeeded": 12, "failed": 0}','2026-11-23 01:20:00.000000','2026-11-23 01:23:00.000000','halfrate-921796e2-d6ee-4fe3-868f-c12defa1837a','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',12,494,124,12,0,0,0,0,132,0,'files/8azpqytsj92s','cc543bdaeb51505baf71b51657967919e47f86e16d24edddc050d14c29845ffb',2093,'files/batch-c1jnkltjswuowbv4pzdif5zyxuvp4hm9pdvf',3651,NULL,NULL,3651,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/c1jnkltjswuowbv4pzdif5zyxuvp4hm9pdvf","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-921796e2-d6ee-4fe3-868f-c12defa1837a","inputConfig":{"fileName":"files/8azpqytsj92s"},"output":{"responsesFile":"files/batch-c1jnkltjswuowbv4pzdif5zyxuvp4hm9pdvf"},"createTime":"2026-11-23T01:20:00.000000000Z","endTime":"2026-11-23T01:20:00.000000000Z","updateTime":"2026-11-23T01:20:00.000000000Z","batchStats":{"requestCount":"12","pendingRequestCount":"12"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/c1jnkltjswuowbv4pzdif5zyxuvp4hm9pdvf"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-c1jnkltjswuowbv4pzdif5zyxuvp4hm9pdvf"}}','COMPLETED',NULL,1,NULL,0,'2026-11-23T01:20:00.000000Z','2026-11-23T01:20:00.000000Z','2026-11-23T01:23:00.000000Z');
INSERT INTO "batch_jobs" VALUES('25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','batches/rk15iksqwf9cmaxosj2unsd7a4borwivnb9b','COMPLETED','{"submitted": 14, "succeeded": 14, "failed": 0}','2026-11-23 01:23:00.000000','2026-11-23 01:30:00.000000','halfrate-25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',14,554,164,14,0,0,0,0,148,0,'files/3wtn07jkghlf','79e12f7cb9419835d8f9549ad22e2e6cdd803bb288f6b7ec5201f8fae89a5d77',2430,'files/batch-rk15iksqwf9cmaxosj2unsd7a4borwivnb9b',4278,NULL,NULL,4278,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/rk15iksqwf9cmaxosj2unsd7a4borwivnb9b","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3","inputConfig":{"fileName":"files/3wtn07jkghlf"},"output":{"responsesFile":"files/batch-rk15iksqwf9cmaxosj2unsd7a4borwivnb9b"},"createTime":"2026-11-23T01:23:00.000000000Z","endTime":"2026-11-23T01:23:00.000000000Z","updateTime":"2026-11-23T01:23:00.000000000Z","batchStats":{"requestCount":"14","pendingRequestCount":"14"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/rk15iksqwf9cmaxosj2unsd7a4borwivnb9b"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-rk15iksqwf9cmaxosj2unsd7a4borwivnb9b"}}','COMPLETED',NULL,1,NULL,0,'2026-11-23T01:23:00.000000Z','2026-11-23T01:23:00.000000Z','2026-11-23T01:30:00.000000Z');
INSERT INTO "batch_jobs" VALUES('9ddf433b-175b-4a1b-bcd0-8243e585a754','batches/7gbkf2s89yg0yecrirbawjcoehbozhkzrxwj','COMPLETED_WITH_ERRORS','{"submitted": 20, "succeeded": 18, "failed": 2}','2026-11-23 21:30:00.000000','2026-11-23 21:41:00.000000','halfrate-9ddf433b-175b-4a1b-bcd0-8243e585a754','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',20,490,142,18,0,0,0,2,140,14,'files/98tfa4hwlqyj','8e7dfc347838a5f74c6e86c311b07e09263c10594db413307dee6500e734c6f1',3170,'files/batch-7gbkf2s89yg0yecrirbawjcoehbozhkzrxwj',5747,NULL,NULL,5747,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/7gbkf2s89yg0yecrirbawjcoehbozhkzrxwj","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-9ddf433b-175b-4a1b-bcd0-8243e585a754","inputConfig":{"fileName":"files/98tfa4hwlqyj"},"output":{"responsesFile":"files/batch-7gbkf2s89yg0yecrirbawjcoehbozhkzrxwj"},"createTime":"2026-11-23T21:30:00.000000000Z","endTime":"2026-11-23T21:30:00.000000000Z","updateTime":"2026-11-23T21:30:00.000000000Z","batchStats":{"requestCount":"20","pendingRequestCount":"20"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/7gbkf2s89yg0yecrirbawjcoehbozhkzrxwj"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-7gbkf2s89yg0yecrirbawjcoehbozhkzrxwj"}}','COMPLETED',NULL,1,NULL,0,'2026-11-23T21:30:00.000000Z','2026-11-23T21:30:00.000000Z','2026-11-23T21:41:00.000000Z');
INSERT INTO "batch_jobs" VALUES('f2ef2bc0-07eb-49fb-9cf6-fea235d06ae9','batches/dyu5npv9o50w85evz89wn5w7tfmyw37ojgy4','EXPIRED','{}','2026-11-23 21:41:00.000000','2026-11-23 21:41:00.000000','halfrate-f2ef2bc0-07eb-49fb-9cf6-fea235d06ae9','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',2,50,15,0,0,2,0,0,0,0,'files/1v6u5ewc7pyg','16d7cb86fb7d2286c7ef9f58981d92605ad7cd7954f1a494650c0848ed8ce8a4',318,NULL,0,NULL,NULL,0,'BATCH_STATE_EXPIRED',0,'{"name":"batches/dyu5npv9o50w85evz89wn5w7tfmyw37ojgy4","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-f2ef2bc0-07eb-49fb-9cf6-fea235d06ae9","inputConfig":{"fileName":"files/1v6u5ewc7pyg"},"createTime":"2026-11-23T21:41:00.000000000Z","endTime":"2026-11-23T21:41:00.000000000Z","updateTime":"2026-11-23T21:41:00.000000000Z","batchStats":{"requestCount":"2"},"state":"BATCH_STATE_EXPIRED","name":"batches/dyu5npv9o50w85evz89wn5w7tfmyw37ojgy4"},"done":true}',NULL,NULL,1,'2026-11-23T21:41:30.000000Z',0,'2026-11-23T21:41:00.000000Z','2026-11-23T21:41:00.000000Z','2026-11-23T21:41:00.000000Z');
INSERT INTO "batch_jobs" VALUES('04fcd51d-4cc3-4a7c-bb0f-e89206d2864f','batches/50c3g1n14pd3ntrazi2wf77e45yf0yrp81cx','CANCELLED','{}','2026-11-23 21:41:00.000000','2026-11-23 21:41:00.000000','halfrate-04fcd51d-4cc3-4a7c-bb0f-e89206d2864f','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',2,50,15,0,0,2,0,0,0,0,'files/r8kj10obicqq','16d7cb86fb7d2286c7ef9f58981d92605ad7cd7954f1a494650c0848ed8ce8a4',318,NULL,0,NULL,NULL,0,'BATCH_STATE_CANCELLED',0,'{"name":"batches/50c3g1n14pd3ntrazi2wf77e45yf0yrp81cx","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-04fcd51d-4cc3-4a7c-bb0f-e89206d2864f","inputConfig":{"fileName":"files/r8kj10obicqq"},"createTime":"2026-11-23T21:41:00.000000000Z","endTime":"2026-11-23T21:41:00.000000000Z","updateTime":"2026-11-23T21:41:00.000000000Z","batchStats":{"requestCount":"2"},"state":"BATCH_STATE_CANCELLED","name":"batches/50c3g1n14pd3ntrazi2wf77e45yf0yrp81cx"},"done":true,"error":{"code":1,"message":"The operation was cancelled.","details":[]}}',NULL,NULL,1,'2026-11-23T21:41:30.000000Z',0,'2026-11-23T21:41:00.000000Z','2026-11-23T21:41:00.000000Z','2026-11-23T21:41:00.000000Z');
INSERT INTO "batch_jobs" VALUES('0b8c23fd-8b9a-40fb-97ea-55d7606422f0','batches/3ib91r3m5nl04iyjabukil3oqrysdhxbx4u7','COMPLETED','{"submitted": 2, "succeeded": 2, "failed": 0}','2026-11-23 21:41:00.000000','2026-11-23 21:46:00.000000','halfrate-0b8c23fd-8b9a-40fb-97ea-55d7606422f0','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',2,50,15,2,0,0,0,0,13,0,'files/jzvrhqelu168','16d7cb86fb7d2286c7ef9f58981d92605ad7cd7954f1a494650c0848ed8ce8a4',318,'files/batch-3ib91r3m5nl04iyjabukil3oqrysdhxbx4u7',620,NULL,NULL,620,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/3ib91r3m5nl04iyjabukil3oqrysdhxbx4u7","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-0b8c23fd-8b9a-40fb-97ea-55d7606422f0","inputConfig":{"fileName":"files/jzvrhqelu168"},"output":{"responsesFile":"files/batch-3ib91r3m5nl04iyjabukil3oqrysdhxbx4u7"},"createTime":"2026-11-23T21:41:00.000000000Z","endTime":"2026-11-23T21:41:00.000000000Z","updateTime":"2026-11-23T21:41:00.000000000Z","batchStats":{"requestCount":"2","pendingRequestCount":"2"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/3ib91r3m5nl04iyjabukil3oqrysdhxbx4u7"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-3ib91r3m5nl04iyjabukil3oqrysdhxbx4u7"}}','COMPLETED',NULL,1,NULL,0,'2026-11-23T21:41:00.000000Z','2026-11-23T21:41:00.000000Z','2026-11-23T21:46:00.000000Z');
INSERT INTO "batch_jobs" VALUES('224c5009-8b0f-4bee-9264-a06fd379f42c','batches/v9nipquv0mu9mo1z933vywj3gtnfblfd2dd8','COMPLETED','{"submitted": 1, "succeeded": 1, "failed": 0}','2026-11-23 21:46:00.000000','2026-11-23 21:46:00.000000','halfrate-224c5009-8b0f-4bee-9264-a06fd379f42c','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',1,31,9,1,0,0,0,0,8,0,'files/26nyzkep6b68','986bccba41df312c83105dae6a8c625efef1764ba6f44bb4d2339713fc5556bd',165,'files/batch-v9nipquv0mu9mo1z933vywj3gtnfblfd2dd8',312,NULL,NULL,312,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/v9nipquv0mu9mo1z933vywj3gtnfblfd2dd8","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-224c5009-8b0f-4bee-9264-a06fd379f42c","inputConfig":{"fileName":"files/26nyzkep6b68"},"output":{"responsesFile":"files/batch-v9nipquv0mu9mo1z933vywj3gtnfblfd2dd8"},"createTime":"2026-11-23T21:46:00.000000000Z","endTime":"2026-11-23T21:46:00.000000000Z","updateTime":"2026-11-23T21:46:00.000000000Z","batchStats":{"requestCount":"1","pendingRequestCount":"1"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/v9nipquv0mu9mo1z933vywj3gtnfblfd2dd8"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-v9nipquv0mu9mo1z933vywj3gtnfblfd2dd8"}}','COMPLETED',NULL,1,NULL,0,'2026-11-23T21:46:00.000000Z','2026-11-23T21:46:00.000000Z','2026-11-23T21:46:00.000000Z');
INSERT INTO "batch_jobs" VALUES('67e4a3df-c88d-4c27-9caa-cc504edd0b4e','batches/w7icqvs6aqj0mn5vnvmy9ty2wnq54c9qpzy8','COMPLETED','{"submitted": 12, "succeeded": 12, "failed": 0}','2026-11-23 21:46:00.000000','2026-11-23 23:56:01.000000','halfrate-67e4a3df-c88d-4c27-9caa-cc504edd0b4e','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',12,494,142,12,0,0,0,0,132,0,'files/svzokljzke3g','80bd8f62106d23bcf144035e73ec4dec490e19f9689737fbe196c260e7f492e1',2102,'files/batch-w7icqvs6aqj0mn5vnvmy9ty2wnq54c9qpzy8',3660,NULL,NULL,3660,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/w7icqvs6aqj0mn5vnvmy9ty2wnq54c9qpzy8","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-67e4a3df-c88d-4c27-9caa-cc504edd0b4e","inputConfig":{"fileName":"files/svzokljzke3g"},"output":{"responsesFile":"files/batch-w7icqvs6aqj0mn5vnvmy9ty2wnq54c9qpzy8"},"createTime":"2026-11-23T21:46:01.000000000Z","endTime":"2026-11-23T22:46:01.000000000Z","updateTime":"2026-11-23T22:46:01.000000000Z","batchStats":{"requestCount":"12","pendingRequestCount":"12"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/w7icqvs6aqj0mn5vnvmy9ty2wnq54c9qpzy8"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-w7icqvs6aqj0mn5vnvmy9ty2wnq54c9qpzy8"}}','COMPLETED',NULL,1,NULL,0,'2026-11-23T21:46:00.000000Z','2026-11-23T21:46:01.000000Z','2026-11-23T23:56:01.000000Z');
INSERT INTO "batch_jobs" VALUES('d33b3a23-5d70-47d7-beb5-1d70d786a05c','batches/ri65ep7bcfms1je9a4ims8v4jrxo0a3ulzui','COMPLETED','{"submitted": 0, "succeeded": 0, "failed": 0}','2026-11-23 21:56:01.000000','2026-11-23 23:56:01.000000','halfrate-67e4a3df-c88d-4c27-9caa-cc504edd0b4e (duplicate)','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',0,0,0,0,0,0,12,0,132,132,NULL,NULL,0,'files/batch-ri65ep7bcfms1je9a4ims8v4jrxo0a3ulzui',3660,NULL,NULL,3660,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/ri65ep7bcfms1je9a4ims8v4jrxo0a3ulzui","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-67e4a3df-c88d-4c27-9caa-cc504edd0b4e","inputConfig":{"fileName":"files/svzokljzke3g"},"output":{"responsesFile":"files/batch-ri65ep7bcfms1je9a4ims8v4jrxo0a3ulzui"},"createTime":"2026-11-23T21:46:00.000000000Z","endTime":"2026-11-23T22:46:00.000000000Z","updateTime":"2026-11-23T22:46:00.000000000Z","batchStats":{"requestCount":"12","pendingRequestCount":"12"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/ri65ep7bcfms1je9a4ims8v4jrxo0a3ulzui"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-ri65ep7bcfms1je9a4ims8v4jrxo0a3ulzui"}}','COMPLETED',NULL,0,NULL,0,NULL,'2026-11-23T21:56:01.000000Z','2026-11-23T23:56:01.000000Z');
INSERT INTO "batch_jobs" VALUES('57000762-eb53-432a-84cc-103bddd0d025','batches/von6jpkk8hqh9sac3cwg7n1sw5242x51qtsx','FAILED','{}','2026-11-24 11:30:00.000000','2026-11-24 11:30:00.000000','halfrate-57000762-eb53-432a-84cc-103bddd0d025','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',5,157,45,0,0,0,0,5,0,0,'files/mthw1sb9umxg','b4f7564f545dce653e5023f6ee70e418778f0832088c6d7cd60283763af736d6',827,NULL,0,NULL,NULL,0,'BATCH_STATE_FAILED',0,'{"name":"batches/von6jpkk8hqh9sac3cwg7n1sw5242x51qtsx","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-57000762-eb53-432a-84cc-103bddd0d025","inputConfig":{"fileName":"files/mthw1sb9umxg"},"createTime":"2026-11-24T11:30:00.000000000Z","endTime":"2026-11-24T11:30:00.000000000Z","updateTime":"2026-11-24T11:30:00.000000000Z","batchStats":{"requestCount":"5"},"state":"BATCH_STATE_FAILED","name":"batches/von6jpkk8hqh9sac3cwg7n1sw5242x51qtsx"},"done":true,"error":{"code":13,"message":"An internal error has occurred.","details":[]}}',NULL,'An internal error has occurred.',1,'2026-11-24T11:30:30.000000Z',0,'2026-11-24T11:30:00.000000Z','2026-11-24T11:30:00.000000Z','2026-11-24T11:30:00.000000Z');
INSERT INTO "batch_jobs" VALUES('b9ebad0e-d72b-43be-90d1-c5a1855618d5','batches/6wkfzgil9sllnm5626bqq76u79tcp85u3ewb','PROCESSING','{}','2026-11-24 11:30:00.000000','2026-11-24 11:55:00.000000','halfrate-b9ebad0e-d72b-43be-90d1-c5a1855618d5','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',6,204,58,0,0,0,0,0,0,0,'files/vdx772n4f51l','3ca5cef4751c036a39030cacdd406c37aa21cab0a847d701f8571d6bb71eed4f',1008,NULL,0,NULL,NULL,0,'BATCH_STATE_RUNNING',0,'{"name":"batches/6wkfzgil9sllnm5626bqq76u79tcp85u3ewb","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-b9ebad0e-d72b-43be-90d1-c5a1855618d5","inputConfig":{"fileName":"files/vdx772n4f51l"},"createTime":"2026-11-24T11:30:00.000000000Z","updateTime":"2026-11-24T11:30:00.000000000Z","batchStats":{"requestCount":"6","pendingRequestCount":"6"},"state":"BATCH_STATE_RUNNING","name":"batches/6wkfzgil9sllnm5626bqq76u79tcp85u3ewb"}}',NULL,NULL,1,'2026-11-24T11:57:30.000000Z',0,'2026-11-24T11:30:00.000000Z','2026-11-24T11:30:00.000000Z',NULL);
INSERT INTO "batch_jobs" VALUES('e70490fc-6241-4d29-ac7a-6ada4a04495a','batches/7v2xoidsqdqc3cwhnmsjeahpk8ksdwd35w1c','SUBMITTED','{}','2026-11-24 11:30:00.000000','2026-11-24 11:55:00.000000','halfrate-e70490fc-6241-4d29-ac7a-6ada4a04495a','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',6,210,60,0,0,0,0,0,0,0,'files/68czavl5khpz','0018a8abdc325bacdc8d6beccba3d44a11bd3ec15ffdf13660b2b9f37bf56e93',1015,NULL,0,NULL,NULL,0,'BATCH_STATE_PENDING',0,'{"name":"batches/7v2xoidsqdqc3cwhnmsjeahpk8ksdwd35w1c","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-e70490fc-6241-4d29-ac7a-6ada4a04495a","inputConfig":{"fileName":"files/68czavl5khpz"},"createTime":"2026-11-24T11:30:00.000000000Z","updateTime":"2026-11-24T11:30:00.000000000Z","batchStats":{"requestCount":"6","pendingRequestCount":"6"},"state":"BATCH_STATE_PENDING","name":"batches/7v2xoidsqdqc3cwhnmsjeahpk8ksdwd35w1c"}}',NULL,NULL,1,'2026-11-24T11:57:30.000000Z',0,'2026-11-24T11:30:00.000000Z','2026-11-24T11:30:00.000000Z',NULL);
INSERT INTO "batch_jobs" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99','batches/pmgducuiz9ai6baw8c75jn5ybztggbjuiuwv','FETCHED','{}','2026-11-24 11:55:00.000000','2026-11-24 11:55:00.000000','halfrate-998803cd-930a-4480-bcd7-bbd60d0b6e99','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',30,705,201,4,2,0,3,4,83,53,'files/qm1c41fxf441','ac3632e1da4df6dd835f5999f0b60abf2b5bab3cd1a35037568b50928ea21a02',4755,'files/batch-pmgducuiz9ai6baw8c75jn5ybztggbjuiuwv',6739,NULL,NULL,4120,'BATCH_STATE_SUCCEEDED',0,'{"name":"batches/pmgducuiz9ai6baw8c75jn5ybztggbjuiuwv","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch","model":"models/gemini-embedding-001","displayName":"halfrate-998803cd-930a-4480-bcd7-bbd60d0b6e99","inputConfig":{"fileName":"files/qm1c41fxf441"},"output":{"responsesFile":"files/batch-pmgducuiz9ai6baw8c75jn5ybztggbjuiuwv"},"createTime":"2026-11-24T11:55:00.000000000Z","endTime":"2026-11-24T11:55:00.000000000Z","updateTime":"2026-11-24T11:55:00.000000000Z","batchStats":{"requestCount":"30","pendingRequestCount":"30"},"state":"BATCH_STATE_SUCCEEDED","name":"batches/pmgducuiz9ai6baw8c75jn5ybztggbjuiuwv"},"done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput","responsesFile":"files/batch-pmgducuiz9ai6baw8c75jn5ybztggbjuiuwv"}}','COMPLETED',NULL,1,NULL,0,'2026-11-24T11:55:00.000000Z','2026-11-24T11:55:00.000000Z',NULL);
INSERT INTO "batch_jobs" VALUES('d32415fd-a1c7-48bd-abb2-af370a77b761',NULL,'UNCERTAIN','{}','2026-11-24 11:55:00.000000','2026-11-24 11:55:00.000000','halfrate-d32415fd-a1c7-48bd-abb2-af370a77b761','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',7,240,69,0,0,0,0,0,0,0,'files/478u4r2wpkq4','ce4316c77141683a7ea63975394bcf36c09dda64da5adfda33435259f8cfebad',1185,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,'The connection to the Gemini API broke off: Server disconnected without sending a response.',1,NULL,0,'2026-11-24T11:55:00.000000Z','2026-11-24T11:55:00.000000Z',NULL);
INSERT INTO "batch_jobs" VALUES('2314b1d2-967f-4b1d-83d9-4b6aaa678c4a',NULL,'UNCERTAIN','{}','2026-11-24 11:55:00.000000','2026-11-24 11:55:00.000000','halfrate-2314b1d2-967f-4b1d-83d9-4b6aaa678c4a','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',5,180,52,0,0,0,0,0,0,0,'files/bpa35mmyvxj9','a45b1d6d0a1a1b39b2037ce95954678c2a640631248defbeb33d119adef8ac0e',855,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,'The connection to the Gemini API broke off: Server disconnected without sending a response.',1,NULL,0,'2026-11-24T11:55:00.000000Z','2026-11-24T11:55:00.000000Z',NULL);
INSERT INTO "batch_jobs" VALUES('42f552c0-3485-48e1-ae8c-94eb2f9c6c63',NULL,'SUBMITTING','{}','2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000','halfrate-42f552c0-3485-48e1-ae8c-94eb2f9c6c63','gemini-embedding-001',16,'RETRIEVAL_DOCUMENT','batch','2222','0.075','0.15','Google''s pricing page 2026-11-01',10,309,88,0,0,0,0,0,0,0,'files/f3f2x26ua9ds','177eb62d2a96886c01b784e27646774d0de60292c26dafdc2e4752641ad79ed5',1656,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,NULL,1,NULL,0,'2026-11-24T12:00:00.000000Z','2026-11-24T12:00:00.000000Z',NULL);
INSERT INTO "chunk_counts" VALUES('failed','400 INVALID_ARGUMENT',2,48);
INSERT INTO "chunk_counts" VALUES('in_batch','',50,1519);
INSERT INTO "chunk_counts" VALUES('pending','',8,249);
INSERT INTO "chunk_counts" VALUES('ready','',87,3467);
INSERT INTO "chunks" VALUES(1,1,0,'Text number 0, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','e8c9b04f99a29c488b609cd831192788',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(2,1,1,'Text number 1, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','c7a0c46a0210fa45f17cb83e8f6c0be3',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(3,1,2,'Text number 2, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','8fe9384379b5221ed1b10056b9a4be6e',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(4,1,3,'Text number 3, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','cbcbda8b3e4f45e209fb5e8d7c3abf48',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(5,1,4,'Text number 4, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','5574379b1aa644e3e4d149af118adb5b',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(6,1,5,'Text number 5, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','2e517fed5c6682fe3f54cc6759413e09',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(7,1,6,'Text number 6, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','ba555c5c69ca09e195c358953c6d79bc',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(8,1,7,'Text number 7, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','464fea3909048ad7be6c88390920b6a2',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(9,1,8,'Text number 8, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','d67b8043fdbfae2d4198b0830e13a037',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(10,1,9,'Text number 9, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','ff8c2f5597e9b2bca358cd21f5c66df5',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(11,1,10,'Text number 10, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','034c7adbb9735a5dfa083428aded334b',NULL,42,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(12,1,11,'Text number 11, which waits to be embedded','text',NULL,'{}','READY','921796e2-d6ee-4fe3-868f-c12defa1837a',NULL,'2026-11-22 00:00:00.000000','ddba742e5f484b2351a1e34940ad6fa2',NULL,42,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(13,2,0,'# Document 0

A notice that stands on every page.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','1e50aa258f539524b3b8209fca119966','',49,0,49,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(14,2,1,'## Section 0

Document 0 has its own in part 0.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','5fadd77bc61e593fb15e1aba74642f22','Document 0',59,51,98,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(15,2,2,'## Section 1

Document 0 has its own in part 1.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','3b1b0105bb847ebf2f0703842726eb2f','Document 0',59,100,147,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(16,2,3,'## Section 2

Document 0 has its own in part 2.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','f82ec893fa88a7cd304e132b8ea9780a','Document 0',59,149,196,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(17,2,4,'## Section 3

Document 0 has its own in part 3.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','ebce97dedd39b75282604323b914058e','Document 0',59,198,245,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(18,2,5,'## Section 4

Document 0 has its own in part 4.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','8d5fde5b999828ba479e8b26b20cad12','Document 0',59,247,294,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(19,2,6,'## Section 5

Document 0 has its own in part 5.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','402e0ad7a2db9512d8c76363ed7082f0','Document 0',59,296,343,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(20,3,0,'# Document 1

A notice that stands on every page.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','b9f11dc316b2873593ee1252811c7d37','',49,0,49,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(21,3,1,'## Section 0

Document 1 has its own in part 0.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','1e25a7a88bee5bc87a917492cdb5dac9','Document 1',59,51,98,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(22,3,2,'## Section 1

Document 1 has its own in part 1.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','47a662ba4359d63fcc8cc62a3ec43efa','Document 1',59,100,147,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(23,3,3,'## Section 2

Document 1 has its own in part 2.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','9a1998120c7336df0477ebafe94fc5ac','Document 1',59,149,196,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(24,3,4,'## Section 3

Document 1 has its own in part 3.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','5b0e4395a43e9d2643117817827656e0','Document 1',59,198,245,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(25,3,5,'## Section 4

Document 1 has its own in part 4.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','c7d1b8120fba9abc8f9688e0f3b45908','Document 1',59,247,294,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(26,3,6,'## Section 5

Document 1 has its own in part 5.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','75b51c0d5ddfb5b6879bac535fb073ad','Document 1',59,296,343,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(27,4,0,'# Document 2

A notice that stands on every page.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','71f5e16f9e395a82388b564966fa56d5','',49,0,49,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(28,4,1,'## Section 0

Document 2 has its own in part 0.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','a2de1e0e737590e81c79832537de9326','Document 2',59,51,98,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(29,4,2,'## Section 1

Document 2 has its own in part 1.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','651dc504eedd4da9096524debec2a3f9','Document 2',59,100,147,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(30,4,3,'## Section 2

Document 2 has its own in part 2.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','cd5cae263c496f427d2d04269bf89828','Document 2',59,149,196,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(31,4,4,'## Section 3

Document 2 has its own in part 3.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','ef31499d753bc7e5115f029f6d74acfb','Document 2',59,198,245,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(32,4,5,'## Section 4

Document 2 has its own in part 4.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','d0d7cd8fce1d51647d93ece769568548','Document 2',59,247,294,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(33,4,6,'## Section 5

Document 2 has its own in part 5.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','04323e27d97b9163a17c55e6d77c1d8c','Document 2',59,296,343,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(34,5,0,'# Partial

## Part 0

Part 0 of it.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','77f687d5e1ea25e01847c9f2c3c1f932','',35,0,35,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(35,5,1,'## Part 1

Part 1 of it.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','25183ab6802968f864f13dcecdebd8d1','Partial',33,37,61,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(36,5,2,'## Part 2

Part 2 of it.','text',NULL,'{}','READY',NULL,NULL,'2026-11-23 01:23:00.000000','6fd8a2e452a0907d99e517d33eea050a','Partial',33,63,87,NULL,1,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(37,6,0,'Text number 0, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','e8c9b04f99a29c488b609cd831192788',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(38,6,1,'Text number 1, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','c7a0c46a0210fa45f17cb83e8f6c0be3',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(39,6,2,'Text number 2, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','8fe9384379b5221ed1b10056b9a4be6e',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(40,6,3,'Text number 3, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','cbcbda8b3e4f45e209fb5e8d7c3abf48',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(41,6,4,'Text number 4, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','5574379b1aa644e3e4d149af118adb5b',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(42,6,5,'Text number 5, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','2e517fed5c6682fe3f54cc6759413e09',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(43,6,6,'Text number 6, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','ba555c5c69ca09e195c358953c6d79bc',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(44,6,7,'Text number 7, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','464fea3909048ad7be6c88390920b6a2',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(45,6,8,'Text number 8, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','d67b8043fdbfae2d4198b0830e13a037',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(46,6,9,'Text number 9, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','ff8c2f5597e9b2bca358cd21f5c66df5',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(47,6,10,'Text number 10, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','034c7adbb9735a5dfa083428aded334b',NULL,42,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(48,6,11,'Text number 11, which waits to be embedded','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','ddba742e5f484b2351a1e34940ad6fa2',NULL,42,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(49,6,12,'A notice that stands on every page','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,9,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(50,6,13,'Another notice of the kind','text',NULL,'{}','READY','25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3',NULL,'2026-11-23 01:23:00.000000','c1ee3e93a647400a912276a342d500ab',NULL,26,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(51,7,0,'Text 0 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','9cfb1aaef7b96566aa317bc929cf0b47',NULL,24,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(52,7,1,'Text 1 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','30c2fadffc5013fd4752f70979556490',NULL,24,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(53,7,2,'Text 2 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','b9ed6a32ca7847e710dce06caa62fa8a',NULL,24,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(54,7,3,'Text 3 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','4663c9a9bfc40c2624a2341118a4f819',NULL,24,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(55,7,4,'Text 4 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','89a2bdbb9ddec5be4ed4b235958b4f08',NULL,24,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(56,7,5,'Text 5 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','48b8bdddee39fde2d0d7514e38c9eb5d',NULL,24,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(57,7,6,'Text 6 of the second day','text',NULL,'{}','PENDING','42f552c0-3485-48e1-ae8c-94eb2f9c6c63','An internal error has occurred.','2026-11-23 21:30:00.000000','7f46f67757d988e2aadf05ae875bb2a0',NULL,24,NULL,NULL,NULL,2,'2026-11-24T12:00:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(58,7,7,'Text 7 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','7b02e6a959982fb7bdbaa31cceb21db4',NULL,24,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(59,7,8,'Text 8 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','03ef0ed6d2115bf0931b3e4a781d16ce',NULL,24,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(60,7,9,'Text 9 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','5031d02d2ae14dcc2a9241e677e035c5',NULL,24,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(61,7,10,'Text 10 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','158368d644b1445d306db17be964aba1',NULL,25,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(62,7,11,'Text 11 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','d2962293f6c48af0744546c9fc91978e',NULL,25,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(63,7,12,'Text 12 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','b87b17e21eaae7d98f6ad39015941668',NULL,25,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(64,7,13,'Text 13 of the second day','text',NULL,'{}','PENDING','42f552c0-3485-48e1-ae8c-94eb2f9c6c63','An internal error has occurred.','2026-11-23 21:30:00.000000','6d3460ef2b7cd9439ade7d7c881cd47d',NULL,25,NULL,NULL,NULL,2,'2026-11-24T12:00:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(65,7,14,'Text 14 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','86e28834a6a8eb56be4a24d125709bc9',NULL,25,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(66,7,15,'Text 15 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','662140c2076a2a2fae08506cca6ebbff',NULL,25,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(67,7,16,'Text 16 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','db4c6c60d7c59880632c522e4a958dc6',NULL,25,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(68,7,17,'Text 17 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','b2afb3289ba6c176ec3b8737d5393b3f',NULL,25,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(69,7,18,'Text 18 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','d8b4295cee413ed748c46c985a5af36e',NULL,25,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(70,7,19,'Text 19 of the second day','text',NULL,'{}','READY','9ddf433b-175b-4a1b-bcd0-8243e585a754',NULL,'2026-11-23 21:30:00.000000','6bcbf43e8ee09462704fdb978face4aa',NULL,25,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(71,8,0,'a text whose job expires','text',NULL,'{}','READY','0b8c23fd-8b9a-40fb-97ea-55d7606422f0',NULL,'2026-11-23 21:41:00.000000','1cbfff58d04a0720df3e7ff3ca5bdf64',NULL,24,NULL,NULL,6,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(72,8,1,'Another notice of the kind','text',NULL,'{}','READY','0b8c23fd-8b9a-40fb-97ea-55d7606422f0',NULL,'2026-11-23 21:41:00.000000','c1ee3e93a647400a912276a342d500ab',NULL,26,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(73,9,0,'a text that was embedded before','text',NULL,'{}','READY','224c5009-8b0f-4bee-9264-a06fd379f42c',NULL,'2026-11-23 21:46:00.000000','2684feb0768718b60dae437a2e347846',NULL,31,NULL,NULL,8,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(74,10,0,'Text number 0, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','e8c9b04f99a29c488b609cd831192788',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(75,10,1,'Text number 1, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','c7a0c46a0210fa45f17cb83e8f6c0be3',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(76,10,2,'Text number 2, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','8fe9384379b5221ed1b10056b9a4be6e',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(77,10,3,'Text number 3, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','cbcbda8b3e4f45e209fb5e8d7c3abf48',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(78,10,4,'Text number 4, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','5574379b1aa644e3e4d149af118adb5b',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(79,10,5,'Text number 5, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','2e517fed5c6682fe3f54cc6759413e09',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(80,10,6,'Text number 6, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','ba555c5c69ca09e195c358953c6d79bc',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(81,10,7,'Text number 7, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','464fea3909048ad7be6c88390920b6a2',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(82,10,8,'Text number 8, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','d67b8043fdbfae2d4198b0830e13a037',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(83,10,9,'Text number 9, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','ff8c2f5597e9b2bca358cd21f5c66df5',NULL,41,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(84,10,10,'Text number 10, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','034c7adbb9735a5dfa083428aded334b',NULL,42,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(85,10,11,'Text number 11, which waits to be embedded','text',NULL,'{}','READY','67e4a3df-c88d-4c27-9caa-cc504edd0b4e',NULL,'2026-11-23 21:46:00.000000','ddba742e5f484b2351a1e34940ad6fa2',NULL,42,NULL,NULL,11,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(86,11,0,'a text of a job that fails, number 0','text',NULL,'{}','PENDING','42f552c0-3485-48e1-ae8c-94eb2f9c6c63','An internal error has occurred.','2026-11-24 11:30:00.000000','25387afff732c6b357478cf3ba2f5cc6',NULL,36,NULL,NULL,NULL,1,'2026-11-24T12:00:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(87,11,1,'a text of a job that fails, number 1','text',NULL,'{}','PENDING','42f552c0-3485-48e1-ae8c-94eb2f9c6c63','An internal error has occurred.','2026-11-24 11:30:00.000000','9b7609848d3862895845d4e9edd772c7',NULL,36,NULL,NULL,NULL,1,'2026-11-24T12:00:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(88,11,2,'a text of a job that fails, number 2','text',NULL,'{}','PENDING','42f552c0-3485-48e1-ae8c-94eb2f9c6c63','An internal error has occurred.','2026-11-24 11:30:00.000000','a766da12ba4b5fcfd47556ec9eaf6497',NULL,36,NULL,NULL,NULL,1,'2026-11-24T12:00:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(89,12,0,'a text that is worked on, number 0','text',NULL,'{}','PENDING','b9ebad0e-d72b-43be-90d1-c5a1855618d5',NULL,'2026-11-24 11:30:00.000000','faa09702dc912ae73498546e07479415',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(90,12,1,'a text that is worked on, number 1','text',NULL,'{}','PENDING','b9ebad0e-d72b-43be-90d1-c5a1855618d5',NULL,'2026-11-24 11:30:00.000000','e789d838c8c172c674c806dabad57b65',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(91,12,2,'a text that is worked on, number 2','text',NULL,'{}','PENDING','b9ebad0e-d72b-43be-90d1-c5a1855618d5',NULL,'2026-11-24 11:30:00.000000','a8797b348d54c4d2b5e5e8463bed9dad',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(92,12,3,'a text that is worked on, number 3','text',NULL,'{}','PENDING','b9ebad0e-d72b-43be-90d1-c5a1855618d5',NULL,'2026-11-24 11:30:00.000000','adf6093ce03086036dbf28fe3e4e6d32',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(93,12,4,'a text that is worked on, number 4','text',NULL,'{}','PENDING','b9ebad0e-d72b-43be-90d1-c5a1855618d5',NULL,'2026-11-24 11:30:00.000000','8c4e054cf9c1f59533d815b694a1db70',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(94,12,5,'a text that is worked on, number 5','text',NULL,'{}','PENDING','b9ebad0e-d72b-43be-90d1-c5a1855618d5',NULL,'2026-11-24 11:30:00.000000','a4c9b919ac5468c76e90076650a3b715',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(95,13,0,'changed on the way','text',NULL,'{}','PENDING','e70490fc-6241-4d29-ac7a-6ada4a04495a',NULL,'2026-11-24 11:30:00.000000',NULL,NULL,35,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(96,13,1,'a text that has been sent, number 1','text',NULL,'{}','PENDING','e70490fc-6241-4d29-ac7a-6ada4a04495a',NULL,'2026-11-24 11:30:00.000000','f83a2120c61b41d035234dc27fb08403',NULL,35,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(97,13,2,'a text that has been sent, number 2','text',NULL,'{}','PENDING','e70490fc-6241-4d29-ac7a-6ada4a04495a',NULL,'2026-11-24 11:30:00.000000','34297a2fbd80c1002e21c27621bee4ac',NULL,35,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(98,13,3,'a text that has been sent, number 3','text',NULL,'{}','PENDING','e70490fc-6241-4d29-ac7a-6ada4a04495a',NULL,'2026-11-24 11:30:00.000000','9634587bbc0b42416268e4ce39fec460',NULL,35,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(99,13,4,'a text that has been sent, number 4','text',NULL,'{}','PENDING','e70490fc-6241-4d29-ac7a-6ada4a04495a',NULL,'2026-11-24 11:30:00.000000','7ce85f30d882f4f1de3fc7cb29743f12',NULL,35,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(100,13,5,'a text that has been sent, number 5','text',NULL,'{}','PENDING','e70490fc-6241-4d29-ac7a-6ada4a04495a',NULL,'2026-11-24 11:30:00.000000','681ec5e86850d77b8420d59768fb3527',NULL,35,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(101,14,0,'good: changed early in the file','text',NULL,'{}','PENDING','d32415fd-a1c7-48bd-abb2-af370a77b761',NULL,'2026-11-24 11:55:00.000000','6d300f4e2e5f424d580d7a3a2acf5147',NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(102,14,1,'refused: a text number 0','text',NULL,'{}','FAILED','998803cd-930a-4480-bcd7-bbd60d0b6e99','Request contains an invalid argument.','2026-11-24 11:55:00.000000','ba95f535a23313503b3ef815f94a60d8',NULL,24,NULL,NULL,NULL,1,NULL,'400 INVALID_ARGUMENT','2026-11-24T11:55:00.000000Z');
INSERT INTO "chunks" VALUES(103,14,2,'passing: a text number 0','text',NULL,'{}','PENDING',NULL,'Unavailable.','2026-11-24 11:55:00.000000','b37cdd6575cc66d2cd7c55bdf485b9eb',NULL,24,NULL,NULL,NULL,1,'2026-11-24T12:25:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(104,14,3,'zeros: a text number 0','text',NULL,'{}','PENDING',NULL,'The vector is all zeros, or its length cannot be told.','2026-11-24 11:55:00.000000','f79baea3401eac5793ca33aada9dd7dd',NULL,22,NULL,NULL,NULL,1,'2026-11-24T12:25:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(105,14,4,'twice: changed','text',NULL,'{}','PENDING','d32415fd-a1c7-48bd-abb2-af370a77b761',NULL,'2026-11-24 11:55:00.000000','307c4125bdaf4eb15be073b34551402b',NULL,22,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(106,14,5,'good too: a text number 0','text',NULL,'{}','READY','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','eef38a12da9ae08449af2691a93d344b',NULL,25,NULL,NULL,8,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(107,14,6,'dropped: a text number 0','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','2d135783ca82cc01a06eb5de8d5aba97',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(108,14,7,'unknown key: a text number 0','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','cea46c17cdf208ec91988e90e6e2ccba',NULL,28,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(109,14,8,'no JSON: a text number 0','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','e1a91ce83c2c66b04b173f0de125b6c5',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(111,14,10,'good: a text number 1','text',NULL,'{}','READY','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','8d2735bc316e8898c89c93ff16801163',NULL,21,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(112,14,11,'refused: a text number 1','text',NULL,'{}','FAILED','998803cd-930a-4480-bcd7-bbd60d0b6e99','Request contains an invalid argument.','2026-11-24 11:55:00.000000','505a0f114f78036b82decdec57f061c2',NULL,24,NULL,NULL,NULL,1,NULL,'400 INVALID_ARGUMENT','2026-11-24T11:55:00.000000Z');
INSERT INTO "chunks" VALUES(113,14,12,'passing: a text number 1','text',NULL,'{}','PENDING',NULL,'Unavailable.','2026-11-24 11:55:00.000000','e28c16c9b5a5033cb45371b9598cc71f',NULL,24,NULL,NULL,NULL,1,'2026-11-24T12:25:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(114,14,13,'zeros: a text number 1','text',NULL,'{}','PENDING',NULL,'The vector is all zeros, or its length cannot be told.','2026-11-24 11:55:00.000000','b70b86a86e021e60f8b9ecd343562eb2',NULL,22,NULL,NULL,NULL,1,'2026-11-24T12:25:00.000000Z',NULL,NULL);
INSERT INTO "chunks" VALUES(115,14,14,'twice: a text number 1','text',NULL,'{}','READY','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','0b16bae05632ba04f51c2f165ed0685b',NULL,22,NULL,NULL,7,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(116,14,15,'good too: a text number 1','text',NULL,'{}','READY','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','ddb369cbc6e98f4fb75afa972e3f21de',NULL,25,NULL,NULL,8,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(117,14,16,'dropped: a text number 1','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','ad1db10133a124a98f368d6666a5f097',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(118,14,17,'unknown key: a text number 1','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','e84e3c1f6848143240b06ab894c5f32a',NULL,28,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(119,14,18,'no JSON: a text number 1','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','fd30ba8764746b55fdc034ff183ab3ef',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(120,14,19,'fine: a text number 1','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','c91b5b184abfca38f4fe9a962d5c961d',NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(121,14,20,'good: changed late in the file','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000',NULL,NULL,21,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(122,14,21,'refused: a text number 2','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','657cbbafe26b8efb050d96d44acbe697',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(123,14,22,'passing: a text number 2','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','a61b86ceee595ed954fe5b1924bca1f4',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(124,14,23,'zeros: a text number 2','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','314588db7e9b4e50a32913d0e05d496c',NULL,22,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(125,14,24,'twice: changed late in the file','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000',NULL,NULL,22,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(126,14,25,'good too: a text number 2','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','a6c5552504bb9f4f61a2d91d9752f4ea',NULL,25,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(127,14,26,'dropped: a text number 2','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','265e8d23d3f0efa4755b281ca9e1c79f',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(128,14,27,'unknown key: a text number 2','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','ce072d8519c8592fc498ed5a0684ba11',NULL,28,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(129,14,28,'no JSON: a text number 2','text',NULL,'{}','PENDING','998803cd-930a-4480-bcd7-bbd60d0b6e99',NULL,'2026-11-24 11:55:00.000000','9ff5dc8913a983e4dcfc0478b06bfeee',NULL,24,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(130,15,0,'a text that was lost sight of, number 0','text',NULL,'{}','PENDING','d32415fd-a1c7-48bd-abb2-af370a77b761',NULL,'2026-11-24 11:55:00.000000','14eb2b8b9639c1b8b04cc42e4f2ee233',NULL,39,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(131,15,1,'a text that was lost sight of, number 1','text',NULL,'{}','PENDING','d32415fd-a1c7-48bd-abb2-af370a77b761',NULL,'2026-11-24 11:55:00.000000','de70ecd0ef7b70d7216f6a7d1bdff563',NULL,39,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(132,15,2,'a text that was lost sight of, number 2','text',NULL,'{}','PENDING','d32415fd-a1c7-48bd-abb2-af370a77b761',NULL,'2026-11-24 11:55:00.000000','cce9e6d1396ad3680da85f2269da4e2b',NULL,39,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(133,15,3,'a text that was lost sight of, number 3','text',NULL,'{}','PENDING','d32415fd-a1c7-48bd-abb2-af370a77b761',NULL,'2026-11-24 11:55:00.000000','04c66d58a2b93d79c2461aeb7f31a24b',NULL,39,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(134,15,4,'a text that was lost sight of, number 4','text',NULL,'{}','PENDING','d32415fd-a1c7-48bd-abb2-af370a77b761',NULL,'2026-11-24 11:55:00.000000','6dc03abe8bb7a66d869fe8bc6b6b3dd4',NULL,39,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(135,16,0,'a text that was never sent, number 0','text',NULL,'{}','PENDING','2314b1d2-967f-4b1d-83d9-4b6aaa678c4a',NULL,'2026-11-24 11:55:00.000000','47a7829e6bd737f26a2d41417a388212',NULL,36,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(136,16,1,'a text that was never sent, number 1','text',NULL,'{}','PENDING','2314b1d2-967f-4b1d-83d9-4b6aaa678c4a',NULL,'2026-11-24 11:55:00.000000','e825eabeae07e413b90f91bb1becfe60',NULL,36,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(137,16,2,'a text that was never sent, number 2','text',NULL,'{}','PENDING','2314b1d2-967f-4b1d-83d9-4b6aaa678c4a',NULL,'2026-11-24 11:55:00.000000','ab843e3a6171fd7ccc8a5b74551ef545',NULL,36,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(138,16,3,'a text that was never sent, number 3','text',NULL,'{}','PENDING','2314b1d2-967f-4b1d-83d9-4b6aaa678c4a',NULL,'2026-11-24 11:55:00.000000','fafc023432bd4e1f732a149709f969af',NULL,36,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(139,16,4,'a text that was never sent, number 4','text',NULL,'{}','PENDING','2314b1d2-967f-4b1d-83d9-4b6aaa678c4a',NULL,'2026-11-24 11:55:00.000000','de42768838c50c6fd76a5c30e68ed8ed',NULL,36,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(140,17,0,'A notice that stands on every page','text',NULL,'{}','PENDING','42f552c0-3485-48e1-ae8c-94eb2f9c6c63',NULL,'2026-11-24 12:00:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(141,17,1,'Another notice of the kind','text',NULL,'{}','PENDING','42f552c0-3485-48e1-ae8c-94eb2f9c6c63',NULL,'2026-11-24 12:00:00.000000','c1ee3e93a647400a912276a342d500ab',NULL,26,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(142,17,2,'A notice that stands on every page','text',NULL,'{}','PENDING','42f552c0-3485-48e1-ae8c-94eb2f9c6c63',NULL,'2026-11-24 12:00:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(143,17,3,'Another notice of the kind','text',NULL,'{}','PENDING','42f552c0-3485-48e1-ae8c-94eb2f9c6c63',NULL,'2026-11-24 12:00:00.000000','c1ee3e93a647400a912276a342d500ab',NULL,26,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(144,1,900,'the older writer''s text','text',NULL,'{"_vector_source": "A title\n\nthe older writer''s text"}','PENDING','42f552c0-3485-48e1-ae8c-94eb2f9c6c63',NULL,'2026-11-24 11:30:00.000000','c092fa31a66150b802f8bc2bc0166aed',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(145,18,0,'Text number 0, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','e8c9b04f99a29c488b609cd831192788',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(146,18,1,'Text number 1, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','c7a0c46a0210fa45f17cb83e8f6c0be3',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(147,18,2,'Text number 2, which waits to be embedded','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','8fe9384379b5221ed1b10056b9a4be6e',NULL,41,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "chunks" VALUES(148,18,3,'A notice that stands on every page','text',NULL,'{}','PENDING',NULL,NULL,'2026-11-24 12:00:00.000000','de1333979134b73bcb57bf94554f7131',NULL,34,NULL,NULL,NULL,0,NULL,NULL,NULL);
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
Text number 11, which waits to be embedded','{}','text/plain','2026-11-22 00:00:00.000000','source-1.txt','A title',NULL);
INSERT INTO "documents" VALUES(2,'# Document 0

A notice that stands on every page.

## Section 0

Document 0 has its own in part 0.

## Section 1

Document 0 has its own in part 1.

## Section 2

Document 0 has its own in part 2.

## Section 3

Document 0 has its own in part 3.

## Section 4

Document 0 has its own in part 4.

## Section 5

Document 0 has its own in part 5.

','{}','text/markdown','2026-11-23 01:23:00.000000','/tmp/first-version/docs/0.md','Document 0','21bfd9ba57c2c85f12a8d2cb184797a7');
INSERT INTO "documents" VALUES(3,'# Document 1

A notice that stands on every page.

## Section 0

Document 1 has its own in part 0.

## Section 1

Document 1 has its own in part 1.

## Section 2

Document 1 has its own in part 2.

## Section 3

Document 1 has its own in part 3.

## Section 4

Document 1 has its own in part 4.

## Section 5

Document 1 has its own in part 5.

','{}','text/markdown','2026-11-23 01:23:00.000000','/tmp/first-version/docs/1.md','Document 1','206d7bd3f1b34471fdb81a2cb45faeb9');
INSERT INTO "documents" VALUES(4,'# Document 2

A notice that stands on every page.

## Section 0

Document 2 has its own in part 0.

## Section 1

Document 2 has its own in part 1.

## Section 2

Document 2 has its own in part 2.

## Section 3

Document 2 has its own in part 3.

## Section 4

Document 2 has its own in part 4.

## Section 5

Document 2 has its own in part 5.

','{}','text/markdown','2026-11-23 01:23:00.000000','/tmp/first-version/docs/2.md','Document 2','8889843ee65780e02ed1c64b5d31e79d');
INSERT INTO "documents" VALUES(5,'# Partial

## Part 0

Part 0 of it.

## Part 1

Part 1 of it.

## Part 2

Part 2 of it.

## Part 3

Part 3 of it.

## Part 4

Part 4 of it.

## Part 5

Part 5 of it.

## Part 6

Part 6 of it.

## Part 7

Part 7 of it.

','{}','text/markdown','2026-11-23 01:23:00.000000','/tmp/first-version/docs/partial.md','Partial','partial:3c623aef01f2324b041e4e395933c4c6');
INSERT INTO "documents" VALUES(6,'Text number 0, which waits to be embedded
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
Another notice of the kind','{}','text/plain','2026-11-23 01:23:00.000000','source-2.txt','A title',NULL);
INSERT INTO "documents" VALUES(7,'Text 0 of the second day
Text 1 of the second day
Text 2 of the second day
Text 3 of the second day
Text 4 of the second day
Text 5 of the second day
Text 6 of the second day
Text 7 of the second day
Text 8 of the second day
Text 9 of the second day
Text 10 of the second day
Text 11 of the second day
Text 12 of the second day
Text 13 of the second day
Text 14 of the second day
Text 15 of the second day
Text 16 of the second day
Text 17 of the second day
Text 18 of the second day
Text 19 of the second day','{}','text/plain','2026-11-23 21:30:00.000000','source-3.txt','A title',NULL);
INSERT INTO "documents" VALUES(8,'a text whose job expires
Another notice of the kind','{}','text/plain','2026-11-23 21:41:00.000000','source-4.txt','A title',NULL);
INSERT INTO "documents" VALUES(9,'a text that was embedded before','{}','text/plain','2026-11-23 21:46:00.000000','source-5.txt','A title',NULL);
INSERT INTO "documents" VALUES(10,'Text number 0, which waits to be embedded
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
Text number 11, which waits to be embedded','{}','text/plain','2026-11-23 21:46:00.000000','source-6.txt','A title',NULL);
INSERT INTO "documents" VALUES(11,'a text of a job that fails, number 0
a text of a job that fails, number 1
a text of a job that fails, number 2','{}','text/plain','2026-11-24 11:30:00.000000','source-7.txt','A title',NULL);
INSERT INTO "documents" VALUES(12,'a text that is worked on, number 0
a text that is worked on, number 1
a text that is worked on, number 2
a text that is worked on, number 3
a text that is worked on, number 4
a text that is worked on, number 5','{}','text/plain','2026-11-24 11:30:00.000000','source-8.txt','A title',NULL);
INSERT INTO "documents" VALUES(13,'a text that has been sent, number 0
a text that has been sent, number 1
a text that has been sent, number 2
a text that has been sent, number 3
a text that has been sent, number 4
a text that has been sent, number 5','{}','text/plain','2026-11-24 11:30:00.000000','source-9.txt','A title',NULL);
INSERT INTO "documents" VALUES(14,'good: a text number 0
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
fine: a text number 2','{}','text/plain','2026-11-24 11:55:00.000000','source-10.txt','A title',NULL);
INSERT INTO "documents" VALUES(15,'a text that was lost sight of, number 0
a text that was lost sight of, number 1
a text that was lost sight of, number 2
a text that was lost sight of, number 3
a text that was lost sight of, number 4','{}','text/plain','2026-11-24 11:55:00.000000','source-11.txt','A title',NULL);
INSERT INTO "documents" VALUES(16,'a text that was never sent, number 0
a text that was never sent, number 1
a text that was never sent, number 2
a text that was never sent, number 3
a text that was never sent, number 4','{}','text/plain','2026-11-24 11:55:00.000000','source-12.txt','A title',NULL);
INSERT INTO "documents" VALUES(17,'A notice that stands on every page
Another notice of the kind
A notice that stands on every page
Another notice of the kind','{}','text/plain','2026-11-24 12:00:00.000000','source-13.txt','A title',NULL);
INSERT INTO "documents" VALUES(18,'Text number 0, which waits to be embedded
Text number 1, which waits to be embedded
Text number 2, which waits to be embedded
A notice that stands on every page','{}','text/plain','2026-11-24 12:00:00.000000','source-14.txt','A title',NULL);
INSERT INTO "events" VALUES(1,'2026-11-22T00:00:00.000000Z','engine','warning','Flush stopped: Google asks to wait (429): You exceeded your current quota, please check your plan and billing details.');
INSERT INTO "events" VALUES(2,'2026-11-23T01:20:00.000000Z','engine','info','Flush: 1 job with 12 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(3,'2026-11-23T01:23:00.000000Z','engine','info','Job 921796e COMPLETED: 12 ready, 0 failed, 0 to be tried again, 0 missing; 132 tokens.');
INSERT INTO "events" VALUES(4,'2026-11-23T01:23:00.000000Z','ingest','warning','A synchronous request of 3 texts may have been charged without a usable answer: The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "events" VALUES(5,'2026-11-23T01:23:00.000000Z','engine','info','Flush: 1 job with 14 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(6,'2026-11-23T01:30:00.000000Z','engine','info','Job 25ae292 COMPLETED: 14 ready, 0 failed, 0 to be tried again, 0 missing; 148 tokens.');
INSERT INTO "events" VALUES(7,'2026-11-23T21:30:00.000000Z','engine','info','Flush: 1 job with 20 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(8,'2026-11-23T21:41:00.000000Z','engine','warning','Job 9ddf433 COMPLETED_WITH_ERRORS: 18 ready, 0 failed, 2 to be tried again, 0 missing; 140 tokens.');
INSERT INTO "events" VALUES(9,'2026-11-23T21:41:00.000000Z','engine','info','Flush: 1 job with 2 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(10,'2026-11-23T21:41:00.000000Z','engine','warning','Job f2ef2bc EXPIRED: Google''s state is BATCH_STATE_EXPIRED; its chunks are back in the queue.');
INSERT INTO "events" VALUES(11,'2026-11-23T21:41:00.000000Z','engine','info','Flush: 1 job with 2 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(12,'2026-11-23T21:41:00.000000Z','engine','info','Job 04fcd51: Google was asked to cancel it.');
INSERT INTO "events" VALUES(13,'2026-11-23T21:41:00.000000Z','engine','warning','Job 04fcd51 CANCELLED: The operation was cancelled.; its chunks are back in the queue.');
INSERT INTO "events" VALUES(14,'2026-11-23T21:41:00.000000Z','engine','info','Flush: 1 job with 2 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(15,'2026-11-23T21:46:00.000000Z','engine','info','Job 0b8c23f COMPLETED: 2 ready, 0 failed, 0 to be tried again, 0 missing; 13 tokens.');
INSERT INTO "events" VALUES(16,'2026-11-23T21:46:00.000000Z','engine','info','Flush: 1 job with 1 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(17,'2026-11-23T21:46:00.000000Z','engine','info','Job 224c500 COMPLETED: 1 ready, 0 failed, 0 to be tried again, 0 missing; 8 tokens.');
INSERT INTO "events" VALUES(18,'2026-11-23T21:46:00.000000Z','engine','warning','Job 67e4a3d is uncertain: The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "events" VALUES(19,'2026-11-23T21:46:00.000000Z','engine','warning','Flush stopped: The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "events" VALUES(20,'2026-11-23T21:46:01.000000Z','engine','info','Flush: 1 job with 12 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(21,'2026-11-23T21:56:01.000000Z','engine','warning','Google has a second batch of job 67e4a3d: batches/ri65ep7bcfms1je9a4ims8v4jrxo0a3ulzui is cancelled.');
INSERT INTO "events" VALUES(22,'2026-11-23T23:56:01.000000Z','engine','info','Job 67e4a3d COMPLETED: 12 ready, 0 failed, 0 to be tried again, 0 missing; 132 tokens.');
INSERT INTO "events" VALUES(23,'2026-11-23T23:56:01.000000Z','engine','info','Job d33b3a2 COMPLETED: 0 ready, 0 failed, 0 to be tried again, 0 missing; 132 tokens.');
INSERT INTO "events" VALUES(24,'2026-11-24T11:30:00.000000Z','engine','info','Flush: 1 job with 5 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(25,'2026-11-24T11:30:00.000000Z','engine','warning','Job 5700076 FAILED: An internal error has occurred.; its chunks are back in the queue.');
INSERT INTO "events" VALUES(26,'2026-11-24T11:30:00.000000Z','engine','info','Flush: 1 job with 6 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(27,'2026-11-24T11:55:00.000000Z','engine','info','Flush: 1 job with 30 chunks submitted with the batch key.');
INSERT INTO "events" VALUES(28,'2026-11-24T11:55:00.000000Z','engine','warning','Job d32415f is uncertain: The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "events" VALUES(29,'2026-11-24T11:55:00.000000Z','engine','warning','Flush stopped: The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "events" VALUES(30,'2026-11-24T11:55:00.000000Z','engine','warning','Job 2314b1d is uncertain: The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "events" VALUES(31,'2026-11-24T11:55:00.000000Z','engine','warning','Flush stopped: The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "job_events" VALUES(1,'f6ff24d9-3256-4368-844e-783e65d2d1eb','2026-11-22T00:00:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(2,'f6ff24d9-3256-4368-844e-783e65d2d1eb','2026-11-22T00:00:00.000000Z','SPOOLED','12 requests, 2,093 bytes on disk');
INSERT INTO "job_events" VALUES(3,'f6ff24d9-3256-4368-844e-783e65d2d1eb','2026-11-22T00:00:00.000000Z','UPLOADED','uploaded as files/3yayyevrfp1u');
INSERT INTO "job_events" VALUES(4,'f6ff24d9-3256-4368-844e-783e65d2d1eb','2026-11-22T00:00:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(5,'f6ff24d9-3256-4368-844e-783e65d2d1eb','2026-11-22T00:00:00.000000Z','UPLOADED','not created: Google asks to wait (429): You exceeded your current quota, please check your plan and billing details.');
INSERT INTO "job_events" VALUES(6,'f6ff24d9-3256-4368-844e-783e65d2d1eb','2026-11-22T00:20:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(7,'f6ff24d9-3256-4368-844e-783e65d2d1eb','2026-11-22T00:20:00.000000Z','UPLOADED','not created: Google asks to wait (429): You exceeded your current quota, please check your plan and billing details.');
INSERT INTO "job_events" VALUES(8,'f6ff24d9-3256-4368-844e-783e65d2d1eb','2026-11-22T00:20:00.000000Z','CANCELLED','refused as too large; at most 62 tokens next');
INSERT INTO "job_events" VALUES(9,'921796e2-d6ee-4fe3-868f-c12defa1837a','2026-11-23T01:20:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(10,'921796e2-d6ee-4fe3-868f-c12defa1837a','2026-11-23T01:20:00.000000Z','SPOOLED','12 requests, 2,093 bytes on disk');
INSERT INTO "job_events" VALUES(11,'921796e2-d6ee-4fe3-868f-c12defa1837a','2026-11-23T01:20:00.000000Z','UPLOADED','uploaded as files/8azpqytsj92s');
INSERT INTO "job_events" VALUES(12,'921796e2-d6ee-4fe3-868f-c12defa1837a','2026-11-23T01:20:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(13,'921796e2-d6ee-4fe3-868f-c12defa1837a','2026-11-23T01:20:00.000000Z','SUBMITTED','created as batches/c1jnkltjswuowbv4pzdif5zyxuvp4hm9pdvf');
INSERT INTO "job_events" VALUES(14,'921796e2-d6ee-4fe3-868f-c12defa1837a','2026-11-23T01:23:00.000000Z','FETCHED','3,651 bytes of results on disk');
INSERT INTO "job_events" VALUES(15,'921796e2-d6ee-4fe3-868f-c12defa1837a','2026-11-23T01:23:00.000000Z','COMPLETED','12 ready, 0 failed, 0 to be tried again, 0 missing');
INSERT INTO "job_events" VALUES(16,'921796e2-d6ee-4fe3-868f-c12defa1837a','2026-11-23T01:23:00.000000Z','COMPLETED','left at Google until they expire: files/batch-c1jnkltjswuowbv4pzdif5zyxuvp4hm9pdvf');
INSERT INTO "job_events" VALUES(17,'25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','2026-11-23T01:23:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(18,'25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','2026-11-23T01:23:00.000000Z','SPOOLED','14 requests, 2,430 bytes on disk');
INSERT INTO "job_events" VALUES(19,'25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','2026-11-23T01:23:00.000000Z','UPLOADED','uploaded as files/3wtn07jkghlf');
INSERT INTO "job_events" VALUES(20,'25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','2026-11-23T01:23:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(21,'25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','2026-11-23T01:23:00.000000Z','SUBMITTED','created as batches/rk15iksqwf9cmaxosj2unsd7a4borwivnb9b');
INSERT INTO "job_events" VALUES(22,'25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','2026-11-23T01:30:00.000000Z','FETCHED','4,278 bytes of results on disk');
INSERT INTO "job_events" VALUES(23,'25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','2026-11-23T01:30:00.000000Z','COMPLETED','14 ready, 0 failed, 0 to be tried again, 0 missing');
INSERT INTO "job_events" VALUES(24,'25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','2026-11-23T01:30:00.000000Z','COMPLETED','left at Google until they expire: files/batch-rk15iksqwf9cmaxosj2unsd7a4borwivnb9b');
INSERT INTO "job_events" VALUES(25,'9ddf433b-175b-4a1b-bcd0-8243e585a754','2026-11-23T21:30:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(26,'9ddf433b-175b-4a1b-bcd0-8243e585a754','2026-11-23T21:30:00.000000Z','SPOOLED','20 requests, 3,170 bytes on disk');
INSERT INTO "job_events" VALUES(27,'9ddf433b-175b-4a1b-bcd0-8243e585a754','2026-11-23T21:30:00.000000Z','UPLOADED','uploaded as files/98tfa4hwlqyj');
INSERT INTO "job_events" VALUES(28,'9ddf433b-175b-4a1b-bcd0-8243e585a754','2026-11-23T21:30:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(29,'9ddf433b-175b-4a1b-bcd0-8243e585a754','2026-11-23T21:30:00.000000Z','SUBMITTED','created as batches/7gbkf2s89yg0yecrirbawjcoehbozhkzrxwj');
INSERT INTO "job_events" VALUES(30,'9ddf433b-175b-4a1b-bcd0-8243e585a754','2026-11-23T21:41:00.000000Z','FETCHED','5,747 bytes of results on disk');
INSERT INTO "job_events" VALUES(31,'9ddf433b-175b-4a1b-bcd0-8243e585a754','2026-11-23T21:41:00.000000Z','COMPLETED_WITH_ERRORS','18 ready, 0 failed, 2 to be tried again, 0 missing');
INSERT INTO "job_events" VALUES(32,'9ddf433b-175b-4a1b-bcd0-8243e585a754','2026-11-23T21:41:00.000000Z','COMPLETED_WITH_ERRORS','left at Google until they expire: files/batch-7gbkf2s89yg0yecrirbawjcoehbozhkzrxwj');
INSERT INTO "job_events" VALUES(33,'f2ef2bc0-07eb-49fb-9cf6-fea235d06ae9','2026-11-23T21:41:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(34,'f2ef2bc0-07eb-49fb-9cf6-fea235d06ae9','2026-11-23T21:41:00.000000Z','SPOOLED','2 requests, 318 bytes on disk');
INSERT INTO "job_events" VALUES(35,'f2ef2bc0-07eb-49fb-9cf6-fea235d06ae9','2026-11-23T21:41:00.000000Z','UPLOADED','uploaded as files/1v6u5ewc7pyg');
INSERT INTO "job_events" VALUES(36,'f2ef2bc0-07eb-49fb-9cf6-fea235d06ae9','2026-11-23T21:41:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(37,'f2ef2bc0-07eb-49fb-9cf6-fea235d06ae9','2026-11-23T21:41:00.000000Z','SUBMITTED','created as batches/dyu5npv9o50w85evz89wn5w7tfmyw37ojgy4');
INSERT INTO "job_events" VALUES(38,'f2ef2bc0-07eb-49fb-9cf6-fea235d06ae9','2026-11-23T21:41:00.000000Z','EXPIRED','Google''s state is BATCH_STATE_EXPIRED');
INSERT INTO "job_events" VALUES(39,'04fcd51d-4cc3-4a7c-bb0f-e89206d2864f','2026-11-23T21:41:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(40,'04fcd51d-4cc3-4a7c-bb0f-e89206d2864f','2026-11-23T21:41:00.000000Z','SPOOLED','2 requests, 318 bytes on disk');
INSERT INTO "job_events" VALUES(41,'04fcd51d-4cc3-4a7c-bb0f-e89206d2864f','2026-11-23T21:41:00.000000Z','UPLOADED','uploaded as files/r8kj10obicqq');
INSERT INTO "job_events" VALUES(42,'04fcd51d-4cc3-4a7c-bb0f-e89206d2864f','2026-11-23T21:41:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(43,'04fcd51d-4cc3-4a7c-bb0f-e89206d2864f','2026-11-23T21:41:00.000000Z','SUBMITTED','created as batches/50c3g1n14pd3ntrazi2wf77e45yf0yrp81cx');
INSERT INTO "job_events" VALUES(44,'04fcd51d-4cc3-4a7c-bb0f-e89206d2864f','2026-11-23T21:41:00.000000Z','SUBMITTED','cancellation asked for');
INSERT INTO "job_events" VALUES(45,'04fcd51d-4cc3-4a7c-bb0f-e89206d2864f','2026-11-23T21:41:00.000000Z','CANCELLED','The operation was cancelled.');
INSERT INTO "job_events" VALUES(46,'0b8c23fd-8b9a-40fb-97ea-55d7606422f0','2026-11-23T21:41:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(47,'0b8c23fd-8b9a-40fb-97ea-55d7606422f0','2026-11-23T21:41:00.000000Z','SPOOLED','2 requests, 318 bytes on disk');
INSERT INTO "job_events" VALUES(48,'0b8c23fd-8b9a-40fb-97ea-55d7606422f0','2026-11-23T21:41:00.000000Z','UPLOADED','uploaded as files/jzvrhqelu168');
INSERT INTO "job_events" VALUES(49,'0b8c23fd-8b9a-40fb-97ea-55d7606422f0','2026-11-23T21:41:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(50,'0b8c23fd-8b9a-40fb-97ea-55d7606422f0','2026-11-23T21:41:00.000000Z','SUBMITTED','created as batches/3ib91r3m5nl04iyjabukil3oqrysdhxbx4u7');
INSERT INTO "job_events" VALUES(51,'0b8c23fd-8b9a-40fb-97ea-55d7606422f0','2026-11-23T21:46:00.000000Z','FETCHED','620 bytes of results on disk');
INSERT INTO "job_events" VALUES(52,'0b8c23fd-8b9a-40fb-97ea-55d7606422f0','2026-11-23T21:46:00.000000Z','COMPLETED','2 ready, 0 failed, 0 to be tried again, 0 missing');
INSERT INTO "job_events" VALUES(53,'0b8c23fd-8b9a-40fb-97ea-55d7606422f0','2026-11-23T21:46:00.000000Z','COMPLETED','left at Google until they expire: files/batch-3ib91r3m5nl04iyjabukil3oqrysdhxbx4u7');
INSERT INTO "job_events" VALUES(54,'224c5009-8b0f-4bee-9264-a06fd379f42c','2026-11-23T21:46:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(55,'224c5009-8b0f-4bee-9264-a06fd379f42c','2026-11-23T21:46:00.000000Z','SPOOLED','1 requests, 165 bytes on disk');
INSERT INTO "job_events" VALUES(56,'224c5009-8b0f-4bee-9264-a06fd379f42c','2026-11-23T21:46:00.000000Z','UPLOADED','uploaded as files/26nyzkep6b68');
INSERT INTO "job_events" VALUES(57,'224c5009-8b0f-4bee-9264-a06fd379f42c','2026-11-23T21:46:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(58,'224c5009-8b0f-4bee-9264-a06fd379f42c','2026-11-23T21:46:00.000000Z','SUBMITTED','created as batches/v9nipquv0mu9mo1z933vywj3gtnfblfd2dd8');
INSERT INTO "job_events" VALUES(59,'224c5009-8b0f-4bee-9264-a06fd379f42c','2026-11-23T21:46:00.000000Z','FETCHED','312 bytes of results on disk');
INSERT INTO "job_events" VALUES(60,'224c5009-8b0f-4bee-9264-a06fd379f42c','2026-11-23T21:46:00.000000Z','COMPLETED','1 ready, 0 failed, 0 to be tried again, 0 missing');
INSERT INTO "job_events" VALUES(61,'224c5009-8b0f-4bee-9264-a06fd379f42c','2026-11-23T21:46:00.000000Z','COMPLETED','left at Google until they expire: files/batch-v9nipquv0mu9mo1z933vywj3gtnfblfd2dd8');
INSERT INTO "job_events" VALUES(62,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T21:46:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(63,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T21:46:00.000000Z','SPOOLED','12 requests, 2,102 bytes on disk');
INSERT INTO "job_events" VALUES(64,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T21:46:00.000000Z','UPLOADED','uploaded as files/svzokljzke3g');
INSERT INTO "job_events" VALUES(65,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T21:46:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(66,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T21:46:00.000000Z','UNCERTAIN','The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "job_events" VALUES(67,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T21:46:00.000000Z','UPLOADED','absent from 1 healthy listings: it was not created and may be submitted again');
INSERT INTO "job_events" VALUES(68,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T21:46:01.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(69,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T21:46:01.000000Z','SUBMITTED','created as batches/w7icqvs6aqj0mn5vnvmy9ty2wnq54c9qpzy8');
INSERT INTO "job_events" VALUES(70,'d33b3a23-5d70-47d7-beb5-1d70d786a05c','2026-11-23T21:56:01.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(71,'d33b3a23-5d70-47d7-beb5-1d70d786a05c','2026-11-23T21:56:01.000000Z','SUBMITTED','second batch of job 67e4a3d, to be cancelled');
INSERT INTO "job_events" VALUES(72,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T23:56:01.000000Z','FETCHED','3,660 bytes of results on disk');
INSERT INTO "job_events" VALUES(73,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T23:56:01.000000Z','COMPLETED','12 ready, 0 failed, 0 to be tried again, 0 missing');
INSERT INTO "job_events" VALUES(74,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','2026-11-23T23:56:01.000000Z','COMPLETED','left at Google until they expire: files/batch-w7icqvs6aqj0mn5vnvmy9ty2wnq54c9qpzy8');
INSERT INTO "job_events" VALUES(75,'d33b3a23-5d70-47d7-beb5-1d70d786a05c','2026-11-23T23:56:01.000000Z','FETCHED','3,660 bytes of results on disk');
INSERT INTO "job_events" VALUES(76,'d33b3a23-5d70-47d7-beb5-1d70d786a05c','2026-11-23T23:56:01.000000Z','COMPLETED','0 ready, 0 failed, 0 to be tried again, 0 missing');
INSERT INTO "job_events" VALUES(77,'d33b3a23-5d70-47d7-beb5-1d70d786a05c','2026-11-23T23:56:01.000000Z','COMPLETED','left at Google until they expire: files/batch-ri65ep7bcfms1je9a4ims8v4jrxo0a3ulzui');
INSERT INTO "job_events" VALUES(78,'57000762-eb53-432a-84cc-103bddd0d025','2026-11-24T11:30:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(79,'57000762-eb53-432a-84cc-103bddd0d025','2026-11-24T11:30:00.000000Z','SPOOLED','5 requests, 827 bytes on disk');
INSERT INTO "job_events" VALUES(80,'57000762-eb53-432a-84cc-103bddd0d025','2026-11-24T11:30:00.000000Z','UPLOADED','uploaded as files/mthw1sb9umxg');
INSERT INTO "job_events" VALUES(81,'57000762-eb53-432a-84cc-103bddd0d025','2026-11-24T11:30:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(82,'57000762-eb53-432a-84cc-103bddd0d025','2026-11-24T11:30:00.000000Z','SUBMITTED','created as batches/von6jpkk8hqh9sac3cwg7n1sw5242x51qtsx');
INSERT INTO "job_events" VALUES(83,'57000762-eb53-432a-84cc-103bddd0d025','2026-11-24T11:30:00.000000Z','FAILED','An internal error has occurred.');
INSERT INTO "job_events" VALUES(84,'b9ebad0e-d72b-43be-90d1-c5a1855618d5','2026-11-24T11:30:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(85,'b9ebad0e-d72b-43be-90d1-c5a1855618d5','2026-11-24T11:30:00.000000Z','SPOOLED','6 requests, 1,008 bytes on disk');
INSERT INTO "job_events" VALUES(86,'b9ebad0e-d72b-43be-90d1-c5a1855618d5','2026-11-24T11:30:00.000000Z','UPLOADED','uploaded as files/vdx772n4f51l');
INSERT INTO "job_events" VALUES(87,'b9ebad0e-d72b-43be-90d1-c5a1855618d5','2026-11-24T11:30:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(88,'b9ebad0e-d72b-43be-90d1-c5a1855618d5','2026-11-24T11:30:00.000000Z','SUBMITTED','created as batches/6wkfzgil9sllnm5626bqq76u79tcp85u3ewb');
INSERT INTO "job_events" VALUES(89,'e70490fc-6241-4d29-ac7a-6ada4a04495a','2026-11-24T11:30:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(90,'e70490fc-6241-4d29-ac7a-6ada4a04495a','2026-11-24T11:30:00.000000Z','SPOOLED','6 requests, 1,015 bytes on disk');
INSERT INTO "job_events" VALUES(91,'e70490fc-6241-4d29-ac7a-6ada4a04495a','2026-11-24T11:30:00.000000Z','UPLOADED','uploaded as files/68czavl5khpz');
INSERT INTO "job_events" VALUES(92,'e70490fc-6241-4d29-ac7a-6ada4a04495a','2026-11-24T11:30:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(93,'e70490fc-6241-4d29-ac7a-6ada4a04495a','2026-11-24T11:30:00.000000Z','SUBMITTED','created as batches/7v2xoidsqdqc3cwhnmsjeahpk8ksdwd35w1c');
INSERT INTO "job_events" VALUES(94,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(95,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','SPOOLED','30 requests, 4,755 bytes on disk');
INSERT INTO "job_events" VALUES(96,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','UPLOADED','uploaded as files/qm1c41fxf441');
INSERT INTO "job_events" VALUES(97,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(98,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','SUBMITTED','created as batches/pmgducuiz9ai6baw8c75jn5ybztggbjuiuwv');
INSERT INTO "job_events" VALUES(99,'b9ebad0e-d72b-43be-90d1-c5a1855618d5','2026-11-24T11:55:00.000000Z','PROCESSING','Google works on it');
INSERT INTO "job_events" VALUES(100,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','FETCHED','6,739 bytes of results on disk');
INSERT INTO "job_events" VALUES(101,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','FETCHED','1 result rows have keys that were answered before');
INSERT INTO "job_events" VALUES(102,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','FETCHED','byte 1,547: The key of the row is none of ours.');
INSERT INTO "job_events" VALUES(103,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','FETCHED','byte 1,866: The line cannot be read: it is not JSON at character 1.');
INSERT INTO "job_events" VALUES(104,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','FETCHED','byte 3,799: The key of the row is none of ours.');
INSERT INTO "job_events" VALUES(105,'998803cd-930a-4480-bcd7-bbd60d0b6e99','2026-11-24T11:55:00.000000Z','FETCHED','1 result rows have keys that were answered before');
INSERT INTO "job_events" VALUES(106,'d32415fd-a1c7-48bd-abb2-af370a77b761','2026-11-24T11:55:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(107,'d32415fd-a1c7-48bd-abb2-af370a77b761','2026-11-24T11:55:00.000000Z','SPOOLED','7 requests, 1,185 bytes on disk');
INSERT INTO "job_events" VALUES(108,'d32415fd-a1c7-48bd-abb2-af370a77b761','2026-11-24T11:55:00.000000Z','UPLOADED','uploaded as files/478u4r2wpkq4');
INSERT INTO "job_events" VALUES(109,'d32415fd-a1c7-48bd-abb2-af370a77b761','2026-11-24T11:55:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(110,'d32415fd-a1c7-48bd-abb2-af370a77b761','2026-11-24T11:55:00.000000Z','UNCERTAIN','The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "job_events" VALUES(111,'2314b1d2-967f-4b1d-83d9-4b6aaa678c4a','2026-11-24T11:55:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(112,'2314b1d2-967f-4b1d-83d9-4b6aaa678c4a','2026-11-24T11:55:00.000000Z','SPOOLED','5 requests, 855 bytes on disk');
INSERT INTO "job_events" VALUES(113,'2314b1d2-967f-4b1d-83d9-4b6aaa678c4a','2026-11-24T11:55:00.000000Z','UPLOADED','uploaded as files/bpa35mmyvxj9');
INSERT INTO "job_events" VALUES(114,'2314b1d2-967f-4b1d-83d9-4b6aaa678c4a','2026-11-24T11:55:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "job_events" VALUES(115,'2314b1d2-967f-4b1d-83d9-4b6aaa678c4a','2026-11-24T11:55:00.000000Z','UNCERTAIN','The connection to the Gemini API broke off: Server disconnected without sending a response.');
INSERT INTO "job_events" VALUES(116,'42f552c0-3485-48e1-ae8c-94eb2f9c6c63','2026-11-24T12:00:00.000000Z','PLANNED','planned');
INSERT INTO "job_events" VALUES(117,'42f552c0-3485-48e1-ae8c-94eb2f9c6c63','2026-11-24T12:00:00.000000Z','SPOOLED','10 requests, 1,656 bytes on disk');
INSERT INTO "job_events" VALUES(118,'42f552c0-3485-48e1-ae8c-94eb2f9c6c63','2026-11-24T12:00:00.000000Z','UPLOADED','uploaded as files/f3f2x26ua9ds');
INSERT INTO "job_events" VALUES(119,'42f552c0-3485-48e1-ae8c-94eb2f9c6c63','2026-11-24T12:00:00.000000Z','SUBMITTING','sending the one request that creates the batch');
INSERT INTO "leases" VALUES('engine',31,'worker','flush',999999,'first.example','2026-03-01T10:00:00.000000Z','2026-03-01T10:00:00.000000Z','2026-03-01T10:01:30.000000Z');
INSERT INTO "ledger" VALUES(1,'2026-11-23T01:23:00.000000Z','batch','batch','2222','gemini-embedding-001',12,132,0,'0.075','0.15','Google''s pricing page 2026-11-01',9900000,19800000,0,124,'921796e2-d6ee-4fe3-868f-c12defa1837a','');
INSERT INTO "ledger" VALUES(2,'2026-11-23T01:23:00.000000Z','synchronous','default','1111','gemini-embedding-001',21,366,0,'0.15','0.15','Google''s pricing page 2026-11-01',54900000,54900000,0,324,NULL,'ingest');
INSERT INTO "ledger" VALUES(3,'2026-11-23T01:23:00.000000Z','synchronous','default','1111','gemini-embedding-001',3,34,0,'0.15','0.15','Google''s pricing page 2026-11-01',5100000,5100000,0,30,NULL,'ingest');
INSERT INTO "ledger" VALUES(4,'2026-11-23T01:30:00.000000Z','batch','batch','2222','gemini-embedding-001',14,148,0,'0.075','0.15','Google''s pricing page 2026-11-01',11100000,22200000,0,164,'25ae292f-9ee3-4bd5-8f18-8fa3d69e0ea3','');
INSERT INTO "ledger" VALUES(5,'2026-11-23T21:41:00.000000Z','batch','batch','2222','gemini-embedding-001',18,140,14,'0.075','0.15','Google''s pricing page 2026-11-01',10500000,21000000,1050000,127,'9ddf433b-175b-4a1b-bcd0-8243e585a754','');
INSERT INTO "ledger" VALUES(6,'2026-11-23T21:46:00.000000Z','batch','batch','2222','gemini-embedding-001',2,13,0,'0.075','0.15','Google''s pricing page 2026-11-01',975000,1950000,0,15,'0b8c23fd-8b9a-40fb-97ea-55d7606422f0','');
INSERT INTO "ledger" VALUES(7,'2026-11-23T21:46:00.000000Z','batch','batch','2222','gemini-embedding-001',1,8,0,'0.075','0.15','Google''s pricing page 2026-11-01',600000,1200000,0,9,'224c5009-8b0f-4bee-9264-a06fd379f42c','');
INSERT INTO "ledger" VALUES(8,'2026-11-23T23:56:01.000000Z','batch','batch','2222','gemini-embedding-001',12,132,0,'0.075','0.15','Google''s pricing page 2026-11-01',9900000,19800000,0,142,'67e4a3df-c88d-4c27-9caa-cc504edd0b4e','');
INSERT INTO "ledger" VALUES(9,'2026-11-23T23:56:01.000000Z','batch','batch','2222','gemini-embedding-001',12,132,132,'0.075','0.15','Google''s pricing page 2026-11-01',9900000,19800000,9900000,0,'d33b3a23-5d70-47d7-beb5-1d70d786a05c','second batch of one submission');
INSERT INTO "ledger_days" VALUES('2026-11-23','batch','batch','gemini-embedding-001',71,705,52875000,105750000,146,10950000,581);
INSERT INTO "ledger_days" VALUES('2026-11-23','synchronous','default','gemini-embedding-001',24,400,60000000,60000000,0,0,354);
INSERT INTO "lowered_allowance" VALUES('gemini-embedding-001',62,'2026-11-22T00:20:00.000000Z');
INSERT INTO "profiles" VALUES(1,'gemini-embedding-001',16,'RETRIEVAL_DOCUMENT');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',101,'7cff5090e45b8987');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',101,'7cff5090e45b8987!');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',102,'ba95f535a2331350!');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',103,'b37cdd6575cc66d2!');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',104,'f79baea3401eac57!');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',105,'9f5b2a729970cefc');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',105,'9f5b2a729970cefc!');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',110,'0fb07293c79f31f3');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',110,'0fb07293c79f31f3!');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',112,'505a0f114f78036b!');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',113,'e28c16c9b5a5033c!');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',114,'b70b86a86e021e60!');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',121,'45b26d126da46872');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',125,'34df587dd9630e8d');
INSERT INTO "superseded" VALUES('998803cd-930a-4480-bcd7-bbd60d0b6e99',130,'96e3f6503fb60511');
INSERT INTO "superseded" VALUES('e70490fc-6241-4d29-ac7a-6ada4a04495a',95,'48a8ba49c899f4f8');
INSERT INTO "token_ratio" VALUES('gemini-embedding-001',3374,959);
INSERT INTO "vectors" VALUES(1,1,X'000000005B70BD3C000000005B70BD3C50C2A53E73CCECBD44148EBD671E55BE5C70BDBE5B703DBE4AEB99BE671E553E4AEB993E3F3D823E3F3D823E44140EBF');
INSERT INTO "vectors" VALUES(2,1,X'07E1B0BC07E1B0BCC5A884BD07E1B0BC17EFBB3EC5A804BE4819DDBD4819DDBD27FDC6BE4819DDBD07E1B0BE07E1303EE6C49A3E48195D3E07E1303EDE3D15BF');
INSERT INTO "vectors" VALUES(3,1,X'E238C8BDE238C8BC0000000000000000E238C83EC5312FBEE23848BDA92A16BEC531AFBEC5312FBEA92A96BEE238483E1BA7893EC5312F3EE238483E716C1CBF');
INSERT INTO "vectors" VALUES(4,1,X'52B1BDBC0000000052B1BD3C0000000052B1BD3EA61DEDBDFE448EBDFE440EBE52B1BDBEFE440EBE52B1BDBE52B13D3EE869823E52B13D3E52B13D3E13201ABF');
INSERT INTO "vectors" VALUES(5,1,X'0000000000000000983FC1BD973FC1BC9E2BB53E983FC1BD973F41BD973F41BE9E2BB5BEA51729BEAB039DBE973F413EB1EF903E7E8F713EB1EF903EB1EF10BF');
INSERT INTO "vectors" VALUES(6,1,X'E5408CBD3201BBBC32013BBD000000005961D23E3201BBBD3201BBBC32013BBE5961D2BE0CA123BE1F51AFBE32013B3E7FC1693E32013B3E0CA1233EEF1812BF');
INSERT INTO "vectors" VALUES(7,1,X'A909BABDA9093ABDA909BABCA909BA3CA909BA3E138CE8BDA909BABD3F870BBE0F69AEBE138CE8BDA909BABEA9093A3E138C683E73C8223EDE4A513E74C822BF');
INSERT INTO "vectors" VALUES(8,1,X'6DD83DBD6DD83DBD6DD8BDBC000000006DD8BD3E894EEDBD6DD8BDBD7B9355BEE6FAB1BE7B9355BE601DA6BE6DD83D3ED83F9A3E6DD83D3E894E6D3E51620EBF');
INSERT INTO "vectors" VALUES(9,1,X'2B6F87BD3A94B4BD3A94B4BC3A94B4BC3A94B43EB3011EBE3A94B4BD49B9E1BDC126CBBE49B9E1BDF64AA9BE2B6F073E2B6F873ECF4B783EC1264B3E115D18BF');
INSERT INTO "vectors" VALUES(10,1,X'28AAB3BC0000000028AA33BD28AA333D28AAB33E9EBF86BD28AAB3BD28AA33BE28AAB3BEE2341DBE28AAB3BE28AA333E41FA913EF609773E6D1F4A3E929717BF');
INSERT INTO "vectors" VALUES(11,1,X'981B353C7E6262BD7E62623DB2D407BDA1B9DC3E6C2613BE25789EBDC41057BE0221A4BE0BBFCBBD75C4BABE38B46D3E48CF983ED62B823E516D403ECEAEFEBE');
INSERT INTO "vectors" VALUES(12,1,X'C24E0EBDC24E0E3DEE2D6DBDC24E0EBDFC3FE73E8D06A6BD2376D5BD3E9A49BE66D0B7BE2376D5BD9A18A0BED409793E3E9A493E72E2313ED060883EC9570BBF');
INSERT INTO "vectors" VALUES(13,1,X'B0CB6A3E402B063EDF40493EDF40C93E10B6A73EB0CBEABD402B86BCF48D8EBEF48D8EBEDF4049BE00000000B0CB6A3EF48D8EBE402B863CFC68E2BE5C539F3E');
INSERT INTO "vectors" VALUES(14,1,X'01BF6B3EDC63A8BD38E8DA3E37E85A3ECC957C3ED37CD2BE6F114ABE0BA6C1BE4AB606BD138D17BE01BF6B3E138D173E00000000138D17BE41CFB0BECC957C3E');
INSERT INTO "vectors" VALUES(15,1,X'E7396D3E807229BE0D48DC3EA780183EA680983EFAC0E4BE0D485CBE6DEBB1BEA78018BE34564BBD33564B3E8072A93DCD8E073DCD8E87BD3356CBBEA780183E');
INSERT INTO "vectors" VALUES(16,1,X'EB81643E629302BE6293023F3A38A33D98BC8A3EB558DCBE12DD43BE3A38A3BE629382BCA68A33BE7F2F543E3A38233E629382BC12DDC3BD7061ABBEEB81643E');
INSERT INTO "vectors" VALUES(17,1,X'8BB68B3ED091D1BD23FB023F737FF43DF471943E68D6C8BED09151BEC5E8A5BED091D1BDD09151BE2EA42E3ED091513E8BB68BBC2EA4AEBD5D2D9DBE2EA42E3E');
INSERT INTO "vectors" VALUES(18,1,X'D8DBA23E9D00F0BD1325C53E9D00F03D3AB7913E61B7CDBE276E2BBEB149D6BE9D00F0BD61B7CDBD9D00703E9D00703E61B74DBD61B7CDBD8A499ABE61B74D3E');
INSERT INTO "vectors" VALUES(19,1,X'746D713E746DF1BDC450C63E14341B3E1712B53EC450C6BE14341BBE1ECEE8BE746DF1BD67F509BEC72E603E1BF0CE3D67F509BDC172ACBDC172ACBE1BF04E3E');
INSERT INTO "vectors" VALUES(20,1,X'E7305C3ED540CB3DC4503A3EA070983EBAD8B13EB16029BE8E8087BCA07098BEA07098BE8E8007BE8E8087BDE7305C3E8E8087BEB160A93D8A4403BFA070983E');
INSERT INTO "vectors" VALUES(21,1,X'693D3B3E284EEEBD9348DD3ED337AA3DBD537F3E284EEEBEFE424CBE693DBBBE284EEEBDA92C88BCD337AA3D284EEE3DA92C883CA92C88BC5DCBE5BEA92C883E');
INSERT INTO "vectors" VALUES(22,1,X'2B1F323E8B5042BEED81D23E088B813C68BC913EAFE4F2BEED8152BECAEDA1BE4DB362BECAEDA13D8B50423D8B50423D8B50423D088B813DAFE4F2BECAED213E');
INSERT INTO "vectors" VALUES(23,1,X'D169313EEB4821BE2307013FB48A41BD9617893E61EDF1BEB48A41BE7A3899BEB48AC1BDB48A41BD2307813D2307013E000000002307013D0BBCD9BE61ED713E');
INSERT INTO "vectors" VALUES(24,1,X'3EA9603EC4400ABEB89C013FC4408ABCD0E4923E3EA9E0BE25614FBEDD889BBE0E193EBEC4408ABDC4408A3CF5D02C3E0000000026614F3D2561CFBE0E193E3E');
INSERT INTO "vectors" VALUES(25,1,X'02F3873E62F118BE536DC33E02F387BC3272903E146AE5BEC2EF29BE83ECCBBE83EC4BBE02F3073DC2EFA93D83EC4B3E02F307BD02F3073D83ECCBBEE3EA5C3E');
INSERT INTO "vectors" VALUES(26,1,X'A6C63A3E13D118BE0A44C33E4AD6873C4149B23E38BCDCBE13D118BE38BCDCBE6EC14BBE000000004AD6873D4AD6873D4AD687BC6EC14B3D38BCDCBE38BC5C3E');
INSERT INTO "vectors" VALUES(27,1,X'41AA843ED1D4A53D3ABF783E2D8A9D3ED1D4A53E893F15BE00000000E5F48CBE8A3F95BE196A36BE41AA84BC62FF463E8A3F95BE41AA843C3ABFF8BE2D8A9D3E');
INSERT INTO "vectors" VALUES(28,1,X'E5636B3EEA4F3CBE4663053F39157B3DE5636B3E3D01CCBE3915FBBD979EACBE3815FBBC91B2DBBDEA4F3C3E39157B3DEA4F3CBDF03B0DBE3D01CCBE4663853E');
INSERT INTO "vectors" VALUES(29,1,X'4609673EA8EB82BEA8EB023F00000000299F8A3E42A2D7BE299F0ABE2E069ABE299F0ABE4B7076BC2E061A3E000000004B7076BC4B7076BDC555DFBE336D293E');
INSERT INTO "vectors" VALUES(30,1,X'43425E3E43425EBE2D2C143F7B136DBDB4E47B3E0C71CFBE7B13EDBD91C38CBE7B136DBCF55A05BE65FD223E2E2C943D7B136DBD9DCEB1BDD49FC0BE7B136D3E');
INSERT INTO "vectors" VALUES(31,1,X'0592873ECD574FBE1685173FFC30FFBC0592873EBD64BFBEFC30FFBD8E8B8FBEBD64BFBD9D7E1FBEFC30FF3DDC4ADF3DFC307FBD9D7E9FBD366BB7BEBD643F3E');
INSERT INTO "vectors" VALUES(32,1,X'7C7F9E3EADE55DBE00ACF53EC698FDBC29B9863E5B1FC6BE9432BEBD9432BEBEADE5DDBDC6987DBD94323E3EEFA50E3E9432BEBD9432BEBDCE45B6BEADE55D3E');
INSERT INTO "vectors" VALUES(33,1,X'15A26D3E7ACA5DBEE38DF53E00000000DB57A63E441BBEBE0F6C9EBDDFF2CDBE7ACADDBD441BBEBDA9432E3EB1797D3C0F6C9EBD0F6C9EBD1207C6BE7ACA5D3E');
INSERT INTO "vectors" VALUES(34,1,X'FE0F08BE2FB3D9BDC97C3E3E31AB95BE30B3D9BC2FB3D93E6446A3BE2FB3D9BD0000000000000000FC17CCBE2FB359BDFC17CC3E644623BE6446A33D624EE7BE');
INSERT INTO "vectors" VALUES(35,1,X'452BC2BD16B6F2BD16B6F23DF94DCEBE00000000DCE5A93EBF7D85BE452B42BD452B42BE74A0913DAE70DABEDCE529BE28C39D3E452BC2BC452B42BDBF7D05BF');
INSERT INTO "vectors" VALUES(36,1,X'57F894BD74A046BE508E883E8ADEEBBE74A0463D66CCAD3E914878BE74A0C6BC74A0C6BC74A0C63C74A0C6BE9248F8BD5F62A13E74A0C6BD74A0C63D8ADEEBBE');
INSERT INTO "vectors" VALUES(37,1,X'000000005B70BD3C000000005B70BD3C50C2A53E73CCECBD44148EBD671E55BE5C70BDBE5B703DBE4AEB99BE671E553E4AEB993E3F3D823E3F3D823E44140EBF');
INSERT INTO "vectors" VALUES(38,1,X'07E1B0BC07E1B0BCC5A884BD07E1B0BC17EFBB3EC5A804BE4819DDBD4819DDBD27FDC6BE4819DDBD07E1B0BE07E1303EE6C49A3E48195D3E07E1303EDE3D15BF');
INSERT INTO "vectors" VALUES(39,1,X'E238C8BDE238C8BC0000000000000000E238C83EC5312FBEE23848BDA92A16BEC531AFBEC5312FBEA92A96BEE238483E1BA7893EC5312F3EE238483E716C1CBF');
INSERT INTO "vectors" VALUES(40,1,X'52B1BDBC0000000052B1BD3C0000000052B1BD3EA61DEDBDFE448EBDFE440EBE52B1BDBEFE440EBE52B1BDBE52B13D3EE869823E52B13D3E52B13D3E13201ABF');
INSERT INTO "vectors" VALUES(41,1,X'0000000000000000983FC1BD973FC1BC9E2BB53E983FC1BD973F41BD973F41BE9E2BB5BEA51729BEAB039DBE973F413EB1EF903E7E8F713EB1EF903EB1EF10BF');
INSERT INTO "vectors" VALUES(42,1,X'E5408CBD3201BBBC32013BBD000000005961D23E3201BBBD3201BBBC32013BBE5961D2BE0CA123BE1F51AFBE32013B3E7FC1693E32013B3E0CA1233EEF1812BF');
INSERT INTO "vectors" VALUES(43,1,X'A909BABDA9093ABDA909BABCA909BA3CA909BA3E138CE8BDA909BABD3F870BBE0F69AEBE138CE8BDA909BABEA9093A3E138C683E73C8223EDE4A513E74C822BF');
INSERT INTO "vectors" VALUES(44,1,X'6DD83DBD6DD83DBD6DD8BDBC000000006DD8BD3E894EEDBD6DD8BDBD7B9355BEE6FAB1BE7B9355BE601DA6BE6DD83D3ED83F9A3E6DD83D3E894E6D3E51620EBF');
INSERT INTO "vectors" VALUES(45,1,X'2B6F87BD3A94B4BD3A94B4BC3A94B4BC3A94B43EB3011EBE3A94B4BD49B9E1BDC126CBBE49B9E1BDF64AA9BE2B6F073E2B6F873ECF4B783EC1264B3E115D18BF');
INSERT INTO "vectors" VALUES(46,1,X'28AAB3BC0000000028AA33BD28AA333D28AAB33E9EBF86BD28AAB3BD28AA33BE28AAB3BEE2341DBE28AAB3BE28AA333E41FA913EF609773E6D1F4A3E929717BF');
INSERT INTO "vectors" VALUES(47,1,X'981B353C7E6262BD7E62623DB2D407BDA1B9DC3E6C2613BE25789EBDC41057BE0221A4BE0BBFCBBD75C4BABE38B46D3E48CF983ED62B823E516D403ECEAEFEBE');
INSERT INTO "vectors" VALUES(48,1,X'C24E0EBDC24E0E3DEE2D6DBDC24E0EBDFC3FE73E8D06A6BD2376D5BD3E9A49BE66D0B7BE2376D5BD9A18A0BED409793E3E9A493E72E2313ED060883EC9570BBF');
INSERT INTO "vectors" VALUES(49,1,X'AE65203EF990A63EA216DE3DBF94CB3EEE41E43ED0C3763DDC12393E0BC051BE396D6ABEA216DEBD0BC051BEAE65203EA216DEBD80B807BE8498F0BE0BC0513E');
INSERT INTO "vectors" VALUES(50,1,X'62849C3EA541163D1DC7223EFFDC543E696D7ABD62849CBEAD2AF43E528FB5BEF1E76DBEE9FE8F3E875748BCFFDC54BE0FD23BBE62849CBEE9FE8FBE696D7A3D');
INSERT INTO "vectors" VALUES(51,1,X'476632BE881790BEFC3A893D15F416BE4766323E06B5D43E15F4163E4766323E2FAD24BDAD4A69BE1F6EE2BE2FAD243D2FAD24BDA2D09D3ED442B93ED442B93E');
INSERT INTO "vectors" VALUES(52,1,X'34250FBEE5A695BE96281C3DF72B29BE34250F3ECDB7D63EE13CEA3D83A3883EE13CEABDF72B29BEF3C1FDBED32182BDD32182BD0AB1BC3EE5A6953E83A3883E');
INSERT INTO "vectors" VALUES(53,1,X'25F129BE525596BE25F1293E3E1644BE25F1293EF88CBD3E3E16443E7060783ECA2851BC583B5EBE9EC4E4BE98DE1CBDB103B7BDDE67A33EDE67A33EDE67A33E');
INSERT INTO "vectors" VALUES(54,1,X'259C0FBE50F15DBE82FFEA3DB30D78BE88B8293E376AD73E82FFEA3D50F15D3EF28D82BD50F15DBE9B86F1BEF28D823D82FFEABD3E23963E6F31A33EA13FB03E');
INSERT INTO "vectors" VALUES(55,1,X'884FB2BDA6BB85BEC3BA7E3DA6BB85BEAF41E53DDF26D23EEB190C3E2585583E884FB2BDFE9225BEF39FEBBEC3BA7E3DEB190CBE43F1AB3EB9349F3ECDADB83E');
INSERT INTO "vectors" VALUES(56,1,X'A8F22ABEC3128ABE0419B83DA8F22ABEA8F22A3E8DD2CB3EA8F22A3EA8F22A3E73B2ECBDC3128ABE441FE6BEBC65523CF1A510BE1F39973E1F39973E32ACBE3E');
INSERT INTO "vectors" VALUES(58,1,X'00E852BEF0066FBEAB9A8C3D6816FDBD11C9363EBCEFD93E6816FD3DF0066F3E9BB928BDEF9285BEBCEFD9BE9BB9283D89D8C4BD67A2933E56C1AF3ECDD0BD3E');
INSERT INTO "vectors" VALUES(59,1,X'A57F17BEC09C90BEDBB9893DC9964EBE25E8F73D1BEEB93EA57F173EC09C903E00D1C0BDA57F17BE09CBFEBE6E4525BD25E8F7BD1BEEB93EF6D6823E5228AC3E');
INSERT INTO "vectors" VALUES(60,1,X'E54DEBBD706078BE98DE1C3D3E1644BE25F1293E9EC4E43EB103B73D583B5E3EB103B7BD0BCC0FBEB7E9FEBE98DE1C3DB103B7BD6B7AB03EDE67A33EDE67A33E');
INSERT INTO "vectors" VALUES(61,1,X'16E1CEBDD1289BBED1289B3D16E14EBEAD4C813EE216A83ED1289B3DD1281B3E00000000F40435BEAD4C01BF0000000016E1CEBC05F3C13EBF3A8E3E05F3C13E');
INSERT INTO "vectors" VALUES(62,1,X'86B736BEF6EB6ABEBDD1503D86B736BEF6EB6A3EF6EBEA3EBDD1D03DBDD1503E00000000178302BEBED1D0BE00000000178302BE4E9D9C3EA1C4C33E86B7B63E');
INSERT INTO "vectors" VALUES(63,1,X'0D7C4EBE8D4B68BE0D7C4E3D8D4B68BE8D4B683ECD63DB3E8BAC343E09DD9A3E09DD9ABD870D01BE8D4BE8BE0D7CCEBD0D7CCEBC8D4B683E4B94C13E870D813E');
INSERT INTO "vectors" VALUES(65,1,X'7F7CDDBD0E2C79BE7F7C5D3D601D26BE0E2C793E7F7CDD3E7F7C5D3DCF6D8A3E7F7CDDBC984598BE4754EBBE601DA63DF0CC41BECF6D8A3ECF6D8A3E9845983E');
INSERT INTO "vectors" VALUES(66,1,X'781493BD4B1B44BE4B1BC43C1D2275BE4B1B443E1D22F53E4B1BC43D1D22753E4B1BC4BDE1972BBEE9B100BF7814933DE1972BBEC3D2863E96D9B73EB49E5C3E');
INSERT INTO "vectors" VALUES(67,1,X'F8BBC9BCB9E8A3BEF42AFC3D3AB18ABEF8BBC93D368FEF3E76F3623E76F3623EF8BBC9BC76F362BEB757D6BEFA4C97BDF8BB49BEB9E8A33EF42A7C3E76F3623E');
INSERT INTO "vectors" VALUES(68,1,X'389E1ABE4A284EBE4A28CE3D2ED980BE4063343EC545C13E4A28CE3D4A284E3E00000000389E1ABE2ED900BF4A284E3D389E1ABE4A28CE3E53ED673E4063B43E');
INSERT INTO "vectors" VALUES(69,1,X'CDA060BECDA060BE000000007F640CBE7F640C3EA682B63EB38C443E8D6E9A3E000000008D6E9ABE795F05BFCDA060BD7F640CBE8D6E9A3E7F648C3EE6B47C3E');
INSERT INTO "vectors" VALUES(70,1,X'CFE057BEB5E43CBE00000000CFE0D7BD80EC063E7B2D003F9BE8A13DB5E43C3ECFE057BD8E6A94BEDC5EE5BECFE0573D9BE8A1BD80EC863E9BE8A13EB5E4BC3E');
INSERT INTO "vectors" VALUES(71,1,X'407415BD407415BD602EE03DD87FCDBE8E68E63E407415BD50D13A3E407415BDB8C582BE50D13ABEF55CAEBD4351FFBE06BA533E6EAE9BBE6EAE9B3E171779BD');
INSERT INTO "vectors" VALUES(72,1,X'62849C3EA541163D1DC7223EFFDC543E696D7ABD62849CBEAD2AF43E528FB5BEF1E76DBEE9FE8F3E875748BCFFDC54BE0FD23BBE62849CBEE9FE8FBE696D7A3D');
INSERT INTO "vectors" VALUES(73,1,X'6297A73EAA8EB5BE8374DFBC8374DFBCD2A80B3E83745FBEAA8EB5BE629727BE83745FBDCB6BEDBE6297273E6397A73D83745F3E1AA0993E8374DF3DF285C3BE');
INSERT INTO "vectors" VALUES(74,1,X'000000005B70BD3C000000005B70BD3C50C2A53E73CCECBD44148EBD671E55BE5C70BDBE5B703DBE4AEB99BE671E553E4AEB993E3F3D823E3F3D823E44140EBF');
INSERT INTO "vectors" VALUES(75,1,X'07E1B0BC07E1B0BCC5A884BD07E1B0BC17EFBB3EC5A804BE4819DDBD4819DDBD27FDC6BE4819DDBD07E1B0BE07E1303EE6C49A3E48195D3E07E1303EDE3D15BF');
INSERT INTO "vectors" VALUES(76,1,X'E238C8BDE238C8BC0000000000000000E238C83EC5312FBEE23848BDA92A16BEC531AFBEC5312FBEA92A96BEE238483E1BA7893EC5312F3EE238483E716C1CBF');
INSERT INTO "vectors" VALUES(77,1,X'52B1BDBC0000000052B1BD3C0000000052B1BD3EA61DEDBDFE448EBDFE440EBE52B1BDBEFE440EBE52B1BDBE52B13D3EE869823E52B13D3E52B13D3E13201ABF');
INSERT INTO "vectors" VALUES(78,1,X'0000000000000000983FC1BD973FC1BC9E2BB53E983FC1BD973F41BD973F41BE9E2BB5BEA51729BEAB039DBE973F413EB1EF903E7E8F713EB1EF903EB1EF10BF');
INSERT INTO "vectors" VALUES(79,1,X'E5408CBD3201BBBC32013BBD000000005961D23E3201BBBD3201BBBC32013BBE5961D2BE0CA123BE1F51AFBE32013B3E7FC1693E32013B3E0CA1233EEF1812BF');
INSERT INTO "vectors" VALUES(80,1,X'A909BABDA9093ABDA909BABCA909BA3CA909BA3E138CE8BDA909BABD3F870BBE0F69AEBE138CE8BDA909BABEA9093A3E138C683E73C8223EDE4A513E74C822BF');
INSERT INTO "vectors" VALUES(81,1,X'6DD83DBD6DD83DBD6DD8BDBC000000006DD8BD3E894EEDBD6DD8BDBD7B9355BEE6FAB1BE7B9355BE601DA6BE6DD83D3ED83F9A3E6DD83D3E894E6D3E51620EBF');
INSERT INTO "vectors" VALUES(82,1,X'2B6F87BD3A94B4BD3A94B4BC3A94B4BC3A94B43EB3011EBE3A94B4BD49B9E1BDC126CBBE49B9E1BDF64AA9BE2B6F073E2B6F873ECF4B783EC1264B3E115D18BF');
INSERT INTO "vectors" VALUES(83,1,X'28AAB3BC0000000028AA33BD28AA333D28AAB33E9EBF86BD28AAB3BD28AA33BE28AAB3BEE2341DBE28AAB3BE28AA333E41FA913EF609773E6D1F4A3E929717BF');
INSERT INTO "vectors" VALUES(84,1,X'981B353C7E6262BD7E62623DB2D407BDA1B9DC3E6C2613BE25789EBDC41057BE0221A4BE0BBFCBBD75C4BABE38B46D3E48CF983ED62B823E516D403ECEAEFEBE');
INSERT INTO "vectors" VALUES(85,1,X'C24E0EBDC24E0E3DEE2D6DBDC24E0EBDFC3FE73E8D06A6BD2376D5BD3E9A49BE66D0B7BE2376D5BD9A18A0BED409793E3E9A493E72E2313ED060883EC9570BBF');
INSERT INTO "vectors" VALUES(106,1,X'1732C6BE628262BD000000007D918DBE628262BEAFD2FE3E6282623DCBE129BE6282E2BD7D918DBE628262BD00000000628262BE7D918D3E7D918DBE1732C63E');
INSERT INTO "vectors" VALUES(111,1,X'E0B00EBE00000000E0B08E3E500956BEE0B08EBE5009563EE0B08EBEE0B08E3D000000005009D6BEE0B08EBEE0B08EBDE0B08EBDE0B08E3E89B5F9BEE0B08E3E');
INSERT INTO "vectors" VALUES(115,1,X'3E35B1BE0E24673E0C9EC03E40BBD73D09189ABD7252483E3BAF0ABEDC8C763CDC8C763C40BBD73DA76FDFBE0E24673E70CCA13E09189A3D75D8EEBE7252483E');
INSERT INTO "vectors" VALUES(116,1,X'E966C4BE9C7560BD000000009D75E0BE81498CBEE966C43E9C75E0BD00000000355828BE9C75E0BD355828BE9C7560BD9C75E0BDE966C43EE966C4BE9C75603E');
