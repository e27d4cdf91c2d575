-- The rules of a version that is published, as statements join them.
INSERT INTO policy_rule (version, audience, purpose, basis, full_bits, masked_bits)
SELECT :version, r.audience, r.purpose, r.basis, r.full_bits, r.masked_bits
FROM unnest(CAST(:audiences AS text[]), CAST(:purposes AS text[]), CAST(:bases AS text[]), CAST(:full AS bigint[]), CAST(:masked AS bigint[]))
    AS r (audience, purpose, basis, full_bits, masked_bits)
