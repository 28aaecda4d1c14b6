-- Which number has the newest event? Taken in the transaction that stores it, so that numbers
-- become visible in their order, whoever writes.
CREATE TABLE event_head (
    id    SMALLINT PRIMARY KEY CHECK (id = 1),
    entry BIGINT   NOT NULL
);
INSERT INTO event_head (id, entry) SELECT 1, coalesce(max(entry), 0) FROM event;

-- How far has each life of a node been stored? What is not above it is a redelivery.
CREATE TABLE event_source (
    origin   TEXT   NOT NULL,
    boot     TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    received BIGINT NOT NULL,
    PRIMARY KEY (origin, boot)
);
INSERT INTO event_source (origin, boot, sequence, received)
    SELECT origin, boot, max(sequence), max(received) FROM event GROUP BY origin, boot;

-- Each line of the trail names the digest of the one before; '' is older than the chain.
ALTER TABLE admin_audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';

-- Where does the trail end? Tells that its last lines are missing.
CREATE TABLE audit_head (
    id    SMALLINT PRIMARY KEY CHECK (id = 1),
    entry BIGINT   NOT NULL,
    hash  TEXT     NOT NULL
);
INSERT INTO audit_head (id, entry, hash) SELECT 1, coalesce(max(entry), 0), '' FROM admin_audit;

-- What must all gateways of a fleet have alike? Encrypted with a secret that is not in here.
CREATE TABLE sealed_file (
    name    TEXT PRIMARY KEY,
    content TEXT NOT NULL
);
