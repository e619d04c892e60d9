-- Which duties have been announced outside the system, to whom, and how that went.
--
-- The duty itself is what waits to be announced: it is written in the act's transaction.
-- A row here is one address's copy; it holds no word about a child.

CREATE TABLE dispatch (
    township_id integer NOT NULL,
    duty_id     bigint NOT NULL,
    occasion    text NOT NULL CHECK (occasion IN ('owed', 'climbed')),
    channel     text NOT NULL CHECK (channel IN ('mail', 'robot')),
    target      words NOT NULL,
    tries       smallint NOT NULL DEFAULT 0,
    -- Not before this moment; a try that is under way holds it for itself until then.
    next_at     timestamptz NOT NULL,
    sent_at     timestamptz,
    -- Given up: somebody has to look after the channel.
    dead_at     timestamptz,
    failure     words,
    PRIMARY KEY (township_id, duty_id, occasion, channel, target),
    FOREIGN KEY (township_id, duty_id) REFERENCES duty ON DELETE CASCADE,
    CHECK (sent_at IS NULL OR dead_at IS NULL)
);
CREATE INDEX dispatch_waiting ON dispatch (next_at)
    WHERE sent_at IS NULL AND dead_at IS NULL;
CREATE INDEX dispatch_dead ON dispatch (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX duty_fresh ON duty (opened_at) WHERE done_at IS NULL;

ALTER TABLE dispatch ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispatch FORCE ROW LEVEL SECURITY;
CREATE POLICY see ON dispatch FOR SELECT TO baoxue_people
    USING ((SELECT seat.everywhere())
           OR township_id = ANY ((SELECT seat.whole())::integer[]));
CREATE POLICY sweeps ON dispatch TO baoxue_sweep USING (true) WITH CHECK (true);
GRANT SELECT ON dispatch TO baoxue_people;
GRANT SELECT, INSERT, UPDATE, DELETE ON dispatch TO baoxue_sweep;
ALTER TABLE dispatch OWNER TO baoxue_owner;
