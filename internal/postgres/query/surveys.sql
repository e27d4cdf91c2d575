-- Versions of surveys: all of them, those that can be answered, the latest of one, or the one named.
SELECT s.id, s.version, s.published_at, s.definition, s.sha256
FROM survey s
WHERE true
  AND s.id = :survey                                                                      --@ one
  AND s.version = :version                                                                --@ version
  AND NOT EXISTS (SELECT FROM survey n WHERE n.id = s.id AND n.version > s.version)       --@ latest
  AND (s.closes_at IS NULL OR s.closes_at > :now)                                         --@ open
ORDER BY s.id, s.version DESC
