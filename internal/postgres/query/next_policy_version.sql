-- The number of the next version.
SELECT coalesce(max(v.version), 0) + 1 FROM policy_version v
