-- Whoever holds a child's case sees what the case stands on, wherever it was written (R18): a
-- case goes with its child to another school, and its runs, visits, papers and files were the
-- old school's.  Asked once a query: the children of the cases in the asker's own sight.

CREATE FUNCTION seat.case_children() RETURNS bigint[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(student_id), '{}') FROM dropout_case
$$;
REVOKE ALL ON FUNCTION seat.case_children FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seat.case_children TO baoxue_people;

CREATE PROCEDURE seat.wall_opens_to_case(relation regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE POLICY case_sees ON %s FOR SELECT TO baoxue_people
                    USING (township_id = ANY ((SELECT seat.reach())::integer[])
                           AND student_id = ANY ((SELECT seat.case_children())::bigint[]))',
                   relation);
END $$;
CALL seat.wall_opens_to_case('absence');
CALL seat.wall_opens_to_case('contact');
CALL seat.wall_opens_to_case('visit');
CALL seat.wall_opens_to_case('paper');
CALL seat.wall_opens_to_case('evidence');
-- Of a file its row above is asked.
CREATE POLICY case_sees ON evidence_file FOR SELECT TO baoxue_people
    USING (township_id = ANY ((SELECT seat.reach())::integer[])
           AND EXISTS (SELECT FROM evidence e
                        WHERE (e.township_id, e.id)
                            = (evidence_file.township_id, evidence_file.evidence_id)
                          AND e.student_id = ANY ((SELECT seat.case_children())::bigint[])));
