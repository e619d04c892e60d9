-- 返校通知书 and 责令通知书: issued by the township's government with the school as 经办;
-- the term runs from the service.

ALTER TABLE paper
    ADD COLUMN drafted_by bigint REFERENCES account,
    -- Of an order: 批评教育 and the opinion of the 司法所.
    ADD COLUMN grounds note;
-- One paper of a case is on its way at a time.
CREATE UNIQUE INDEX paper_on_its_way ON paper (township_id, case_id)
    WHERE kind IN ('return_notice', 'order') AND state IN ('to_sign', 'signed');

ALTER TABLE dropout_case
    -- Until when the guardian is to send the child, and by which paper.
    ADD COLUMN return_by date,
    ADD COLUMN return_under text,
    ADD CHECK ((return_by IS NULL) = (return_under IS NULL));

ALTER TABLE case_step
    DROP CONSTRAINT case_step_kind_check,
    ADD CONSTRAINT case_step_kind_check
        CHECK (kind IN ('return', 'exclude', 'close', 'confirm', 'legal', 'settle',
                        'complete')),
    ADD COLUMN settled_as text,
    ADD CHECK ((kind = 'settle') = (settled_as IS NOT NULL));

CREATE TABLE delivery (
    township_id integer NOT NULL,
    paper_id    bigint NOT NULL,
    way         text NOT NULL CHECK (way IN ('hand', 'left', 'mail', 'entrusted')),
    served_on   date NOT NULL,
    served_by   words NOT NULL,
    received_by words,
    witness     words,
    refusal     note NOT NULL,
    recorded_by bigint NOT NULL REFERENCES account,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (township_id, paper_id),
    FOREIGN KEY (township_id, paper_id) REFERENCES paper,
    -- 留置送达 is proven by a witness, every other way by who took it in.
    CHECK (CASE way WHEN 'left' THEN witness IS NOT NULL AND refusal <> ''
                    ELSE received_by IS NOT NULL AND refusal = '' END)
);
CALL keep_journal('delivery');
CALL seat.wall_of_parent('delivery', 'paper', 'paper_id', 'SELECT, INSERT');
