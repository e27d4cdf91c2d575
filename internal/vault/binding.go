package vault

import "encoding/binary"

// Additional data begin with what they belong to, so that nothing passes for a
// thing of another kind.
const (
	valueKind byte = iota + 1
	dataKeyKind
	indexKeyKind
	checkValueKind
)

// appendBinding appends what a value is bound to: the header it is stored with,
// its column, and whose it is. Texts have their length before them, so that no
// two bindings are written alike.
func appendBinding(b, header []byte, k *DataKey, p Place) []byte {
	b = append(append(b, header...), valueKind)
	b = appendText(appendText(b, p.Table), p.Column)
	return appendText(append(b, k.User[:]...), string(k.Group))
}

// bindingSize is how many bytes appendBinding appends.
func bindingSize(k *DataKey, p Place) int {
	const fixed = headerSize + 1 + len(k.User) + 3*lengthSize
	return fixed + len(p.Table) + len(p.Column) + len(k.Group)
}

const lengthSize = 4

func appendText(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...) //nolint:gosec // names are short
}

func appendNumber(b []byte, n int32) []byte {
	return binary.BigEndian.AppendUint32(b, uint32(n)) //nolint:gosec // its bits
}
