package vault

import (
	"slices"

	"github.com/google/uuid"
)

// Group is a group of categories whose values, of one person, share a data key,
// as the database writes it: destroying the key ends all of them and no more.
type Group string

// The groups.
const (
	Identity Group = "IDENTITY"
	Contact  Group = "CONTACT"
	ExamCode Group = "EXAM_CODE"
	Survey   Group = "SURVEY"
)

// Groups lists the groups.
func Groups() []Group { return []Group{Identity, Contact, ExamCode, Survey} }

func (g Group) known() bool { return slices.Contains(Groups(), g) }

// Epoch is the number of a key-encryption key, from 1.
type Epoch int32

// Place is a column of the database.
type Place struct{ Table, Column string }

func (p Place) name() string { return p.Table + "." + p.Column }

// DataKey is the wrapped key of one person's values of one group, as a row of
// the database holds it.
type DataKey struct {
	User    uuid.UUID
	Group   Group
	Version int32
	Epoch   Epoch
	Wrapped []byte
}

func (k *DataKey) wrapping() wrapping { return wrapping{k.Version, k.Epoch, k.Wrapped} }

// about is what a data key's wrapping is bound to, so that it does not unwrap in
// the row of somebody else.
func (k *DataKey) about() []byte {
	b := append([]byte{dataKeyKind}, k.User[:]...)
	return appendNumber(appendText(b, string(k.Group)), k.Version)
}

// IndexKey is the wrapped key of a blind index over a column.
type IndexKey struct {
	Column  Place
	Version int32
	Epoch   Epoch
	Wrapped []byte
}

func (k *IndexKey) wrapping() wrapping { return wrapping{k.Version, k.Epoch, k.Wrapped} }

// about is what an index key's wrapping is bound to.
func (k *IndexKey) about() []byte {
	b := appendText([]byte{indexKeyKind}, k.Column.Table)
	return appendNumber(appendText(b, k.Column.Column), k.Version)
}
