-- Events are numbered by event_head and told apart by event_source.
CREATE TABLE event_new (
    entry    INTEGER PRIMARY KEY,
    id       TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    received BIGINT NOT NULL,
    origin   TEXT   NOT NULL,
    boot     TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    body     TEXT   NOT NULL
);
INSERT INTO event_new SELECT entry, id, kind, at, received, origin, boot, sequence, body FROM event;
DROP TABLE event;
ALTER TABLE event_new RENAME TO event;
CREATE INDEX event_by_kind ON event (kind, entry);
CREATE INDEX event_by_receipt ON event (received);

CREATE TRIGGER admin_audit_unchanged BEFORE UPDATE ON admin_audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER admin_audit_kept BEFORE DELETE ON admin_audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER policy_revision_unchanged BEFORE UPDATE ON policy_revision
BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;
CREATE TRIGGER policy_revision_kept BEFORE DELETE ON policy_revision
BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;
