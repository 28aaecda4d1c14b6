-- Which number has the newest link of the chain, and what is its hash? Events received before
-- kept_from are forgotten; nothing else may be deleted.
ALTER TABLE event_head ADD COLUMN link BIGINT NOT NULL DEFAULT 0;
ALTER TABLE event_head ADD COLUMN hash TEXT NOT NULL DEFAULT '';
ALTER TABLE event_head ADD COLUMN kept_from BIGINT NOT NULL DEFAULT 0;

-- Which events were stored together, and in what words? Each link's hash covers the one before.
CREATE TABLE event_link (
    entry       INTEGER PRIMARY KEY,
    received    BIGINT NOT NULL,
    first_event BIGINT NOT NULL,
    last_event  BIGINT NOT NULL,
    previous    TEXT   NOT NULL,
    hash        TEXT   NOT NULL
);
CREATE INDEX event_link_by_receipt ON event_link (received);

CREATE TRIGGER event_unchanged BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_kept BEFORE DELETE ON event
WHEN OLD.received >= (SELECT kept_from FROM event_head)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_link_unchanged BEFORE UPDATE ON event_link
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_link_kept BEFORE DELETE ON event_link
WHEN OLD.received >= (SELECT kept_from FROM event_head)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
