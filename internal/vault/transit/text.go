package transit

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"joo.kz/kelisim/internal/vault"
)

const prefix = "kelisim-epoch-"

// name is that of an epoch's key.
func name(e vault.Epoch) string { return fmt.Sprintf("%s%06d", prefix, e) }

// epoch is that of a key's name, if it is one that [name] gives.
func epoch(key string) (vault.Epoch, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(key, prefix), 10, 32)
	e := vault.Epoch(n)
	return e, err == nil && e >= 1 && key == name(e)
}

// epochs are those of the keys listed, ascending. Keys of other names are others'.
func epochs(keys []any) []vault.Epoch {
	var listed []vault.Epoch
	for _, entry := range keys {
		key, _ := entry.(string)
		if e, is := epoch(key); is {
			listed = append(listed, e)
		}
	}
	slices.Sort(listed)
	return listed
}

// ciphertext is what the service writes before the base64 text, and that text.
var ciphertext = regexp.MustCompile(`^vault:v[1-9][0-9]*:([A-Za-z0-9+/]+={0,2})$`)

// wellFormed tells whether text is as the service writes it. The service itself
// reads more (v0 for v1, line feeds, bits that do not count), and one key would
// have many wrappings.
func wellFormed(text []byte) bool {
	parts := ciphertext.FindSubmatch(text)
	if parts == nil {
		return false
	}
	_, err := base64.StdEncoding.Strict().DecodeString(string(parts[1]))
	return err == nil
}
