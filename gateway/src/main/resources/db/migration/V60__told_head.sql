-- Up to which line of the trail of administrative acts has an event been made of each?
CREATE TABLE told_head (
    id    INTEGER PRIMARY KEY,
    entry BIGINT  NOT NULL
);
INSERT INTO told_head (id, entry) SELECT 1, entry FROM audit_head WHERE id = 1;
