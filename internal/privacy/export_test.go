package privacy

// ParseCategory reads the schema's word, or fails with [ErrVocabulary].
func ParseCategory(s string) (Category, error) {
	var c Category
	err := c.UnmarshalGQL(s)
	return c, err
}

// HasMask tells whether a part of a category's values can be shown.
func HasMask(c Category) bool { return mask(c, "+77710009998") != mask(0, "+77710009998") }
