-- Who may touch which rows: the database's own roles, the sittings of people who signed
-- in, and row-level security on everything that belongs to a township (P11).
--
-- The program signs in as baoxue_door, which may do nothing by itself (NOINHERIT); the first
-- statement of every transaction takes one of the roles below until it ends, and for people
-- a token as well.  What a token may see stands in `seat.sitting`, where no role of the
-- program can write or read: it was resolved from the grants when the person signed in, is
-- resolved again when a grant changes, and is gone when the account is disabled.

DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['owner', 'front', 'people', 'sweep', 'auditor'] LOOP
        -- Roles belong to the whole server: another database may have made them just now.
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', 'baoxue_' || one);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
        END;
    END LOOP;
    BEGIN
        CREATE ROLE baoxue_door LOGIN NOINHERIT;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
    END;
    BEGIN
        -- Only a superuser may make it; pg_dump without it would refuse to omit rows.
        CREATE ROLE baoxue_backup LOGIN BYPASSRLS IN ROLE pg_read_all_data;
    EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
    END;
    BEGIN
        GRANT baoxue_front, baoxue_people, baoxue_sweep, baoxue_auditor TO baoxue_door;
    EXCEPTION WHEN unique_violation THEN
    END;
    EXECUTE format('GRANT baoxue_owner TO %I', current_user);
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = 'the roles baoxue_* have to be made first: see docs/deploy.md';
END $$;

CREATE SCHEMA seat;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public, seat
    TO baoxue_owner, baoxue_front, baoxue_people, baoxue_sweep, baoxue_auditor, baoxue_door;
GRANT CREATE ON SCHEMA public, seat TO baoxue_owner;

-- --- sittings

CREATE TABLE seat.sitting (
    token      uuid PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    -- The school day the grants were read for.
    day        date NOT NULL,
    opened_at  timestamptz NOT NULL,
    -- 系统管理员: installs places, people and rosters everywhere.
    everywhere boolean NOT NULL,
    -- Every township any grant lies in; those seen whole; the schools of the others.
    reach      integer[] NOT NULL,
    whole      integer[] NOT NULL,
    schools    bigint[] NOT NULL
);
CREATE INDEX sitting_of_account ON seat.sitting (account_id);

-- What an account may see on a day, from its grants.  core/rules/staff.py (Scope) says the
-- same for the services; a test compares the two.
CREATE FUNCTION seat.sight(person bigint, on_day date)
    RETURNS TABLE (everywhere boolean, reach integer[], whole integer[], schools bigint[])
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
      WITH held AS (
           SELECT g.role, g.township_id, g.school_id
             FROM account_grant g
             JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
            WHERE g.account_id = person AND g.from_on <= on_day
              AND (g.to_on IS NULL OR g.to_on > on_day)),
           wide AS (
           SELECT t.township_id
             FROM held h
             JOIN township t
               ON t.township_id = h.township_id
               OR (h.township_id % 1000 = 0 AND h.township_id > 0
                   AND t.township_id / 1000 = h.township_id / 1000)
            WHERE h.school_id IS NULL
              AND h.role IN ('office', 'government', 'bureau', 'supervision', 'system')),
           -- Who leads a school, or keeps its 学籍, does so for its 教学点 (19).
           own AS (
           SELECT school_id FROM held WHERE school_id IS NOT NULL
            UNION
           SELECT s.id FROM held h
             JOIN school s ON (s.township_id, s.parent_id) = (h.township_id, h.school_id)
            WHERE h.role IN ('leader', 'registrar'))
    SELECT EXISTS (SELECT FROM held WHERE role = 'admin'),
           ARRAY (SELECT township_id FROM held UNION SELECT township_id FROM wide),
           ARRAY (SELECT DISTINCT township_id FROM wide),
           ARRAY (SELECT school_id FROM own)
$$;

