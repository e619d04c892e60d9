-- The roll whose digit booked a leave: when that mark is put right, the leave goes with it.
-- A leave entered on paper is nobody's but the paper's.

ALTER TABLE leave
    ADD COLUMN roll_id bigint,
    ADD FOREIGN KEY (township_id, roll_id) REFERENCES roll;
CREATE INDEX leave_of_roll ON leave (township_id, roll_id) WHERE roll_id IS NOT NULL;
