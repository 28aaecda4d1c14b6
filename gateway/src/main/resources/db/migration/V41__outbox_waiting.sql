-- What waits for a target, in its order? Small however much was delivered, and read from its
-- beginning: what is due is there.
DROP INDEX outbox_due;
CREATE INDEX outbox_waiting ON outbox (target, id) WHERE state = 'waiting';
