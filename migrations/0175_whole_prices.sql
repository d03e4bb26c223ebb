-- Lists compare prices in instalments by all that is paid: the program lists these spaces anew at its start.
UPDATE listings SET words = '' WHERE space_id IN (
    SELECT p.space_id FROM passes p JOIN prices r ON r.pass_id = p.id WHERE r.instalments IS NOT NULL AND r.withdrawn_at IS NULL);
