-- Who was missing too often while it was watched is watched once more, from then on.

ALTER TABLE dropout_case
    ADD COLUMN observe_from timestamptz,
    ADD CHECK (observe_from IS NULL OR observe_until IS NOT NULL);
