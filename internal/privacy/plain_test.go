package privacy_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"joo.kz/kelisim/internal/privacy"
)

// FuzzTextIsWrittenAsJSON: a text is written as encoding/json writes it, into a
// buffer that has something already.
func FuzzTextIsWrittenAsJSON(f *testing.F) {
	for _, text := range []string{"", "Әсем", `a "b"`, `\`, "<&>", "\u2028\u2029", "\xff", "\ufffd", "a\x00\n", "😀", "\x7f"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		b := bytes.NewBufferString("before:")
		privacy.Public(text).MarshalGQL(b)
		if got := b.String(); got != "before:"+string(want) {
			t.Errorf("%q is written as %s, want %s", text, got, want)
		}
	})
}
