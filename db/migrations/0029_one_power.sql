-- 系统管理 (keeps accounts and keys), 审计 (reads the logs) and 业务 (whose work the logs tell
-- of) are three people: no account holds two of them on the same day, whoever grants it and
-- however often at once.  Two ranges that adjoin are two different powers.
DO $$
DECLARE
    named text;
BEGIN
    SELECT string_agg(DISTINCT a.signin_name, ', ') INTO named
      FROM account_grant one
      JOIN account_grant other USING (account_id)
      JOIN account a ON a.id = account_id
     WHERE daterange(one.from_on, one.to_on) && daterange(other.from_on, other.to_on)
       AND one.role IN ('admin', 'auditor') AND other.role <> one.role;
    IF named IS NOT NULL THEN
        RAISE EXCEPTION 'these accounts hold two of administration, audit and work: %', named
            USING HINT = 'end one of their grants (account_grant.to_on), then upgrade again';
    END IF;
END $$;

ALTER TABLE account_grant
    ADD CONSTRAINT account_holds_one_power EXCLUDE USING gist (
        int8range(account_id, account_id, '[]') WITH &&,
        daterange(from_on, to_on) WITH &&,
        (CASE WHEN role = 'admin' THEN int4range(1, 2) ELSE int4range(2, 3) END) WITH -|-),
    ADD CONSTRAINT account_holds_one_power_of_audit EXCLUDE USING gist (
        int8range(account_id, account_id, '[]') WITH &&,
        daterange(from_on, to_on) WITH &&,
        (CASE WHEN role = 'auditor' THEN int4range(1, 2) ELSE int4range(2, 3) END) WITH -|-);
