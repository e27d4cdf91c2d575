package proof_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"
)

// manyWritten is how many values of each category the person who changes has to give.
const manyWritten = 12

// written are the values that operations give, by category. Each is a canary.
func written() map[string][]string {
	w := map[string][]string{}
	for i := range manyWritten {
		n := 1000 + 7*i
		for category, v := range map[string]string{
			"GIVEN_NAME":  word("Ж", n),
			"FAMILY_NAME": word("Д", n),
			"PATRONYMIC":  word("Ө", n),
			"ADDRESS":     "көше " + word("Ш", n),
			"ENT_PLACE":   "ППЕНТ " + word("Ц", n),
			"EMAIL":       fmt.Sprintf("written-%d@example.com", n),
			"PHONE":       fmt.Sprintf("+77710009%03d", 100+i),
			"TESTEE_CODE": fmt.Sprintf("88%07d", 7_919*n),
			"IIN":         iin(time.Date(2008, time.March, 2+i, 0, 0, 0, 0, time.UTC), "FEMALE", n),
			"SURVEY":      "жаз " + word("Ч", n),
		} {
			w[category] = append(w[category], v)
		}
	}
	return w
}

// written draws a value that a person gives of themselves.
func (w *writer) written(category string) string {
	return written()[category][rapid.IntRange(0, manyWritten-1).Draw(w.T, category)]
}
