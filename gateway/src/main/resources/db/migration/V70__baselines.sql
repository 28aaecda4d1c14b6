-- Where does the traffic of a workflow go? recent: its latest runs (JSON); learned_at, full_at: 0 = not yet.
CREATE TABLE baseline (
    id           TEXT   PRIMARY KEY,
    organization TEXT   NOT NULL,
    repository   TEXT   NOT NULL,
    workflow     TEXT   NOT NULL,
    first_seen   BIGINT NOT NULL,
    last_seen    BIGINT NOT NULL,
    runs         BIGINT NOT NULL,
    recent       TEXT   NOT NULL,
    learned_at   BIGINT NOT NULL,
    full_at      BIGINT NOT NULL,
    UNIQUE (organization, repository, workflow)
);

-- The destinations of a baseline. verdicts: comma-separated; deviated_at: when it was told as a deviation, 0 = never.
CREATE TABLE baseline_place (
    baseline    TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    port        INTEGER NOT NULL,
    protocol    TEXT    NOT NULL,
    first_seen  BIGINT  NOT NULL,
    last_seen   BIGINT  NOT NULL,
    runs        BIGINT  NOT NULL,
    recent      TEXT    NOT NULL,
    verdicts    TEXT    NOT NULL,
    deviated_at BIGINT  NOT NULL,
    PRIMARY KEY (baseline, name, port, protocol)
);

-- What was seen and is not in a baseline yet? entry: of the event that tells it.
CREATE TABLE baseline_sighting (
    entry BIGINT PRIMARY KEY,
    body  TEXT   NOT NULL
);
