-- The leads of one university that are no more, oldest end first: a page of them, or their number.
SELECT count(*)                      --@ count
SELECT l.id, c.ends_at AS ended_at   --@ rows
FROM lead l
JOIN consent c ON c.user_id = l.user_id AND c.university = l.university AND c.id = l.consent_id
WHERE l.university = :university
  AND c.basis = 'CONSULTATION_CONSENT' AND (c.withdrawn_at IS NOT NULL OR c.expires_at <= :now)
  AND c.ends_at >= :since
  AND (c.ends_at, l.id) > (:after_ended_at, :after_id) --@ after
ORDER BY c.ends_at, l.id             --@ rows
LIMIT :limit                         --@ rows
