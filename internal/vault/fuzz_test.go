package vault_test

import (
	"testing"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/vault"
)

// FuzzWrappedKey: a wrapped key opens what it sealed for its own person, group,
// version and epoch, as it was wrapped; whatever else is in its row opens nothing.
func FuzzWrappedKey(f *testing.F) {
	directory, _ := openDirectory(f, 1, 2)
	made := vault.New(directory, vault.Options{})
	user := uuid.MustParse("00000000-0000-4000-8000-000000000001")
	k := newDataKey(f, made, user, vault.Contact)
	sealed := seal(f, made, k, phones, phone)
	f.Add([]byte{}, uint(0), byte(0), user[:], "CONTACT", int32(1), int32(1))
	f.Add(k.Wrapped, uint(3), byte(1), user[:], "CONTACT", int32(1), int32(2))
	f.Add(sealed, uint(40), byte(0xff), make([]byte, 16), "IDENTITY", int32(2), int32(1))
	f.Add(k.Wrapped, uint(0), byte(0), user[:], "CONTACT\x00", int32(-1), int32(7))
	f.Fuzz(func(t *testing.T, wrapped []byte, at uint, b byte, who []byte, group string, version, epoch int32) {
		altered := append([]byte{}, k.Wrapped...)
		altered[at%uint(len(altered))] ^= b
		other, err := uuid.FromBytes(who)
		if err != nil {
			other = user
		}
		for _, row := range []vault.DataKey{
			{User: user, Group: vault.Contact, Version: 1, Epoch: 1, Wrapped: wrapped},
			{User: user, Group: vault.Contact, Version: 1, Epoch: 1, Wrapped: altered},
			{User: other, Group: vault.Contact, Version: 1, Epoch: 1, Wrapped: k.Wrapped},
			{User: user, Group: vault.Group(group), Version: 1, Epoch: 1, Wrapped: k.Wrapped},
			{User: user, Group: vault.Contact, Version: version, Epoch: 1, Wrapped: k.Wrapped},
			{User: user, Group: vault.Contact, Version: 1, Epoch: vault.Epoch(epoch), Wrapped: k.Wrapped},
			{User: other, Group: vault.Group(group), Version: version, Epoch: vault.Epoch(epoch), Wrapped: wrapped},
		} {
			own := row.User == user && row.Group == vault.Contact && row.Version == 1 && row.Epoch == 1 && string(row.Wrapped) == string(k.Wrapped)
			cold := vault.New(directory, vault.Options{}) // that has no key in its cache
			plain, err := cold.Open(t.Context(), &row, phones, sealed)
			if own != (err == nil) || own && string(plain) != phone || !own && plain != nil {
				t.Errorf("%+v: %q, %v", row, plain, err)
			}
			if _, err := cold.Rewrap(t.Context(), row, 2); own != (err == nil) {
				t.Errorf("%+v is wrapped anew: %v", row, err)
			}
		}
	})
}
