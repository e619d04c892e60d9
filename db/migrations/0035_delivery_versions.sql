-- A 送达 that was written down wrongly is put right by a new version with its reason; the old one
-- stays.

ALTER TABLE delivery
    DROP CONSTRAINT delivery_pkey,
    ADD COLUMN version smallint NOT NULL DEFAULT 1 CHECK (version > 0),
    ADD COLUMN reason note NOT NULL DEFAULT '',
    ADD PRIMARY KEY (township_id, paper_id, version),
    ADD CHECK ((version = 1) = (reason = ''));
