package privacy_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/template"

	"joo.kz/kelisim/internal/privacy"
)

const (
	phone  = "+77710009998"
	points = int32(1234567)
)

// secret is a sealed value in whatever may hold one, and what must not be seen.
type secret struct {
	name   string
	value  any
	traces []string
}

// holder is an object as a struct of personal data is: it has what it shows and
// what it does not.
type holder struct {
	Phone  *privacy.Sealed[string]
	Points *privacy.Sealed[int32]
	Any    any
	hidden *privacy.Sealed[string]
	list   []*privacy.Sealed[string]
}

func traces() []string {
	digits := strconv.Itoa(int(points))
	all := []string{
		phone, "77710009998", "9998", hex.EncodeToString([]byte(phone)), strings.ToUpper(hex.EncodeToString([]byte(phone))),
		fmt.Sprintf("% x", phone), fmt.Sprintf("% X", phone), fmt.Sprintf("%d", []byte(phone)), strings.Trim(fmt.Sprintf("%d", []byte(phone)), "[]"),
		digits, fmt.Sprintf("%x", points), fmt.Sprintf("%X", points), fmt.Sprintf("%o", points), fmt.Sprintf("%b", points),
		fmt.Sprintf("%U", points), fmt.Sprintf("%e", float64(points)),
	}
	return append(all, "1,234,567")
}

// inPlace has a sealed value in itself, not by a pointer.
type inPlace struct{ Phone privacy.Sealed[string] }

// secrets are sealed values alone and in what holds them. Each use of open may
// open them first.
func secrets(open func(privacy.Value)) []secret {
	text, number := privacy.Seal(phone), privacy.Seal(points)
	open(text)
	open(number)
	var scanned inPlace
	if err := scanned.Phone.Scan(phone); err != nil {
		panic(err)
	}
	open(&scanned.Phone)
	h := holder{Phone: text, Points: number, Any: text, hidden: text, list: []*privacy.Sealed[string]{text}}
	return []secret{
		{"text", text, traces()},
		{"number", number, traces()},
		{"pointer to struct", &h, traces()},
		{"struct", h, traces()},
		{"struct that holds it in place", &scanned, traces()},
		{"slice", []*privacy.Sealed[string]{text, text}, traces()},
		{"array", [1]*privacy.Sealed[int32]{number}, traces()},
		{"slice of anything", []any{text, number, &h}, traces()},
		{"map", map[string]*privacy.Sealed[string]{"phone": text}, traces()},
		{"map of anything", map[string]any{"phone": text, "of": map[string]any{"points": number}}, traces()},
		{"key of a map", map[*privacy.Sealed[string]]int{text: 1}, traces()},
		{"pointer to pointer", &text, traces()},
		{"structs in a map", map[string]*holder{"h": &h}, traces()},
	}
}

func (s secret) check(t *testing.T, how, seen string) {
	t.Helper()
	for _, trace := range s.traces {
		if strings.Contains(seen, trace) {
			t.Errorf("%s, %s: %q shows %q", s.name, how, seen, trace)
			return
		}
	}
}

func unopened(privacy.Value) {}

// opened opens a value in full.
func opened(v privacy.Value) {
	_ = privacy.Open(context.Background(), everything(), privacy.Phone, v)
}

// everything is a record that shows everything in full.
func everything() *privacy.Record {
	return privacy.Decide(privacy.App, privacy.SubjectAccess).Record(privacy.Standing{})
}

// maskedOnly is a record that shows direct identifiers masked.
func maskedOnly() *privacy.Record {
	return privacy.Decide(privacy.Operator, privacy.RightsHandling).Record(privacy.Standing{
		Basis: privacy.RightsRequest, State: privacy.Valid, Covers: privacy.SetOf(privacy.Categories()...),
	})
}

