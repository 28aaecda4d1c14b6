-- Events are numbered by event_head and told apart by event_source. A partition for each day of
-- receipt (event_YYYYMMDD), made ahead by the gateways: forgetting a day drops a table.
ALTER TABLE event RENAME TO event_old;
CREATE TABLE event (
    entry    BIGINT NOT NULL,
    id       TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    received BIGINT NOT NULL,
    origin   TEXT   NOT NULL,
    boot     TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    body     TEXT   NOT NULL
) PARTITION BY RANGE (received);
CREATE TABLE event_default PARTITION OF event DEFAULT;
INSERT INTO event SELECT entry, id, kind, at, received, origin, boot, sequence, body FROM event_old;
DROP TABLE event_old;
CREATE INDEX event_by_entry ON event (entry);
CREATE INDEX event_by_kind ON event (kind, entry);

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER admin_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_audit
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER policy_revision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_revision
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
