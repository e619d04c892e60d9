-- Wrong passwords, by name, by address, and by name at an address of its own (ADR 10).
-- The key is a fingerprint: people type passwords where names belong.
CREATE TABLE signin_tally (
    key      bytea PRIMARY KEY CHECK (length(key) = 32),
    wrong_at timestamptz[] NOT NULL,
    last_at  timestamptz NOT NULL
);
CREATE INDEX signin_tally_by_age ON signin_tally (last_at);

-- What counts as one address: an IPv6 address counts as its network of /64.  An IPv6
-- address of before becomes its account's own again at its next sign-in from there.
ALTER TABLE signin_session ADD COLUMN origin text NOT NULL DEFAULT '';
UPDATE signin_session SET origin = address;
ALTER TABLE signin_session ALTER COLUMN origin DROP DEFAULT;
CREATE INDEX signin_session_of_origin ON signin_session (account_id, origin, started_at);

-- A process of the server, and when it last said that it lives.
CREATE TABLE door_process (
    id      uuid PRIMARY KEY,
    seen_at timestamptz NOT NULL
);
-- A session is somebody's place in one process; it is over when it ends or the process
-- is dead.
ALTER TABLE signin_session
    ADD COLUMN by text NOT NULL DEFAULT 'password',
    ADD COLUMN kind text NOT NULL DEFAULT 'terminal' CHECK (kind IN ('terminal', 'command')),
    ADD COLUMN process_id uuid,
    ADD COLUMN touched_at timestamptz,
    -- Ended for the sake of a place of the same person elsewhere.
    ADD COLUMN pushed_out boolean NOT NULL DEFAULT false;
UPDATE signin_session SET touched_at = started_at, ended_at = coalesce(ended_at, started_at);
ALTER TABLE signin_session
    ALTER COLUMN by DROP DEFAULT,
    ALTER COLUMN kind DROP DEFAULT,
    ALTER COLUMN touched_at SET NOT NULL;
CREATE INDEX signin_session_of_process ON signin_session (process_id) WHERE ended_at IS NULL;

-- The front desk keeps these books; the sweep strikes out what is over.
GRANT SELECT, INSERT, UPDATE ON signin_tally, door_process TO baoxue_front;
GRANT SELECT, DELETE ON signin_tally, door_process TO baoxue_sweep;
GRANT SELECT, UPDATE ON signin_session TO baoxue_sweep;
-- Asked together with the signature, before a role is taken: is the account shut?
GRANT SELECT (id, disabled_at) ON account TO baoxue_door;
