-- The number of the policy version in force.
SELECT max(v.version) FROM policy_version v WHERE v.effective_from <= :now
