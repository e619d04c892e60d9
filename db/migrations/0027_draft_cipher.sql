-- What a person has typed is kept as a cipher: a number stands in it before it has a row of its
-- own.  A draft of before stays as it was until it is saved again, or is forgotten (30 days).

ALTER TABLE draft ALTER COLUMN body DROP NOT NULL, ADD COLUMN cipher bytea,
    ADD CHECK (num_nonnulls(body, cipher) = 1);
