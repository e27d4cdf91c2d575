-- The versions of the policy with their texts, the latest first, the Russian text before the others.
SELECT v.version, v.published_at, v.effective_from, v.rules, t.language, t.url, t.sha256
FROM policy_version v
JOIN policy_text t ON t.version = v.version
ORDER BY v.version DESC, t.language <> v.base_language, t.language
