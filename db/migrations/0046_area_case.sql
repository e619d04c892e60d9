-- A child in no school has a case as any other (R48): the file it is opened on, which the
-- register's row points to, and the cause that its report says.  What is owed of a child for
-- whom nothing is claimed runs from when that was first said, however often it is said again.

ALTER TABLE area_child
    ADD COLUMN student_id bigint,
    ADD COLUMN open_since timestamptz,
    ADD FOREIGN KEY (township_id, student_id) REFERENCES student;

ALTER TABLE paper
    DROP CONSTRAINT paper_check4,
    ADD CONSTRAINT paper_opened_as_known CHECK (
        opened_as IS NULL
        OR opened_as IN ('refusal', 'work', 'marriage', 'lost', 'not_registered', 'leaver',
                         'never_enrolled')
        AND kind = 'report' AND grounds <> '');
