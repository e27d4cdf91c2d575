package consent

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/json"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/cryptosigner"
)

// receiptType is the typ of a receipt's header, so that no token passes for one.
const receiptType = "consent-receipt+jws"

// Signer signs receipts with the operator's Ed25519 key.
type Signer struct {
	Key   crypto.Signer
	KeyID string // by which the public key is found
}

// Sign writes a receipt as a JWS in compact serialisation (RFC 7515, RFC 8037)
// over JSON after ISO/IEC TS 27560. The same receipt gives the same bytes. It
// fails with [ErrReceipt], naming the part, if the receipt lacks what it must
// have, and otherwise if the key cannot sign.
func (s Signer) Sign(r *Receipt) (string, error) {
	if part := r.lacks(); part != "" {
		return "", fmt.Errorf("%w: %s", ErrReceipt, part)
	}
	payload, err := json.Marshal(r.record())
	if err != nil {
		return "", ErrReceipt
	}
	options := (&jose.SignerOptions{}).WithType(receiptType).WithHeader("kid", s.KeyID)
	key := jose.SigningKey{Algorithm: jose.EdDSA, Key: cryptosigner.Opaque(s.Key)}
	signer, err := jose.NewSigner(key, options)
	if err != nil {
		return "", fmt.Errorf("consent: signing a receipt: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("consent: signing a receipt: %w", err)
	}
	return signed.CompactSerialize()
}

// Verify reads a signed receipt. It fails with [ErrReceipt] unless jws is, byte
// for byte, what [Signer.Sign] writes with a key that keys knows by its id.
func Verify(jws string, keys func(kid string) (ed25519.PublicKey, bool)) (*Receipt, error) {
	payload, err := verified(jws, keys)
	if err != nil {
		return nil, err
	}
	var rec record
	if json.Unmarshal(payload, &rec) != nil {
		return nil, ErrReceipt
	}
	r := rec.receipt()
	if again, err := json.Marshal(r.record()); err != nil || !bytes.Equal(again, payload) || r.lacks() != "" {
		return nil, ErrReceipt
	}
	return r, nil
}

// verified is the payload of a JWS of the right kind with a good signature.
func verified(jws string, keys func(kid string) (ed25519.PublicKey, bool)) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(jws, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return nil, ErrReceipt
	}
	// Base64 has several spellings of some bytes; ours is one.
	if again, err := signed.CompactSerialize(); err != nil || again != jws {
		return nil, ErrReceipt
	}
	header := signed.Signatures[0].Protected
	key, known := keys(header.KeyID)
	if header.ExtraHeaders[jose.HeaderType] != receiptType || !known || len(key) != ed25519.PublicKeySize {
		return nil, ErrReceipt
	}
	payload, err := signed.Verify(key)
	if err != nil {
		return nil, ErrReceipt
	}
	return payload, nil
}
