-- What a space is about: a category of the fixed list, or none, and its creator's tags, separated by spaces.
ALTER TABLE spaces ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE spaces ADD COLUMN tags TEXT NOT NULL DEFAULT '';
