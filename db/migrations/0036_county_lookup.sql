-- 已在××学校就读, asked across the townships of a county when a child is received: by mark alone.
CREATE INDEX student_identity_of_county ON student_identity (county_mark);
