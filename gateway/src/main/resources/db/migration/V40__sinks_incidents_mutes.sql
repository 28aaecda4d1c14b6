-- What is one incident? All that one process of one job does to one destination until it is quiet. state: open, resolved.
CREATE TABLE incident (
    id           TEXT   PRIMARY KEY,
    incident_key TEXT   NOT NULL,
    opened_at    BIGINT NOT NULL,
    last_at      BIGINT NOT NULL,
    total        BIGINT NOT NULL,
    state        TEXT   NOT NULL,
    severity     TEXT   NOT NULL,
    event        TEXT   NOT NULL
);
CREATE INDEX incident_by_key ON incident (incident_key, state);
CREATE INDEX incident_by_state ON incident (state, last_at);

-- Does an alert open (or go on with) its incident, or end it? open, resolve.
ALTER TABLE outbox ADD COLUMN act TEXT NOT NULL DEFAULT 'open';
CREATE INDEX outbox_by_state ON outbox (state, id);

-- Which message at a receiver tells of an incident? So it can be updated instead of repeated.
CREATE TABLE sink_message (
    target   TEXT NOT NULL,
    incident TEXT NOT NULL,
    handle   TEXT NOT NULL,
    PRIMARY KEY (target, incident)
);

-- How far has a sink that gets every event come? One gateway works on a row at a time.
CREATE TABLE sink_cursor (
    target       TEXT    PRIMARY KEY,
    entry        BIGINT  NOT NULL,
    owner        TEXT    NOT NULL,
    leased_until BIGINT  NOT NULL,
    attempts     INTEGER NOT NULL,
    due_at       BIGINT  NOT NULL,
    outcome      TEXT    NOT NULL
);

-- Which alerts are not to be sent? The events themselves are always stored.
CREATE TABLE mute (
    id         TEXT   PRIMARY KEY,
    picks      TEXT   NOT NULL,
    reason     TEXT   NOT NULL,
    created_by TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    hidden     BIGINT NOT NULL
);