// withEverySecret runs a check on secrets that were never opened, and on the same
// opened in full: only a response is shown what has been opened.
func withEverySecret(t *testing.T, check func(t *testing.T, s secret)) {
	t.Helper()
	for name, open := range map[string]func(privacy.Value){"unopened": unopened, "opened": opened} {
		for _, s := range secrets(open) {
			t.Run(name+"/"+s.name, func(t *testing.T) { check(t, s) })
		}
	}
}

func TestSealedPrintsNothing(t *testing.T) {
	withEverySecret(t, func(t *testing.T, s secret) {
		for _, flags := range []string{"", "+", "#", "-", "0", " ", "+#", "20", ".3", "[1]"} {
			for verb := 'A'; verb <= 'z' && !t.Failed(); verb++ {
				format := "%" + flags + string(verb)
				s.check(t, format, fmt.Sprintf(format, s.value))
			}
		}
		s.check(t, "Sprint", fmt.Sprint(s.value, s.value))
		s.check(t, "Sprintln", fmt.Sprintln(s.value))
		for _, slip := range []string{"no verb", "%*d", "%.*f", "%[2]v", "%!", "%"} {
			s.check(t, slip, fmt.Sprintf(slip, s.value))
			s.check(t, slip+" of an error", fmt.Errorf(slip, s.value).Error())
		}
	})
}

// TestSealedPrintsTheSameForAllValues: not even how long the value is.
func TestSealedPrintsTheSameForAllValues(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%c", "%U", "%e", "%t"} {
		for _, v := range []any{privacy.Seal(phone), privacy.Seal(""), privacy.Seal(points), privacy.Seal([]int{1, 2}), privacy.Public(phone)} {
			if got := fmt.Sprintf(verb, v); got != "[sealed]" {
				t.Errorf("%s: %q", verb, got)
			}
		}
	}
}

func TestSealedStringsAreRedacted(t *testing.T) {
	for _, open := range []func(privacy.Value){unopened, opened} {
		s := privacy.Seal(phone)
		open(s)
		if s.String() != "[sealed]" || s.GoString() != "[sealed]" || s.LogValue().String() != "[sealed]" {
			t.Errorf("%s, %s, %s", s.String(), s.GoString(), s.LogValue())
		}
	}
}

func TestSealedLogsNothing(t *testing.T) {
	withEverySecret(t, func(t *testing.T, s secret) {
		for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
			"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
			"JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		} {
			var b bytes.Buffer
			log := slog.New(handler(&b)).With("with", s.value)
			log.Info("logged", "value", s.value, slog.Group("group", slog.Any("value", s.value)), "error", errors.New(fmt.Sprint(s.value)))
			if !strings.Contains(b.String(), "logged") {
				t.Fatalf("%s: %q", name, b.String())
			}
			s.check(t, name, b.String())
		}
	})
}

func TestSealedMarshalsToNothing(t *testing.T) {
	encoders := map[string]func(any) ([]byte, error){
		"JSON":   json.Marshal,
		"indent": func(v any) ([]byte, error) { return json.MarshalIndent(v, "", " ") },
		"XML":    xml.Marshal,
		"gob": func(v any) ([]byte, error) {
			var b bytes.Buffer
			err := gob.NewEncoder(&b).Encode(v)
			return b.Bytes(), err
		},
	}
	withEverySecret(t, func(t *testing.T, s secret) {
		for name, encode := range encoders {
			b, err := encode(s.value)
			s.check(t, name, string(b))
			s.check(t, name+" error", fmt.Sprint(err))
		}
	})
}

