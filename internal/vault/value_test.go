package vault_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/vault"
)

// FuzzValueOpensAsItWasSealed: whatever its bytes and its column.
func FuzzValueOpensAsItWasSealed(f *testing.F) {
	f.Add([]byte(phone), "contact", "phone")
	f.Add([]byte{}, "", "")
	f.Add(bytes.Repeat([]byte{0}, 5000), "t\x00", "ж")
	v := newVault(f)
	k := newDataKey(f, v, uuid.New(), vault.Contact)
	f.Fuzz(func(t *testing.T, plain []byte, table, column string) {
		p := vault.Place{Table: table, Column: column}
		sealed := seal(t, v, k, p, string(plain))
		if len(sealed) != 1+4+12+len(plain)+16 || sealed[0] != 1 || binary.BigEndian.Uint32(sealed[1:]) != 1 {
			t.Errorf("%d bytes, headed %x", len(sealed), sealed[:5])
		}
		opens(t, v, k, p, sealed, string(plain))
		if again := seal(t, v, k, p, string(plain)); bytes.Equal(sealed, again) {
			t.Error("sealed twice alike")
		}
		if len(plain) >= 8 && bytes.Contains(sealed[1+4:], plain) {
			t.Error("shows its value")
		}
	})
}

// FuzzValueDoesNotOpenElsewhere: nor where the texts of a place and another,
// written one after the other, are the same.
func FuzzValueDoesNotOpenElsewhere(f *testing.F) {
	f.Add("contact", "phone", "contact", "email")
	f.Add("ab", "c", "a", "bc")
	f.Add("", "\x00\x00\x00\x01a", "\x00\x00\x00\x01a", "")
	v := newVault(f)
	k := newDataKey(f, v, uuid.New(), vault.Contact)
	f.Fuzz(func(t *testing.T, table, column, otherTable, otherColumn string) {
		p, other := vault.Place{Table: table, Column: column}, vault.Place{Table: otherTable, Column: otherColumn}
		if p == other {
			return
		}
		plain, err := v.Open(t.Context(), k, other, seal(t, v, k, p, phone))
		tampered(t, "another place", plain, err)
	})
}

// TestAlteredValueDoesNotOpen: in any bit, cut anywhere, or longer.
func TestAlteredValueDoesNotOpen(t *testing.T) {
	v := newVault(t)
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	sealed := seal(t, v, k, phones, phone)
	for bit := range 8 * len(sealed) {
		altered := slices.Clone(sealed)
		altered[bit/8] ^= 1 << (bit % 8)
		plain, err := v.Open(t.Context(), k, phones, altered)
		tampered(t, "a flipped bit", plain, err)
	}
	for size := range len(sealed) {
		plain, err := v.Open(t.Context(), k, phones, sealed[:size])
		tampered(t, "cut", plain, err)
	}
	for _, longer := range [][]byte{append(slices.Clone(sealed), 0), append([]byte{1}, sealed...), append(slices.Clone(sealed), sealed...)} {
		plain, err := v.Open(t.Context(), k, phones, longer)
		tampered(t, "longer", plain, err)
	}
	opens(t, v, k, phones, sealed, phone)
}

// TestMovedValueDoesNotOpen: each with the keys that the other row has.
func TestMovedValueDoesNotOpen(t *testing.T) {
	v := newVault(t)
	user := uuid.New()
	k := newDataKey(t, v, user, vault.Contact)
	sealed := seal(t, v, k, phones, phone)
	for what, other := range map[string]*vault.DataKey{
		"another person": newDataKey(t, v, uuid.New(), vault.Contact),
		"another group":  newDataKey(t, v, user, vault.Identity),
	} {
		plain, err := v.Open(t.Context(), other, phones, sealed)
		tampered(t, what, plain, err)
	}
	for _, p := range []vault.Place{{Table: "contact", Column: "email"}, {Table: "guardian", Column: "phone"}, {Table: "phone", Column: "contact"}} {
		plain, err := v.Open(t.Context(), k, p, sealed)
		tampered(t, p.Table+"."+p.Column, plain, err)
	}
}

// TestValueOfAnotherVersionDoesNotOpen: whether its header says so or is altered
// to say the key's.
func TestValueOfAnotherVersionDoesNotOpen(t *testing.T) {
	v := newVault(t)
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	sealed := seal(t, v, k, phones, phone)
	binary.BigEndian.PutUint32(sealed[1:], 2)
	plain, err := v.Open(t.Context(), k, phones, sealed)
	tampered(t, "a header of version 2", plain, err)
	second := *k
	second.Version = 2
	plain, err = v.Open(t.Context(), &second, phones, sealed)
	tampered(t, "with the key called version 2", plain, err)
}

// TestBindingIsOfTheValueNotOfTheKeyAlone: one key under two names would tell
// the values of one from those of the other.
func TestBindingIsOfTheValueNotOfTheKeyAlone(t *testing.T) {
	v := vault.New(oneKey{}, vault.Options{})
	user := uuid.New()
	k := newDataKey(t, v, user, vault.Contact)
	v.DropAll()
	sealed := seal(t, v, k, phones, phone)
	opens(t, v, k, phones, sealed, phone)
	second := *k
	second.Version = 2
	for what, other := range map[string]*vault.DataKey{
		"person":  newDataKey(t, v, uuid.New(), vault.Contact),
		"group":   newDataKey(t, v, user, vault.Identity),
		"version": &second,
	} {
		v.DropAll()
		altered := slices.Clone(sealed)
		binary.BigEndian.PutUint32(altered[1:], uint32(other.Version))
		plain, err := v.Open(t.Context(), other, phones, altered)
		tampered(t, what, plain, err)
	}
}

// TestUnknownGroupDoesNotOpen, even if a later release made a key for it: Drop
// would not find it.
func TestUnknownGroupDoesNotOpen(t *testing.T) {
	v := vault.New(oneKey{}, vault.Options{})
	_, err := v.Seal(t.Context(), &vault.DataKey{Group: "LATER", Version: 1, Epoch: 1}, phones, nil)
	tampered(t, "unknown group", nil, err)
}

// TestErrorsNameNoValue: they name the column, the group and the epoch.
func TestErrorsNameNoValue(t *testing.T) {
	v := newVault(t)
	user := uuid.New()
	k := newDataKey(t, v, user, vault.Contact)
	_, err := v.Open(t.Context(), k, phones, []byte(phone))
	for _, want := range []string{"contact.phone", "CONTACT", "epoch 1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %s", err, want)
		}
	}
	if strings.Contains(err.Error(), phone) || strings.Contains(err.Error(), user.String()) {
		t.Error("the error quotes what it was given")
	}
	k.Epoch = 3
	if _, err := v.Seal(t.Context(), k, phones, []byte(phone)); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("without the epoch's key: %v", err)
	}
}
