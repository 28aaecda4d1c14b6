-- The gateway's store. Portable between SQLite and PostgreSQL: times are milliseconds since the
-- epoch, digests are lower-case hex, structures are JSON texts; ${identity} is the database's own
-- way to number rows.

-- Which sources made which revision? Rows are only ever added.
CREATE TABLE policy_revision (
    revision     BIGINT PRIMARY KEY,
    digest       TEXT   NOT NULL,
    as_of        BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT   NOT NULL,
    cause        TEXT   NOT NULL,
    message      TEXT   NOT NULL,
    files        INTEGER NOT NULL,
    sources      TEXT   NOT NULL
);

-- Which revision is in force? One row, moved by compare-and-set.
CREATE TABLE policy_head (
    id       SMALLINT PRIMARY KEY CHECK (id = 1),
    revision BIGINT   NOT NULL
);
INSERT INTO policy_head (id, revision) VALUES (1, 0);

-- What did the watched directory hold when it was last read? Keeps a rollback over a restart.
CREATE TABLE policy_directory (
    path    TEXT   PRIMARY KEY,
    digest  TEXT   NOT NULL,
    read_at BIGINT NOT NULL
);

-- Which nodes may speak?
CREATE TABLE node (
    node               TEXT   PRIMARY KEY,
    enrolled_at        BIGINT NOT NULL,
    certificate_serial TEXT   NOT NULL,
    certificate_until  BIGINT NOT NULL
);

-- What did each runner last say? Restated by every Hello, so written behind.
CREATE TABLE runner_state (
    node      TEXT   NOT NULL,
    runner    TEXT   NOT NULL,
    last_seen BIGINT NOT NULL,
    body      TEXT   NOT NULL,
    PRIMARY KEY (node, runner)
);

-- What happened? (origin, boot, sequence) tells a redelivery. An event counts as stored once its batch's transaction has committed.
CREATE TABLE event (
    entry    ${identity},
    id       TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    received BIGINT NOT NULL,
    origin   TEXT   NOT NULL,
    boot     TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    body     TEXT   NOT NULL,
    UNIQUE (origin, boot, sequence)
);
CREATE INDEX event_by_kind ON event (kind, entry);
CREATE INDEX event_by_receipt ON event (received);

-- What must still be told to whom? state: waiting, delivered, dead.
CREATE TABLE outbox (
    id           TEXT    PRIMARY KEY,
    target       TEXT    NOT NULL,
    incident     TEXT    NOT NULL,
    event        TEXT    NOT NULL,
    occurrences  BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    due_at       BIGINT  NOT NULL,
    leased_until BIGINT  NOT NULL,
    attempts     INTEGER NOT NULL,
    state        TEXT    NOT NULL
);
CREATE INDEX outbox_due ON outbox (target, state, due_at);
CREATE INDEX outbox_by_incident ON outbox (target, incident, created_at);

-- What came of each attempt?
CREATE TABLE delivery (
    entry   ${identity},
    outbox  TEXT    NOT NULL,
    target  TEXT    NOT NULL,
    attempt INTEGER NOT NULL,
    at      BIGINT  NOT NULL,
    millis  BIGINT  NOT NULL,
    status  INTEGER NOT NULL,
    outcome TEXT    NOT NULL
);
CREATE INDEX delivery_by_time ON delivery (at);
CREATE INDEX delivery_by_outbox ON delivery (outbox, entry);

-- Which tokens are good? Only their hashes are kept. kind: admin, enrolment. node '' = any.
CREATE TABLE token (
    id         TEXT    PRIMARY KEY,
    kind       TEXT    NOT NULL,
    hash       TEXT    NOT NULL,
    node       TEXT    NOT NULL,
    uses_left  INTEGER NOT NULL,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);

-- Who did what? Rows are only ever added.
CREATE TABLE admin_audit (
    entry   ${identity},
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    act     TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    detail  TEXT   NOT NULL
);
