-- What a list calls a child: the name, and seat and birthday beside it where another child
-- of the township bears the name in the reader's sight (days.md 28).  The three lists are
-- the reader's scope.

CREATE FUNCTION called(
    child student, townships integer[], schools bigint[], classes bigint[]
) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT child.name || CASE WHEN EXISTS (
               SELECT FROM student o
                 JOIN enrolment e ON (e.township_id, e.student_id) = (o.township_id, o.id)
                                 AND e.to_on IS NULL
                WHERE o.township_id = child.township_id AND o.name = child.name
                  AND o.id <> child.id
                  AND (e.township_id = ANY (townships) OR e.school_id = ANY (schools)
                       OR e.class_id = ANY (classes)))
           THEN '（' || coalesce((SELECT e.seat_no || '号 ' FROM enrolment e
                                   WHERE e.township_id = child.township_id
                                     AND e.student_id = child.id AND e.to_on IS NULL), '')
                || to_char(child.born_on, 'MM-DD') || '生）'
           ELSE '' END
$$;
