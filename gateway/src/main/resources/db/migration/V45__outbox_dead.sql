-- How many alerts were given up? Asked at every scrape.
CREATE INDEX outbox_dead ON outbox (target, id) WHERE state = 'dead';
