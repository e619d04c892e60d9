-- A 抄送函 to the township of a child's hukou (days.md 27) is sent by mail or by hand, and
-- its sending is recorded where receipts are.

ALTER TABLE receipt DROP CONSTRAINT receipt_how_check,
    ADD CONSTRAINT receipt_how_check CHECK (how IN ('system', 'paper', 'sent'));
