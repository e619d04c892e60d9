-- 离任: somebody's posts and drafts pass to a successor in one act, and the account is shut.
CREATE TABLE handover (
    op_id        uuid PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES account,
    successor_id bigint NOT NULL REFERENCES account,
    handed_by    bigint NOT NULL REFERENCES account,
    handed_at    timestamptz NOT NULL,
    CHECK (account_id <> successor_id)
);
CREATE INDEX handover_of_account ON handover (account_id);
CALL keep_journal('handover');

ALTER TABLE handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE handover FORCE ROW LEVEL SECURITY;
CREATE POLICY people_see ON handover FOR SELECT TO baoxue_people
    USING ((SELECT seat.everywhere()) OR handed_by = (SELECT seat.account()));
-- Only of the act that is under way, and only for whom its person answers.
CREATE POLICY people_add ON handover FOR INSERT TO baoxue_people
    WITH CHECK (handed_by = (SELECT seat.account())
                AND op_id = (SELECT current_setting('ledger.op', true))::uuid
                AND ((SELECT seat.everywhere())
                     OR account_id = ANY ((SELECT seat.answers_for())::bigint[])));
CREATE POLICY owner_asks ON handover FOR SELECT TO baoxue_owner USING (true);
GRANT SELECT, INSERT ON handover TO baoxue_people;

-- Whose drafts the act under way may take, and to whom it may give them: (from, to), or
-- nobody's outside of such an act.
CREATE FUNCTION seat.handing_over() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY[h.account_id, h.successor_id]
      FROM handover h
     WHERE h.op_id::text = current_setting('ledger.op', true)
       AND h.handed_by = seat.account()
$$;
ALTER FUNCTION seat.handing_over() OWNER TO baoxue_owner;
REVOKE ALL ON FUNCTION seat.handing_over FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seat.handing_over TO baoxue_people;
CREATE POLICY handed_over ON draft TO baoxue_people
    USING (account_id = ANY ((SELECT seat.handing_over())::bigint[]))
    WITH CHECK (account_id = ((SELECT seat.handing_over())::bigint[])[2]);
