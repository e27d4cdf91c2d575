package sms

import (
	"context"
	"fmt"
)

// Nowhere sends nothing: where no gateway is configured.
type Nowhere struct{}

// Send fails with [ErrUnavailable].
func (Nowhere) Send(context.Context, Message) error {
	return fmt.Errorf("%w: none is configured", ErrUnavailable)
}
