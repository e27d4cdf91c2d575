-- The text of a version in a language; without an address of its own, at that of the text before it.
INSERT INTO policy_text (version, language, published_at, url, text)
SELECT :version, :language, :now, coalesce(CAST(:url AS text), (SELECT t.url FROM policy_text t ORDER BY t.language = :language DESC, t.version DESC LIMIT 1)), :text
