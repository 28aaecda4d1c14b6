-- Which number has the newest link of the chain, and what is its hash? Events received before
-- kept_from are forgotten; nothing else may be deleted.
ALTER TABLE event_head ADD COLUMN link BIGINT NOT NULL DEFAULT 0;
ALTER TABLE event_head ADD COLUMN hash TEXT NOT NULL DEFAULT '';
ALTER TABLE event_head ADD COLUMN kept_from BIGINT NOT NULL DEFAULT 0;

-- Which events were stored together, and in what words? Each link's hash covers the one before.
-- Kept by the day like the events themselves (event_link_YYYYMMDD).
CREATE TABLE event_link (
    entry       BIGINT NOT NULL,
    received    BIGINT NOT NULL,
    first_event BIGINT NOT NULL,
    last_event  BIGINT NOT NULL,
    previous    TEXT   NOT NULL,
    hash        TEXT   NOT NULL
) PARTITION BY RANGE (received);
CREATE TABLE event_link_default PARTITION OF event_link DEFAULT;
CREATE INDEX event_link_by_entry ON event_link (entry);

CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.received < (SELECT kept_from FROM event_head) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'events are append-only';
END
$$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION events_append_only();
CREATE TRIGGER event_link_append_only BEFORE UPDATE OR DELETE ON event_link
    FOR EACH ROW EXECUTE FUNCTION events_append_only();
