-- A stand-in that is taken back ends at once: one that had not begun held no day at all.
ALTER TABLE account_grant
    DROP CONSTRAINT account_grant_check,
    ADD CONSTRAINT account_grant_days CHECK (to_on >= from_on);
