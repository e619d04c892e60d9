-- What each person's terminal shows, by the client it says it is.  No act and no journal:
-- nothing here concerns anybody but the one who looks at it.

CREATE TABLE terminal (
    account_id bigint NOT NULL REFERENCES account,
    client     words NOT NULL,
    -- What the person chose; NULL leaves it to what was measured.
    encoding   text CHECK (encoding IN ('utf8', 'gbk')),
    width      text CHECK (width IN ('one', 'two')),
    frames     text CHECK (frames IN ('full', 'plain')),
    colour     text CHECK (colour IN ('on', 'off')),
    -- What the terminal answered; NULL where it never did.
    measured_encoding text CHECK (measured_encoding IN ('utf8', 'gbk')),
    measured_width    text CHECK (measured_width IN ('one', 'two')),
    seen_at    timestamptz NOT NULL,
    PRIMARY KEY (account_id, client),
    CHECK ((measured_encoding IS NULL) = (measured_width IS NULL))
);
