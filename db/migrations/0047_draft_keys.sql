-- A change of keys closes what people have typed as well.  A draft stays its writer's own: who
-- changes keys sees it through the program's own role, which may write its cipher and nothing else.

GRANT UPDATE (cipher) ON draft TO baoxue_sweep;