-- Begin a sitting; its token is known to nobody else.  NULL when the account is disabled.
CREATE FUNCTION seat.open(person bigint, on_day date, at timestamptz) RETURNS uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO seat.sitting (token, account_id, day, opened_at, everywhere, reach, whole,
                              schools)
    SELECT gen_random_uuid(), person, on_day, at, s.everywhere, s.reach, s.whole, s.schools
      FROM seat.sight(person, on_day) s
     WHERE EXISTS (SELECT FROM account WHERE id = person AND disabled_at IS NULL)
 RETURNING token
$$;

CREATE FUNCTION seat.close(shown uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM seat.sitting WHERE token = shown
$$;

-- Forget sittings of servers that died without closing them.
CREATE FUNCTION seat.forget(before timestamptz) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM seat.sitting WHERE opened_at < before
$$;

CREATE FUNCTION seat.account_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM seat.sitting WHERE account_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER account_shut_out AFTER UPDATE OF disabled_at ON account
    FOR EACH ROW WHEN (NEW.disabled_at IS NOT NULL)
    EXECUTE FUNCTION seat.account_changed();

CREATE FUNCTION seat.grant_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE seat.sitting o
       SET (everywhere, reach, whole, schools)
         = (SELECT s.everywhere, s.reach, s.whole, s.schools
              FROM seat.sight(o.account_id, o.day) s)
     WHERE account_id IN (NEW.account_id, OLD.account_id);
    RETURN NULL;
END $$;
CREATE TRIGGER grant_changes_sight AFTER INSERT OR UPDATE OR DELETE ON account_grant
    FOR EACH ROW EXECUTE FUNCTION seat.grant_changed();

-- What a policy asks: each is one look at one row, and stands in a policy as a scalar
-- sub-select, so that a query asks it once and not for every row.
CREATE FUNCTION seat.token() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('ledger.token', true), '')::uuid
$$;
CREATE FUNCTION seat.account() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS
    'SELECT account_id FROM seat.sitting WHERE token = seat.token()';
CREATE FUNCTION seat.everywhere() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS
    'SELECT everywhere FROM seat.sitting WHERE token = seat.token()';
