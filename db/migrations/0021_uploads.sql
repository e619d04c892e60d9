-- 上传: what a person sent over SFTP, until it is used or a week has passed.  It is their own.

CREATE TABLE upload (
    account_id  bigint NOT NULL REFERENCES account,
    file_name   words NOT NULL CHECK (file_name !~ '/'),
    kind        text NOT NULL
                CHECK (kind IN ('jpeg', 'png', 'pdf', 'docx', 'xlsx', 'xls', 'csv')),
    bytes       bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 20971520),
    sha256      text NOT NULL,
    uploaded_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, file_name)
);
-- Photographs and workbooks are compressed already.
ALTER TABLE upload ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX upload_age ON upload (uploaded_at);
CALL seat.wall('upload', 'account_id = (SELECT seat.account())',
    'SELECT, INSERT, UPDATE, DELETE');
