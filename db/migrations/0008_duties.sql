-- Who heads a class on a day: its class teacher, or who stands in for them (代班).  What a
-- class without a head teacher owes is its principal's, whenever it is asked.

CREATE FUNCTION has_head_teacher(
    township_id integer, school_id bigint, class_id bigint, day date
) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (SELECT FROM account_grant g
                     JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
                    WHERE (g.township_id, g.school_id, g.class_id)
                        = ($1, $2, $3)
                      AND g.role = 'class_teacher'
                      AND g.from_on <= $4 AND (g.to_on IS NULL OR g.to_on > $4))
$$;

-- Whether somebody owed this once, done or not: the sweep asks it of every open absence.
CREATE INDEX duty_of_subject ON duty (township_id, subject_id, kind);
