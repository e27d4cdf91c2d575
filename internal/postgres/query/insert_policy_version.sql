-- A version that is published.
INSERT INTO policy_version (version, published_at, effective_from, rules) VALUES (:version, :now, :effective_from, :rules)
