package graph

import (
	"strings"
)

// fault is an error that a client may see.
type fault struct {
	code     Code
	reason   string   // what is wrong, as a word for programs
	argument []string // the argument or input field at fault, from the field down
	message  string   // for people; it never quotes a value. Empty: the code's own
}

func (f *fault) Error() string { return string(f.code) + " " + f.reason + ": " + f.text() }

func (f *fault) text() string {
	if f.message != "" {
		return f.message
	}
	return f.code.message()
}

// badInput is the fault of an argument, named from its field down.
func badInput(reason string, argument ...string) error {
	return &fault{code: BadInput, reason: reason, argument: argument, message: "the value of " + strings.Join(argument, ".") + " is not valid"}
}
