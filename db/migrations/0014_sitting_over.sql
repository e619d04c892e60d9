-- A sitting that is over must be told, never shown as an empty list: nothing to do, nobody
-- missing.  The program asks with the statement that shows the token.

CREATE FUNCTION seat.holds(shown uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT shown IS NULL OR EXISTS (SELECT FROM seat.sitting WHERE token = shown)
$$;

REVOKE ALL ON FUNCTION seat.holds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seat.holds TO baoxue_door;
