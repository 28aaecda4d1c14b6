-- What waits for a second person, and what came of it? Rows are made where policies.requireApproval is set.
CREATE TABLE policy_proposal (
    id          TEXT   PRIMARY KEY,
    state       TEXT   NOT NULL,
    base        BIGINT NOT NULL,
    message     TEXT   NOT NULL,
    sources     TEXT   NOT NULL,
    proposed_at BIGINT NOT NULL,
    proposed_by TEXT   NOT NULL,
    decided_at  BIGINT NOT NULL,
    decided_by  TEXT   NOT NULL
);
