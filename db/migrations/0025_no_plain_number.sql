-- The plain numbers are gone; marks keep what they kept: one child for a number.

DROP INDEX student_by_national_no;
ALTER TABLE student DROP COLUMN national_no, DROP COLUMN aux_no,
    ADD CHECK ((national_cipher IS NULL) = (national_mark IS NULL));
CREATE UNIQUE INDEX student_by_national_no
    ON student (township_id, national_mark) WHERE national_mark IS NOT NULL;

ALTER TABLE student_identity DROP CONSTRAINT student_identity_number_once;
ALTER TABLE student_identity DROP COLUMN number, ALTER COLUMN cipher SET NOT NULL,
    ALTER COLUMN mark SET NOT NULL, ALTER COLUMN county_mark SET NOT NULL;
ALTER TABLE student_identity ADD CONSTRAINT student_identity_number_once
    UNIQUE (township_id, mark) DEFERRABLE;
ALTER TABLE student_phone DROP COLUMN phone, ALTER COLUMN cipher SET NOT NULL,
    ALTER COLUMN mark SET NOT NULL;
ALTER TABLE guardian_phone DROP COLUMN phone, ALTER COLUMN cipher SET NOT NULL,
    ALTER COLUMN mark SET NOT NULL;

-- Journal rows of before hold their numbers as ciphers in place of the text; what they are
-- checked by is still the text.  In the order they stand in the row: was, then became.
CREATE FUNCTION journal_numbers(entry journal) RETURNS enciphered[]
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ARRAY (
        SELECT whole(entry.township_id, 'journal', entry.id || '/' || f.side || '/' || f.found[1],
                     decode(f.found[2], 'hex'))
          FROM (SELECT 'was' AS side, t.n, t.found
                  FROM regexp_matches(entry.was::text,
                      '"(number|phone|national_no|aux_no)": "cipher:([0-9a-f]+)"', 'g')
                       WITH ORDINALITY AS t (found, n)
                 UNION ALL
                SELECT 'became', t.n, t.found
                  FROM regexp_matches(entry.became::text,
                      '"(number|phone|national_no|aux_no)": "cipher:([0-9a-f]+)"', 'g')
                       WITH ORDINALITY AS t (found, n)) f
         ORDER BY f.side = 'became', f.n)
     WHERE entry.relation IN ('student', 'student_identity', 'student_phone',
                              'guardian_phone')
$$;
