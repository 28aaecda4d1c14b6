-- Which nodes were turned away? Certificates of theirs are refused, but for fresh_serial: the one
-- given when an administrator let the node in again ('' = none yet).
CREATE TABLE node_revocation (
    node         TEXT   PRIMARY KEY,
    revoked_at   BIGINT NOT NULL,
    revoked_by   TEXT   NOT NULL,
    reason       TEXT   NOT NULL,
    fresh_serial TEXT   NOT NULL
);
