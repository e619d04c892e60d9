-- The journal sealed: blocks of rows, chained by their fingerprints (P7).
--
-- The triggers append plain rows in the act's own transaction.  One sealer a township chains
-- them afterwards, so that no act waits for another; see db/journal.py for the order.

CREATE TABLE journal_block (
    township_id integer NOT NULL,
    number      integer NOT NULL CHECK (number > 0),
    -- The rows it seals, and the fingerprint of each, 32 bytes a row, in the order of ids.
    ids         bigint[] NOT NULL CHECK (cardinality(ids) > 0),
    digests     bytea NOT NULL CHECK (length(digests) = 32 * cardinality(ids)),
    -- Every row of the township up to here is in this block or in one before it.
    upto_id     bigint NOT NULL,
    -- sha256 of the block before, the number, and the digests.
    hash        bytea NOT NULL CHECK (length(hash) = 32),
    sealed_at   timestamptz NOT NULL,
    PRIMARY KEY (township_id, number)
);
CREATE TRIGGER journal_block_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_block
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How far the next block may reach: ids given out before every transaction below `until`.
CREATE TABLE journal_horizon (
    township_id integer PRIMARY KEY,
    upto_id     bigint NOT NULL,
    until       xid8 NOT NULL
);

CREATE POLICY sealers_read ON journal FOR SELECT TO baoxue_sweep USING (true);
GRANT SELECT ON journal TO baoxue_sweep;
GRANT SELECT ON SEQUENCE journal_id_seq TO baoxue_sweep;

ALTER TABLE journal_block ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal_block FORCE ROW LEVEL SECURITY;
CREATE POLICY sealers ON journal_block TO baoxue_sweep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON journal_block TO baoxue_sweep;
-- The head of the chain is printed on what a school files.
CREATE POLICY people_anchor ON journal_block FOR SELECT TO baoxue_people
    USING ((SELECT seat.everywhere())
           OR township_id = ANY ((SELECT seat.reach())::integer[]));
GRANT SELECT (township_id, number, hash, sealed_at) ON journal_block TO baoxue_people;

ALTER TABLE journal_horizon ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal_horizon FORCE ROW LEVEL SECURITY;
CREATE POLICY sealers ON journal_horizon TO baoxue_sweep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON journal_horizon TO baoxue_sweep;

-- An auditor reads the logs of where the grant lies: a township, a county with its townships,
-- or the whole server (0).  Nothing else of them is in an auditor's sight.
CREATE FUNCTION seat.audits(township integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM unnest(seat.reach()) held
                    WHERE held IN (0, township)
                       OR (held % 1000 = 0 AND held / 1000 = township / 1000))
$$;
DROP POLICY auditors_read ON journal;
CREATE POLICY auditors_read ON journal FOR SELECT TO baoxue_auditor
    USING (seat.audits(township_id));
DROP POLICY auditors_read ON read_log;
CREATE POLICY auditors_read ON read_log FOR SELECT TO baoxue_auditor
    USING (seat.audits(township_id));
CREATE INDEX read_log_of_township ON read_log (township_id, id);
GRANT SELECT ON account TO baoxue_auditor;
