-- The IANA time zone in which a space plans its shows; NULL: nobody has chosen one.
ALTER TABLE spaces ADD COLUMN time_zone TEXT;
