-- Who is signed in where is shown to themselves and to whoever answers for them, who may end it.

-- The order to end a place: its process finds it at its next look.
CREATE TABLE sign_out (
    place_id   uuid PRIMARY KEY REFERENCES signin_session,
    account_id bigint NOT NULL REFERENCES account,
    ordered_by bigint NOT NULL REFERENCES account,
    ordered_at timestamptz NOT NULL
);
CALL keep_journal('sign_out');

-- Whom the person of a sitting answers for: themselves, and whoever has posts only in the
-- schools that the person sees.  系统管理员 answers for everybody: seat.everywhere.
CREATE FUNCTION seat.answers_for() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY (
        SELECT o.account_id
         UNION
        SELECT g.account_id
          FROM account_grant g
         WHERE g.to_on IS NULL OR g.to_on > o.day
         GROUP BY g.account_id
        HAVING bool_and(g.school_id IS NOT NULL
                        AND (g.township_id = ANY (o.whole)
                             OR (g.township_id = ANY (o.reach)
                                 AND g.school_id = ANY (o.schools)))))
      FROM seat.sitting o
     WHERE o.token = seat.token()
$$;
ALTER FUNCTION seat.answers_for() OWNER TO baoxue_owner;
REVOKE ALL ON FUNCTION seat.answers_for FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seat.answers_for TO baoxue_people;

ALTER TABLE signin_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE signin_session FORCE ROW LEVEL SECURITY;
CREATE POLICY front ON signin_session TO baoxue_front USING (true) WITH CHECK (true);
CREATE POLICY sweeps ON signin_session TO baoxue_sweep USING (true) WITH CHECK (true);
CREATE POLICY people_see ON signin_session FOR SELECT TO baoxue_people
    USING ((SELECT seat.everywhere()) OR account_id = ANY ((SELECT seat.answers_for())::bigint[]));
GRANT SELECT ON signin_session, door_process TO baoxue_people;

ALTER TABLE sign_out ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_out FORCE ROW LEVEL SECURITY;
CREATE POLICY front ON sign_out FOR SELECT TO baoxue_front USING (true);
CREATE POLICY people_see ON sign_out FOR SELECT TO baoxue_people
    USING ((SELECT seat.everywhere()) OR account_id = ANY ((SELECT seat.answers_for())::bigint[]));
CREATE POLICY people_add ON sign_out FOR INSERT TO baoxue_people
    WITH CHECK (ordered_by = (SELECT seat.account())
                AND ((SELECT seat.everywhere())
                     OR account_id = ANY ((SELECT seat.answers_for())::bigint[])));
GRANT SELECT ON sign_out TO baoxue_front;
GRANT SELECT, INSERT ON sign_out TO baoxue_people;
