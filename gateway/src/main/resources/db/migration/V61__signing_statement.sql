-- Which keys sign policies, and who said so? Each statement is signed by a key of the one before it; the
-- private halves are in the gateways' state directories (and sealed in sealed_file).
CREATE TABLE signing_statement (
    number    BIGINT PRIMARY KEY,
    key_list  TEXT   NOT NULL,
    key_id    TEXT   NOT NULL,
    signature TEXT   NOT NULL,
    made_at   BIGINT NOT NULL,
    made_by   TEXT   NOT NULL
);
