-- What papers said, and their originals, are ciphers only.

ALTER TABLE paper DROP COLUMN content,
    -- A paper that waits says nothing yet; what was signed is frozen with its signature.
    ADD CHECK (said IS NULL OR signed_at IS NOT NULL);
ALTER TABLE paper_original DROP COLUMN bytes, ALTER COLUMN cipher SET NOT NULL;

-- When keys are changed nothing but the cipher is, and 系统管理员 alone may; the fingerprint beside
-- it, which nobody may change, tells whether it still holds what was kept.
GRANT UPDATE (cipher) ON evidence_file, paper_original TO baoxue_people;
ALTER POLICY people_change ON evidence_file
    USING ((SELECT seat.everywhere())) WITH CHECK ((SELECT seat.everywhere()));
ALTER POLICY people_change ON paper_original
    USING ((SELECT seat.everywhere())) WITH CHECK ((SELECT seat.everywhere()));