func TestSealedIsRedactedInJSON(t *testing.T) {
	type response struct {
		Phone  *privacy.Sealed[string]            `json:"phone"`
		Points map[string]*privacy.Sealed[int32]  `json:"points"`
		None   *privacy.Sealed[string]            `json:"none"`
		Keys   map[*privacy.Sealed[string]]string `json:"keys"`
	}
	s := privacy.Seal(phone)
	opened(s)
	b, err := json.Marshal(response{
		Phone:  s,
		Points: map[string]*privacy.Sealed[int32]{"MATH": privacy.Seal(points)},
		Keys:   map[*privacy.Sealed[string]]string{s: "x"},
	})
	want := `{"phone":"[sealed]","points":{"MATH":"[sealed]"},"none":null,"keys":{"[sealed]":"x"}}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v; want %s", b, err, want)
	}
}

func TestSealedIsRedactedInXML(t *testing.T) {
	type response struct {
		Phone *privacy.Sealed[string] `xml:"phone"`
		Attr  *privacy.Sealed[string] `xml:"attr,attr"`
		Text  *privacy.Sealed[string] `xml:",chardata"`
	}
	b, err := xml.Marshal(response{privacy.Seal(phone), privacy.Seal(phone), privacy.Seal(phone)})
	want := `<response attr="[sealed]">[sealed]<phone>[sealed]</phone></response>`
	got := strings.ReplaceAll(string(b), "<phone>[sealed]</phone>[sealed]", "[sealed]<phone>[sealed]</phone>")
	if err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

func TestSealedTemplatesNothing(t *testing.T) {
	for _, text := range []string{
		`{{.}}`, `{{.Phone}} {{.Points}}`, `{{range .List}}{{.}}{{end}}`, `{{with .Phone}}{{.}}{{end}}`,
		`{{printf "%v %s %d %x %w" .Phone .Phone .Points .Phone .Phone}}`, `{{print .Phone}}`, `{{js .Phone}}`, `{{html .Phone}}`, `{{urlquery .Phone}}`,
		`{{len .List}}{{index .List 0}}`, `{{.Phone.String}}`, `{{.Phone.GoString}}`, `{{.Phone.Reveal}}`, `{{.Phone.Value}}`,
	} {
		s := secret{name: text, traces: traces()}
		data := struct {
			Phone  *privacy.Sealed[string]
			Points *privacy.Sealed[int32]
			List   []any
		}{privacy.Seal(phone), privacy.Seal(points), []any{privacy.Seal(phone)}}
		var b strings.Builder
		err := template.Must(template.New("").Parse(text)).Execute(&b, data)
		s.check(t, "executed", b.String())
		s.check(t, "failed", fmt.Sprint(err))
	}
}

func TestSealedIsNoParameter(t *testing.T) {
	for _, open := range []func(privacy.Value){unopened, opened} {
		s := privacy.Seal(phone)
		open(s)
		if v, err := s.Value(); v != nil || !errors.Is(err, privacy.ErrSealed) {
			t.Errorf("%v, %v; want %v", v, err, privacy.ErrSealed)
		}
	}
}

func TestSealedIsNoInput(t *testing.T) {
	s := privacy.Seal("")
	if err := s.UnmarshalGQL(phone); !errors.Is(err, privacy.ErrSealed) {
		t.Errorf("%v, want %v", err, privacy.ErrSealed)
	}
	opened(s)
	if v, _ := s.Reveal(); v != "" {
		t.Errorf("took %q", v)
	}
}

// TestSealedCannotBeCompared: == on two of them does not compile, and no
// comparison by reflection tells that two persons have the same value.
func TestSealedCannotBeCompared(t *testing.T) {
	for _, of := range []reflect.Type{
		reflect.TypeFor[privacy.Sealed[string]](), reflect.TypeFor[privacy.Sealed[int32]](), reflect.TypeFor[privacy.Sealed[bool]](),
	} {
		if of.Comparable() {
			t.Errorf("%s: == compiles", of)
		}
	}
	a, b := privacy.Seal(phone), privacy.Seal(phone)
	if reflect.DeepEqual(a, b) || reflect.DeepEqual(&holder{Phone: a}, &holder{Phone: b}) {
		t.Error("DeepEqual tells that two values are the same")
	}
	var c, d privacy.Sealed[string]
	if c.Scan(phone) != nil || d.Scan(phone) != nil || reflect.DeepEqual(&c, &d) {
		t.Error("DeepEqual tells that two scanned values are the same")
	}
}

func TestSealedScans(t *testing.T) {
	var s privacy.Sealed[string]
	if err := s.Scan([]byte(phone)); err != nil {
		t.Fatal(err)
	}
	checkSealed(t, &s)
	opened(&s)
	if v, ok := s.Reveal(); v != phone || !ok {
		t.Errorf("%q, %t; want %q", v, ok, phone)
	}
	if err := s.Scan("+77710000001"); err != nil {
		t.Fatal(err)
	}
	checkSealed(t, &s)
}

// checkSealed: the value shows nothing to a response.
func checkSealed[T any](t *testing.T, s *privacy.Sealed[T]) {
	t.Helper()
	if got := response(s); got != "null" {
		t.Errorf("a response is shown %s", got)
	}
	if v, ok := s.Reveal(); ok || !reflect.ValueOf(&v).Elem().IsZero() {
		t.Errorf("reveals %v", v)
	}
}

// response is what a response shows of a value.
func response[T any](s *privacy.Sealed[T]) string {
	var b strings.Builder
	s.MarshalGQL(&b)
	return b.String()
}

// stubborn fails to scan with an error that quotes what it was given.
type stubborn struct{}

func (*stubborn) Scan(src any) error { return fmt.Errorf("cannot take %v", src) }

// TestSealedScanErrorQuotesNothing of the column.
func TestSealedScanErrorQuotesNothing(t *testing.T) {
	scans := map[string]func(any) error{
		"number":   privacy.Seal(int32(0)).Scan,
		"truth":    privacy.Seal(false).Scan,
		"float":    privacy.Seal(0.5).Scan,
		"list":     privacy.Seal([]int{}).Scan,
		"stubborn": privacy.Seal(stubborn{}).Scan,
	}
	for name, scan := range scans {
		for _, src := range []any{phone, []byte(phone), 1234567.5, "1234567x", []string{phone}} {
			err := scan(src)
			if err == nil {
				continue
			}
			secret{name: name, traces: traces()}.check(t, "Scan", fmt.Sprintf("%v %+v %#v", err, err, err))
			if !errors.Is(err, privacy.ErrSealed) || errors.Unwrap(err) != nil {
				t.Errorf("%s: %T, want %v and nothing behind it", name, err, privacy.ErrSealed)
			}
		}
	}
	if err := privacy.Seal(int32(0)).Scan(phone); err == nil {
		t.Error("a number was read from a phone number")
	}
}

func TestSealedScansNoNull(t *testing.T) {
	var s privacy.Sealed[string]
	if err := s.Scan(nil); !errors.Is(err, privacy.ErrSealed) {
		t.Errorf("%v, want %v", err, privacy.ErrSealed)
	}
}

func TestOpenInFullShowsTheValue(t *testing.T) {
	text, number, list := privacy.Seal(phone), privacy.Seal(points), privacy.Seal([]string{"MATH", "PHYSICS"})
	for _, v := range []privacy.Value{text, number, list} {
		if err := privacy.Open(t.Context(), everything(), privacy.Phone, v); err != nil {
			t.Fatal(err)
		}
	}
	if response(text) != `"+77710009998"` || response(number) != `1234567` || response(list) != `["MATH","PHYSICS"]` {
		t.Errorf("%s, %s, %s", response(text), response(number), response(list))
	}
	if v, ok := text.Reveal(); v != phone || !ok {
		t.Errorf("reveals %q, %t", v, ok)
	}
}

func TestOpenMaskedShowsTheMask(t *testing.T) {
	s := privacy.Seal(phone)
	if err := privacy.Open(t.Context(), maskedOnly(), privacy.Phone, s); err != nil {
		t.Fatal(err)
	}
	if got := response(s); got != `"+7 *** *** ** 98"` {
		t.Errorf("a response is shown %s", got)
	}
	if v, ok := s.Reveal(); v != "" || ok {
		t.Errorf("reveals %q", v)
	}
	all := secret{name: "masked", traces: traces()}
	all.check(t, "printed", fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s))
	b, err := json.Marshal(s)
	all.check(t, "JSON", fmt.Sprint(string(b), err))
}

// TestOpenRefuses: the error is ErrWithheld, and the value stays sealed.
func TestOpenRefuses(t *testing.T) {
	consent := privacy.Standing{Basis: privacy.ConsultationConsent, State: privacy.Valid, Covers: privacy.SetOf(privacy.Phone), Allows: privacy.AllAllowed()}
	university := privacy.Decide(privacy.University, privacy.Consultation)
	for name, refused := range map[string]struct {
		record   *privacy.Record
		category privacy.Category
	}{
		"no record":             {nil, privacy.Phone},
		"zero record":           {&privacy.Record{}, privacy.Phone},
		"no consent":            {university.Record(privacy.Standing{}), privacy.Phone},
		"beyond the consent":    {university.Record(consent), privacy.Email},
		"never shown":           {university.Record(consent), privacy.IIN},
		"unknown category":      {everything(), 0},
		"category past the end": {everything(), privacy.Survey + 1},
		"policy not accepted":   {privacy.Decide(privacy.App, privacy.Service).Record(privacy.Standing{}), privacy.Phone},
	} {
		t.Run(name, func(t *testing.T) {
			s := privacy.Seal(phone)
			if err := privacy.Open(t.Context(), refused.record, refused.category, s); !errors.Is(err, privacy.ErrWithheld) {
				t.Errorf("%v, want %v", err, privacy.ErrWithheld)
			}
			checkSealed(t, s)
		})
	}
}

// TestOpenMasksTextOnly: what has no mask is withheld.
func TestOpenMasksTextOnly(t *testing.T) {
	type word string
	number, other, list := privacy.Seal(points), privacy.Seal(word(phone)), privacy.Seal([]string{phone})
	for _, v := range []privacy.Value{number, other, list} {
		if err := privacy.Open(t.Context(), maskedOnly(), privacy.Phone, v); !errors.Is(err, privacy.ErrWithheld) {
			t.Errorf("%T: %v, want %v", v, err, privacy.ErrWithheld)
		}
	}
	checkSealed(t, number)
	checkSealed(t, other)
	checkSealed(t, list)
}

// TestPublicNeedsNoOpening: it is nobody's, and yet is printed by nothing.
func TestPublicNeedsNoOpening(t *testing.T) {
	s := privacy.Public("750000000")
	if err := privacy.Open(t.Context(), nil, privacy.Region, s); !errors.Is(err, privacy.ErrWithheld) {
		t.Errorf("%v, want %v", err, privacy.ErrWithheld)
	}
	if err := privacy.Open(t.Context(), maskedOnly(), privacy.Phone, s); err != nil {
		t.Error(err)
	}
	if v, ok := s.Reveal(); response(s) != `"750000000"` || v != "750000000" || !ok {
		t.Errorf("%s, %q", response(s), v)
	}
}

// TestSealedShowsNullForWhatIsNoJSON rather than a part of it.
func TestSealedShowsNullForWhatIsNoJSON(t *testing.T) {
	s := privacy.Seal(func() {})
	opened(s)
	if got := response(s); got != "null" {
		t.Errorf("a response is shown %s", got)
	}
}

// TestOpenIsSafeForConcurrentUse: siblings of a field are resolved at once.
func TestOpenIsSafeForConcurrentUse(t *testing.T) {
	s, record := privacy.Seal(phone), everything()
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			for range 1000 {
				if err := privacy.Open(t.Context(), record, privacy.Phone, s); err != nil {
					t.Error(err)
				}
				if got := response(s); got != `"+77710009998"` {
					t.Errorf("a response is shown %s", got)
				}
			}
		})
	}
	wait.Wait()
}
