// Package sms sends short messages, codes of one use, to telephones.
//
// # What a gateway speaks
//
// Providers differ, so [Gateway] speaks one small format, and an integrator puts
// an adapter between it and the provider. A message is one request:
//
//	POST <the configured URL>
//	Authorization: Bearer <the token, if a file with one is configured>
//	Content-Type: application/json
//	Accept: application/json
//	Idempotency-Key: "<key>"
//
//	{"to": "+77710009998", "from": "JOO.kz", "text": "JOO.kz: …"}
//
// All three members are always there: to is a number in E.164, from the sender's
// name as configured (it may be empty), text the message, UTF-8, of at most 70
// UTF-16 units if it is one of this package's, that is one segment of UCS-2 (3GPP
// TS 23.038, 23.040).
//
// The key is a String of RFC 9651, hence the quotes
// (draft-ietf-httpapi-idempotency-key-header). It stays the same when a message
// is sent again: an adapter keeps keys for a day, sends a message once, answers a
// repeated key as it did the first time, and with 503 while the first is under way.
//
// Of the answer only the status counts, and of the headers Retry-After (seconds or
// a date, RFC 9110, 10.2.3) with 429 and 503. A body may be there, JSON, and is
// not read:
//
//	2xx                       accepted
//	429, 5xx, no answer       tried again, later; 501 is not
//	3xx, 4xx but 429          refused; a redirect is not followed
//
// An adapter keeps neither number nor text longer than the provider needs them,
// and logs neither. As the database, it belongs in Kazakhstan (clause 1.2).
package sms
