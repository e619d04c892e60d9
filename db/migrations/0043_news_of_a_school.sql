-- News may name the school, and the class, that they are of: only who sees it reads again.

ALTER TABLE outbox
    ADD COLUMN school_id bigint,
    ADD COLUMN class_id bigint,
    ADD CHECK (class_id IS NULL OR school_id IS NOT NULL);
