package graph

// Term is a word of the vocabulary as a person is shown it.
type Term struct {
	Enum        string
	Value       string
	LabelRu     string
	LabelKk     string
	Description string
}
