-- A version of the policy: the one asked for, or the one in force.
SELECT v.version, v.effective_from, v.language, v.url, v.sha256, v.text
FROM policy_version v
WHERE v.effective_from <= :now
  AND v.version = :version --@ version
ORDER BY v.version DESC
LIMIT 1
