-- A step asks for the checked files of its case, and the board for those of every claim.

CREATE INDEX evidence_of_case ON evidence (township_id, case_id) WHERE case_id IS NOT NULL;
