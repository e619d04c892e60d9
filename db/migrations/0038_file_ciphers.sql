-- What people send in, take out and sign is kept as ciphers (ADR 16).  A file of before stays as it
-- was: an export for a day, an upload for a week; a paper that was signed before, for good.

ALTER TABLE upload
    ALTER COLUMN bytes DROP NOT NULL,
    ADD COLUMN cipher bytea,
    ADD COLUMN size integer CHECK (size BETWEEN 1 AND 20971520),
    ADD CHECK (num_nonnulls(bytes, cipher) = 1),
    ADD CHECK ((cipher IS NULL) = (size IS NULL));
ALTER TABLE upload ALTER COLUMN cipher SET STORAGE EXTERNAL;

ALTER TABLE export
    ALTER COLUMN bytes DROP NOT NULL,
    ADD COLUMN cipher bytea,
    ADD COLUMN size integer,
    ADD CHECK (num_nonnulls(bytes, cipher) = 1),
    ADD CHECK ((cipher IS NULL) = (size IS NULL));
ALTER TABLE export ALTER COLUMN cipher SET STORAGE EXTERNAL;

ALTER TABLE paper_original
    ALTER COLUMN bytes DROP NOT NULL,
    ADD COLUMN cipher bytea,
    ADD CHECK (num_nonnulls(bytes, cipher) = 1);
ALTER TABLE paper_original ALTER COLUMN cipher SET STORAGE EXTERNAL;
