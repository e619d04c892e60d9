-- What an import asks of the database beyond its rows.

-- Only a table's owner may measure it, and an import is none: see db/roster.py.
CREATE FUNCTION seat.measure_classes() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    ANALYZE (SKIP_LOCKED) class;
END $$;
REVOKE ALL ON FUNCTION seat.measure_classes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seat.measure_classes TO baoxue_sweep;

-- Two children may exchange the numbers a school had entered the wrong way round: within an
-- import each number is looked at when all of them stand.
ALTER TABLE student_identity DROP CONSTRAINT student_identity_township_id_number_key;
ALTER TABLE student_identity ADD CONSTRAINT student_identity_number_once
    UNIQUE (township_id, number) DEFERRABLE;
