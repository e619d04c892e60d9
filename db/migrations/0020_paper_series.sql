-- A 文号 is a place in a series: 发文机关 × 文种 × year.  What was signed before has its text
-- alone.

ALTER TABLE paper
    ADD COLUMN series text,
    ADD COLUMN serial integer CHECK (serial > 0),
    ADD CHECK ((series IS NULL) = (serial IS NULL)),
    ADD CHECK (serial IS NULL OR number IS NOT NULL);
CREATE UNIQUE INDEX paper_of_series ON paper (township_id, series, serial);
-- Two organs of one name print the same words, and neither may hold up the other's paper.
DROP INDEX paper_by_number;
