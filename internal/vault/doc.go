// Package vault keeps personal values closed in the database, and makes it
// possible to destroy them. It knows no SQL.
//
//   - A value is sealed with a random [DataKey] of its person and [Group], and
//     bound to its column: a row copied to another person does not open.
//   - A data key is stored wrapped by the key-encryption key of an [Epoch],
//     which a [KeyStore] holds apart from the data: a copy of the database alone
//     opens nothing.
//   - Deleting a row leaves it in the heap, the WAL and the backups. So the data
//     keys of those who stay are rewrapped under a new epoch, and the key of the
//     old one is destroyed: whatever it wrapped is gone wherever it was copied.
//   - Hence nothing is derived from anything: what can be derived again cannot
//     be destroyed. Every key is random.
//   - Look-ups by a sealed value go through a blind index, HMAC-SHA-256 with an
//     [IndexKey] for each column: equal values of two columns do not meet.
//   - Unwrapped keys are cached for minutes, because a key store may be slow, and
//     forgotten at once by [Vault.Drop] and [Vault.DropAll].
//
// Nonces are random, 96 bits: one key should encrypt no more than 2^32 times
// (NIST SP 800-38D, 8.3), and a country has far fewer applicants.
package vault
