-- A version of the policy: the one asked for, or the one in force; in the language asked for, or else in Russian.
SELECT v.version, v.published_at, v.effective_from, v.rules, t.language, t.url, t.sha256, t.text
FROM policy_version v
JOIN policy_text t ON t.version = v.version AND t.language IN (:language, v.base_language)
WHERE v.effective_from <= :now --@ in_force
WHERE v.version = :version     --@ version
ORDER BY v.version DESC, t.language = v.base_language
LIMIT 1
