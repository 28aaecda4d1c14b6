-- What may a token do? Role and areas (comma-separated) of API tokens; both are '' for enrolment.
-- revoked_at 0 = not revoked.
ALTER TABLE token ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE token ADD COLUMN role TEXT NOT NULL DEFAULT '';
ALTER TABLE token ADD COLUMN areas TEXT NOT NULL DEFAULT '';
ALTER TABLE token ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
ALTER TABLE token ADD COLUMN revoked_at BIGINT NOT NULL DEFAULT 0;
UPDATE token
SET kind = 'API', role = 'admin', areas = 'events,fleet,identity,metrics,policies'
WHERE kind = 'ADMIN';
