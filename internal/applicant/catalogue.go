package applicant

import (
	"errors"
	"slices"
	"strings"

	"joo.kz/kelisim/internal/privacy"
)

// ErrSection is returned for a code that the catalogue does not have.
var ErrSection = errors.New("applicant: code not in the catalogue")

// Entry is a line of the catalogue.
type Entry struct {
	Code   string
	NameRu string
	NameKk *string // nil where the source has no Kazakh name
	Region string  // of a university: the KATO code of its region; empty where the source has none
}

// Section is one list of the catalogue: the regions, the universities or the
// programmes, in the order of their codes. It does not change.
type Section struct {
	entries []Entry
	byCode  map[string]*Entry
}

// NewSection makes a section of entries.
func NewSection(entries []Entry) *Section {
	s := &Section{entries: entries, byCode: make(map[string]*Entry, len(entries))}
	for i := range entries {
		s.byCode[entries[i].Code] = &entries[i]
	}
	return s
}

// Has tells whether the section has a code.
func (s *Section) Has(code string) bool { return s.byCode[code] != nil }

// List lists the section's entries that satisfy keep.
func (s *Section) List(keep func(Entry) bool) []*Reference {
	refs := make([]*Reference, 0, len(s.entries))
	for _, e := range s.entries {
		if keep(e) {
			refs = append(refs, s.Public(e.Code))
		}
	}
	return refs
}

// Public refers to an entry as such: the reference is about nobody.
func (s *Section) Public(code string) *Reference {
	return &Reference{Sealed: privacy.Public(code), section: s}
}

// Find refers to an entry as [Section.Public] does; nil for a nil code.
func (s *Section) Find(code *string) *Reference {
	if code == nil {
		return nil
	}
	return s.Public(*code)
}

// Of refers to the entry that a person's sealed code names; nil for a nil code.
func (s *Section) Of(code *privacy.Sealed[string]) *Reference {
	if code == nil {
		return nil
	}
	return &Reference{Sealed: code, section: s}
}

// Reference refers to an entry of the catalogue. That a person is tied to it is
// their personal data, so the code is sealed until it is opened.
type Reference struct {
	*privacy.Sealed[string]

	section *Section
}

// Code is the entry's code.
func (r *Reference) Code() (string, error) {
	e, err := r.entry()
	return e.Code, err
}

// NameRu is the entry's Russian name.
func (r *Reference) NameRu() (string, error) {
	e, err := r.entry()
	return e.NameRu, err
}

// NameKk is the entry's Kazakh name; nil where the source has none.
func (r *Reference) NameKk() (*string, error) {
	e, err := r.entry()
	return e.NameKk, err
}

func (r *Reference) entry() (Entry, error) {
	code, ok := r.Reveal()
	if !ok {
		return Entry{}, privacy.ErrSealed
	}
	e := r.section.byCode[code]
	if e == nil {
		return Entry{}, ErrSection
	}
	return *e, nil
}

// NormaliseProgramme writes a programme's code with a Latin B, where sources
// often print a Cyrillic one.
func NormaliseProgramme(code string) string { return strings.Replace(code, "\u0412", "B", 1) }

// Catalogue is the reference data: the same for everybody, about nobody.
type Catalogue struct {
	Regions      *Section
	Universities *Section
	Programmes   *Section
	Combinations []*ProfileCombination

	// ProgrammeCombinations are the codes of the combinations that a programme
	// asks for, by the programme's code.
	ProgrammeCombinations map[string][]string
}

// ProfileCombination is a pair of profile subjects that the ENT offers.
type ProfileCombination struct {
	Code     string
	Subjects []Subject
	NameRu   string
	NameKk   string
}

// combination is the combination of a pair of subjects in either order; nil if
// it is not offered.
func (c *Catalogue) combination(pair []Subject) *ProfileCombination {
	if len(pair) != 2 {
		return nil
	}
	for _, offered := range c.Combinations {
		if slices.Equal(pair, offered.Subjects) || slices.Equal([]Subject{pair[1], pair[0]}, offered.Subjects) {
			return offered
		}
	}
	return nil
}
