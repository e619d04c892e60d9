-- A case that a person opens before the clock rings: why stands on its report, whose title and
-- words it decides; what was told stands in its grounds.

ALTER TABLE paper ADD COLUMN opened_as text CHECK (
    opened_as IS NULL
    OR opened_as IN ('refusal', 'work', 'marriage', 'lost', 'not_registered', 'leaver')
    AND kind = 'report' AND grounds <> '');
