-- What an issued paper said tells a family's telephone: it is kept as a cipher (ADR 16), and so is
-- every original.  This file makes the columns; the program fills them in the same transaction
-- (db/encipher_papers.py), and the next file takes away what stood in the open.

ALTER TABLE paper
    -- What it said when it was signed.
    ADD COLUMN said bytea,
    -- Where the journal's chain ended then, as it is printed; `journal verify` needs no key for it.
    ADD COLUMN anchor words;

-- As 0025 has it, and of papers as well.
CREATE OR REPLACE FUNCTION journal_numbers(entry journal) RETURNS enciphered[]
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
                              'guardian_phone', 'paper')
$$;