CREATE FUNCTION seat.reach() RETURNS integer[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS
    'SELECT reach FROM seat.sitting WHERE token = seat.token()';
CREATE FUNCTION seat.whole() RETURNS integer[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS
    'SELECT whole FROM seat.sitting WHERE token = seat.token()';
CREATE FUNCTION seat.schools() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS
    'SELECT schools FROM seat.sitting WHERE token = seat.token()';

REVOKE ALL ON FUNCTION seat.open, seat.close, seat.forget, seat.sight FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seat.open, seat.close TO baoxue_front;
GRANT EXECUTE ON FUNCTION seat.forget TO baoxue_sweep;

-- --- walls

-- Give a table its wall: `seen` decides for people, `put` for rows they add.  Sweeps work
-- for every township.  `may` lists what people and sweeps may do with it at all.
CREATE PROCEDURE seat.wall(relation regclass, seen text, may text, put text DEFAULT NULL)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', relation);
    EXECUTE format('CREATE POLICY people_see ON %s FOR SELECT TO baoxue_people
                    USING (%s)', relation, seen);
    EXECUTE format('CREATE POLICY people_add ON %s FOR INSERT TO baoxue_people
                    WITH CHECK (%s)', relation, coalesce(put, seen));
    EXECUTE format('CREATE POLICY people_change ON %s FOR UPDATE TO baoxue_people
                    USING (%s) WITH CHECK (%s)', relation, seen, coalesce(put, seen));
    EXECUTE format('CREATE POLICY people_drop ON %s FOR DELETE TO baoxue_people
                    USING (%s)', relation, seen);
    EXECUTE format('CREATE POLICY sweeps ON %s TO baoxue_sweep
                    USING (true) WITH CHECK (true)', relation);
    EXECUTE format('GRANT %s ON %s TO baoxue_people, baoxue_sweep', may, relation);
END $$;

-- Everybody of the township.
CREATE PROCEDURE seat.wall_of_township(relation regclass, may text) LANGUAGE plpgsql AS $$
BEGIN
    CALL seat.wall(relation, '(SELECT seat.everywhere())
        OR township_id = ANY ((SELECT seat.reach())::integer[])', may);
END $$;

-- The school's people, and those who see the township whole.
CREATE PROCEDURE seat.wall_of_school(relation regclass, may text) LANGUAGE plpgsql AS $$
BEGIN
    CALL seat.wall(relation, '(SELECT seat.everywhere())
        OR township_id = ANY ((SELECT seat.whole())::integer[])
        OR (township_id = ANY ((SELECT seat.reach())::integer[])
            AND school_id = ANY ((SELECT seat.schools())::bigint[]))', may);
END $$;

-- Whether a person may see a row of `parent`.  Volatile, so that it also sees what the same
-- statement has just written: a roll and its marks are one statement.
CREATE PROCEDURE seat.sees(parent regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE FUNCTION seat.sees_%1$s(township integer, row_id bigint)
        RETURNS boolean LANGUAGE plpgsql VOLATILE
        SET search_path = pg_catalog, public, pg_temp AS %2$L', parent,
        format('BEGIN RETURN EXISTS (SELECT FROM %I
                    WHERE (township_id, id) = (township, row_id)); END', parent));
END $$;
CALL seat.sees('roll');
CALL seat.sees('absence');
CALL seat.sees('dropout_case');
CALL seat.sees('paper');
CALL seat.sees('visit');
CALL seat.sees('month_report');
CALL seat.sees('guardian');

-- Who may see the row that this one belongs to, whose wall is asked first.
CREATE PROCEDURE seat.wall_of_parent(relation regclass, parent regclass, via text, may text)
    LANGUAGE plpgsql AS $$
BEGIN
    CALL seat.wall(relation, format('(SELECT seat.everywhere())
        OR township_id = ANY ((SELECT seat.whole())::integer[])
        OR (township_id = ANY ((SELECT seat.reach())::integer[])
            AND EXISTS (SELECT FROM %1$s parent
                         WHERE (parent.township_id, parent.id)
                             = (%2$s.township_id, %2$s.%3$I)))', parent, relation, via),
        may, format('(SELECT seat.everywhere())
        OR township_id = ANY ((SELECT seat.whole())::integer[])
        OR (township_id = ANY ((SELECT seat.reach())::integer[])
            AND seat.sees_%1$s(township_id, %2$I))', parent, via));
END $$;

-- A child is seen by the schools it was ever enrolled in.  Who takes a child in, and so
-- writes it down before it is enrolled, does so across the wall (Desk.writing).
CREATE FUNCTION seat.sees_child(township integer, child bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM enrolment
                    WHERE (township_id, student_id) = (township, child));
END $$;

CREATE PROCEDURE seat.wall_of_student(relation regclass, via text, may text)
    LANGUAGE plpgsql AS $$
BEGIN
    CALL seat.wall(relation, format('(SELECT seat.everywhere())
        OR township_id = ANY ((SELECT seat.whole())::integer[])
        OR (township_id = ANY ((SELECT seat.reach())::integer[])
            AND EXISTS (SELECT FROM enrolment e
                         WHERE (e.township_id, e.student_id)
                             = (%1$s.township_id, %1$s.%2$I)))', relation, via),
        may, format('(SELECT seat.everywhere())
        OR township_id = ANY ((SELECT seat.whole())::integer[])
        OR (township_id = ANY ((SELECT seat.reach())::integer[])
            AND seat.sees_child(township_id, %1$I))', via));
END $$;

CALL seat.wall_of_township('village', 'SELECT, INSERT');
CALL seat.wall_of_township('school', 'SELECT, INSERT');
CALL seat.wall_of_township('combined_class', 'SELECT, INSERT');
CALL seat.wall_of_township('class', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_township('term', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_township('session_plan', 'SELECT, INSERT, UPDATE, DELETE');
CALL seat.wall_of_township('closure', 'SELECT, INSERT, UPDATE, DELETE');
CALL seat.wall_of_township('policy', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_township('number_series', 'SELECT, INSERT, UPDATE');
-- A township that is being made is in nobody's reach yet but the administrator's.
CALL seat.wall_of_township('township', 'SELECT, INSERT, UPDATE');
-- Township 0 is the State Council's list, everybody's to read.
CALL seat.wall('calendar_year', 'township_id = 0 OR (SELECT seat.everywhere())
    OR township_id = ANY ((SELECT seat.reach())::integer[])', 'SELECT, INSERT, UPDATE');
CALL seat.wall('holiday', 'township_id = 0 OR (SELECT seat.everywhere())
    OR township_id = ANY ((SELECT seat.reach())::integer[])',
    'SELECT, INSERT, UPDATE, DELETE');

CALL seat.wall_of_school('enrolment', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_school('roster_import', 'SELECT, INSERT');
CALL seat.wall_of_school('roll', 'SELECT, INSERT, UPDATE, DELETE');
CALL seat.wall_of_school('leave', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_school('absence', 'SELECT, INSERT, UPDATE, DELETE');
CALL seat.wall_of_school('dropout_case', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_school('paper', 'SELECT, INSERT, UPDATE');
-- A school may owe something to another of its township: the parent of a 教学点 verifies.
CALL seat.wall('duty', '(SELECT seat.everywhere())
    OR township_id = ANY ((SELECT seat.whole())::integer[])
    OR (township_id = ANY ((SELECT seat.reach())::integer[])
        AND school_id = ANY ((SELECT seat.schools())::bigint[]))',
    'SELECT, INSERT, UPDATE, DELETE', '(SELECT seat.everywhere())
    OR township_id = ANY ((SELECT seat.reach())::integer[])');
CALL seat.wall_of_school('contact', 'SELECT, INSERT');
CALL seat.wall_of_school('visit', 'SELECT, INSERT');
CALL seat.wall_of_school('change', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_school('opening_figure', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_school('class_confirmation', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_school('month_report', 'SELECT, INSERT, UPDATE');

-- A roll and its marks are one statement, in which a mark could not yet see its roll.
ALTER TABLE roll_mark ADD COLUMN school_id bigint;
UPDATE roll_mark m SET school_id = r.school_id
  FROM roll r WHERE (r.township_id, r.id) = (m.township_id, m.roll_id);
ALTER TABLE roll_mark ALTER COLUMN school_id SET NOT NULL,
    ADD FOREIGN KEY (township_id, school_id) REFERENCES school;
CALL seat.wall_of_school('roll_mark', 'SELECT, INSERT, UPDATE, DELETE');
CALL seat.wall_of_parent('roll_correction', 'roll', 'roll_id', 'SELECT, INSERT');
CALL seat.wall_of_parent('alarm', 'absence', 'absence_id', 'SELECT, INSERT');
CALL seat.wall_of_parent('case_event', 'dropout_case', 'case_id', 'SELECT, INSERT');
CALL seat.wall_of_parent('paper_original', 'paper', 'paper_id', 'SELECT, INSERT');
CALL seat.wall_of_parent('receipt', 'paper', 'paper_id', 'SELECT, INSERT');
CALL seat.wall_of_parent('visit_member', 'visit', 'visit_id', 'SELECT, INSERT');
CALL seat.wall_of_parent('month_version', 'month_report', 'report_id', 'SELECT, INSERT');
CALL seat.wall_of_parent('month_event', 'month_report', 'report_id', 'SELECT, INSERT');

CALL seat.wall_of_student('student', 'id', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_student('student_identity', 'student_id', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_student('student_phone', 'student_id', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_student('student_group', 'student_id', 'SELECT, INSERT, UPDATE, DELETE');
CALL seat.wall_of_student('guardian', 'student_id', 'SELECT, INSERT, UPDATE');
CALL seat.wall_of_parent('guardian_phone', 'guardian', 'guardian_id',
    'SELECT, INSERT, UPDATE');

-- An export is its maker's own.
CALL seat.wall('export', 'account_id = (SELECT seat.account())', 'SELECT, INSERT, UPDATE');
GRANT DELETE ON export TO baoxue_sweep;

-- A change is announced by whoever made it, and heard by the front desk for everybody.
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY people_tell ON outbox FOR INSERT TO baoxue_people
    WITH CHECK ((SELECT seat.everywhere())
                OR township_id = ANY ((SELECT seat.reach())::integer[]));
CREATE POLICY front_hears ON outbox FOR SELECT TO baoxue_front USING (true);
CREATE POLICY sweeps ON outbox TO baoxue_sweep USING (true) WITH CHECK (true);
GRANT INSERT ON outbox TO baoxue_people;
GRANT SELECT ON outbox TO baoxue_front;
GRANT SELECT, INSERT, DELETE ON outbox TO baoxue_sweep;

-- What somebody read is written down by them, and read by the auditor alone.
ALTER TABLE read_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE read_log FORCE ROW LEVEL SECURITY;
CREATE POLICY people_write ON read_log FOR INSERT TO baoxue_people
    WITH CHECK (account_id = (SELECT seat.account()));
CREATE POLICY auditors_read ON read_log FOR SELECT TO baoxue_auditor
    USING ((SELECT seat.everywhere())
           OR township_id = ANY ((SELECT seat.reach())::integer[]));
GRANT INSERT ON read_log TO baoxue_people;
GRANT SELECT ON read_log TO baoxue_auditor;

-- The journal is written by its triggers alone, which are the owner's.
ALTER TABLE journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal FORCE ROW LEVEL SECURITY;
CREATE POLICY triggers_write ON journal FOR INSERT TO baoxue_owner WITH CHECK (true);
CREATE POLICY auditors_read ON journal FOR SELECT TO baoxue_auditor
    USING ((SELECT seat.everywhere())
           OR township_id = ANY ((SELECT seat.reach())::integer[]));
GRANT SELECT ON journal TO baoxue_auditor;
ALTER FUNCTION journal_added() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION journal_removed() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION journal_changed() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;

-- A draft is its writer's own.
ALTER TABLE draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE draft FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON draft TO baoxue_people
    USING (account_id = (SELECT seat.account()))
    WITH CHECK (account_id = (SELECT seat.account()));
CREATE POLICY sweeps ON draft TO baoxue_sweep USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON draft TO baoxue_people;
GRANT SELECT, DELETE ON draft TO baoxue_sweep;

-- What a person's terminal shows is theirs; it is asked before they have a sitting.
ALTER TABLE terminal ENABLE ROW LEVEL SECURITY;
ALTER TABLE terminal FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON terminal TO baoxue_people
    USING (account_id = (SELECT seat.account()))
    WITH CHECK (account_id = (SELECT seat.account()));
CREATE POLICY front ON terminal TO baoxue_front USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON terminal TO baoxue_people, baoxue_front;

-- --- people who sign in

-- Names of staff are no secret on this server; passwords and keys are nobody's but one's own.
GRANT SELECT, INSERT, UPDATE ON account TO baoxue_people, baoxue_front;
GRANT SELECT, INSERT ON account TO baoxue_sweep;
GRANT SELECT ON account TO baoxue_auditor;

ALTER TABLE credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON credential FOR SELECT TO baoxue_people
    USING ((SELECT seat.everywhere()) OR account_id = (SELECT seat.account()));
CREATE POLICY own_change ON credential FOR UPDATE TO baoxue_people
    USING ((SELECT seat.everywhere()) OR account_id = (SELECT seat.account()));
-- A principal who takes a colleague on writes down the first password (staff.add).
CREATE POLICY give ON credential FOR INSERT TO baoxue_people WITH CHECK (true);
CREATE POLICY front ON credential TO baoxue_front USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON credential TO baoxue_people, baoxue_front;

ALTER TABLE account_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_grant FORCE ROW LEVEL SECURITY;
CREATE POLICY see ON account_grant FOR SELECT TO baoxue_people
    USING ((SELECT seat.everywhere()) OR account_id = (SELECT seat.account())
           OR township_id = ANY ((SELECT seat.reach())::integer[]));
CREATE POLICY give ON account_grant FOR INSERT TO baoxue_people
    WITH CHECK ((SELECT seat.everywhere())
                OR (township_id = ANY ((SELECT seat.reach())::integer[])
                    AND school_id IS NOT NULL
                    AND (township_id = ANY ((SELECT seat.whole())::integer[])
                         OR school_id = ANY ((SELECT seat.schools())::bigint[]))));
CREATE POLICY take_back ON account_grant FOR UPDATE TO baoxue_people
    USING ((SELECT seat.everywhere())
           OR (township_id = ANY ((SELECT seat.reach())::integer[])
               AND school_id IS NOT NULL
               AND (township_id = ANY ((SELECT seat.whole())::integer[])
                    OR school_id = ANY ((SELECT seat.schools())::bigint[]))));
CREATE POLICY front ON account_grant TO baoxue_front USING (true) WITH CHECK (true);
CREATE POLICY sweeps ON account_grant FOR SELECT TO baoxue_sweep USING (true);
CREATE POLICY owner_resolves ON account_grant FOR SELECT TO baoxue_owner USING (true);
GRANT SELECT, INSERT, UPDATE ON account_grant TO baoxue_people;
GRANT SELECT, INSERT ON account_grant TO baoxue_front;
GRANT SELECT ON account_grant TO baoxue_sweep;

GRANT SELECT, INSERT, UPDATE ON signin_session TO baoxue_front;

-- The front desk names places, and nothing behind them.
CREATE POLICY front ON township FOR SELECT TO baoxue_front USING (true);
CREATE POLICY front ON school FOR SELECT TO baoxue_front USING (true);
CREATE POLICY owner_resolves ON township FOR SELECT TO baoxue_owner USING (true);
CREATE POLICY owner_resolves ON school FOR SELECT TO baoxue_owner USING (true);
GRANT SELECT ON township, school TO baoxue_front;

-- Every transaction begins with its signature, before it has taken a role.
GRANT INSERT, SELECT (op_id, at) ON act
    TO baoxue_door, baoxue_front, baoxue_people, baoxue_sweep, baoxue_auditor;
GRANT SELECT ON migration
    TO baoxue_door, baoxue_front, baoxue_people, baoxue_sweep, baoxue_auditor;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO baoxue_front, baoxue_people, baoxue_sweep;

-- --- everything is the owner's, and the owner is nobody who signs in

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT c.oid::regclass AS name FROM pg_class c
                WHERE c.relnamespace IN ('public'::regnamespace, 'seat'::regnamespace)
                  AND c.relkind IN ('r', 'p', 'v') LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO baoxue_owner', one.name);
    END LOOP;
    FOR one IN SELECT p.oid::regprocedure AS name, p.prokind FROM pg_proc p
                WHERE p.pronamespace IN ('public'::regnamespace, 'seat'::regnamespace) LOOP
        EXECUTE format('ALTER %s %s OWNER TO baoxue_owner',
            CASE one.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, one.name);
    END LOOP;
    FOR one IN SELECT t.oid::regtype AS name FROM pg_type t
                WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'd' LOOP
        EXECUTE format('ALTER DOMAIN %s OWNER TO baoxue_owner', one.name);
    END LOOP;
END $$;
