-- Identity numbers, 学籍号 and telephones are kept as ciphers, whose keys are outside of the
-- database (ADR 16).  This file makes their columns; the program fills them in the same
-- transaction (db/encipher.py), and the next file takes the plain ones away.

-- A number between the program and its column: where it stands, the cipher, and what stands
-- for it in its township and in its county.
CREATE TYPE enciphered AS (place text, body bytea, mark bytea, county bytea);
-- The program turns what this returns into the number; in the database nothing can.
CREATE FUNCTION whole(township integer, held text, row_key text, body bytea)
    RETURNS enciphered LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN body IS NOT NULL
                THEN ROW(township::text || '/' || held || '/' || row_key, body,
                         NULL, NULL)::enciphered END
$$;

-- By what a key is known again; nothing of the key.
CREATE TABLE key_proof (
    id    text PRIMARY KEY,
    proof bytea NOT NULL
);
-- A wrong proof would shut everybody out: only 系统管理员 adds one, when keys are changed.
ALTER TABLE key_proof ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_proof FORCE ROW LEVEL SECURITY;
CREATE POLICY all_compare ON key_proof FOR SELECT USING (true);
CREATE POLICY upgrades_add ON key_proof FOR INSERT TO baoxue_owner WITH CHECK (true);
CREATE POLICY administrators_add ON key_proof FOR INSERT TO baoxue_people
    WITH CHECK ((SELECT seat.everywhere()));
GRANT SELECT, INSERT ON key_proof TO baoxue_people;
GRANT SELECT ON key_proof TO baoxue_door, baoxue_front, baoxue_sweep, baoxue_auditor;

ALTER TABLE student ADD COLUMN national_cipher bytea, ADD COLUMN national_mark bytea,
    ADD COLUMN aux_cipher bytea;
ALTER TABLE student_identity ADD COLUMN cipher bytea, ADD COLUMN mark bytea,
    ADD COLUMN county_mark bytea;
ALTER TABLE student_phone ADD COLUMN cipher bytea, ADD COLUMN mark bytea;
ALTER TABLE guardian_phone ADD COLUMN cipher bytea, ADD COLUMN mark bytea;
