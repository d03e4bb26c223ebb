-- Recordings of other codecs than VP8.
-- vp8, h264, vp9, av1: of all pictures of a recording
ALTER TABLE recordings ADD COLUMN codec TEXT NOT NULL DEFAULT 'vp8';
-- what a decoder is set up with before the first picture, as hexadecimal text; empty if the codec has none
ALTER TABLE recordings ADD COLUMN setup TEXT NOT NULL DEFAULT '';
