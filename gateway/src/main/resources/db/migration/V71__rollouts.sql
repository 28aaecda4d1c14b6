-- Which rollout is told, and how far? One row; stage: under_way, stalled, done. It moves in the transaction that stores
-- the event, so that each stage is told once by one of all gateways.
CREATE TABLE rollout_head (
    id       SMALLINT PRIMARY KEY CHECK (id = 1),
    revision BIGINT   NOT NULL,
    stage    TEXT     NOT NULL
);
INSERT INTO rollout_head (id, revision, stage) VALUES (1, 0, 'done');

-- How far have the runners of each gateway come? behind: some that have not answered.
CREATE TABLE rollout_share (
    gateway  TEXT   PRIMARY KEY,
    revision BIGINT NOT NULL,
    runners  BIGINT NOT NULL,
    applied  BIGINT NOT NULL,
    refused  BIGINT NOT NULL,
    lost     BIGINT NOT NULL,
    slowest  BIGINT NOT NULL,
    behind   TEXT   NOT NULL
);
