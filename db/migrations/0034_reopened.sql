-- A case whose closing a review found wrong goes on; what was seen before proves nothing now.

ALTER TABLE dropout_case ADD COLUMN reopened_at timestamptz;
