package sms_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/sms"
)

var (
	_ sms.Sender = (*sms.Gateway)(nil)
	_ sms.Sender = (*sms.Printer)(nil)
)

func TestPrinterMasksTheNumber(t *testing.T) {
	for to, want := range map[applicant.PhoneNumber]string{
		"+77710009998": "SMS to +7 *** *** ** 98: one two\n",
		"":             "SMS to +7 *** *** ** : one two\n",
	} {
		var out bytes.Buffer
		if err := sms.NewPrinter(&out).Send(t.Context(), sms.Message{To: to, Text: "one\n\ttwo"}); err != nil || out.String() != want {
			t.Errorf("%q, %v", out.String(), err)
		}
	}
}

// TestPrinterPrintsWholeLines, however many send at once.
func TestPrinterPrintsWholeLines(t *testing.T) {
	var out bytes.Buffer // which is not safe itself
	printer := sms.NewPrinter(&out)
	var senders sync.WaitGroup
	for i := range 50 {
		senders.Go(func() {
			to := applicant.PhoneNumber(fmt.Sprintf("+7771000%04d", i))
			if err := printer.Send(t.Context(), sms.Message{To: to, Text: fmt.Sprint("code ", i)}); err != nil {
				t.Error(err)
			}
		})
	}
	senders.Wait()
	if n := strings.Count(out.String(), "\n"); n != 50 {
		t.Errorf("%d lines", n)
	}
	for i := range 50 {
		if line := fmt.Sprintf("SMS to +7 *** *** ** %02d: code %d\n", i, i); !strings.Contains(out.String(), line) {
			t.Errorf("no line %q", line)
		}
	}
}

func TestPrinterFailsAsItsWriter(t *testing.T) {
	reader, writer := io.Pipe()
	_ = reader.Close()
	if err := sms.NewPrinter(writer).Send(t.Context(), message()); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

// TestMessageIsRedacted wherever it could be shown by mistake.
func TestMessageIsRedacted(t *testing.T) {
	var out bytes.Buffer
	m := message()
	holder := struct {
		M sms.Message
		P *sms.Message
	}{m, &m}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		_, _ = fmt.Fprintf(&out, verb+verb+verb+"\n", m, &m, holder)
	}
	for _, logger := range []*slog.Logger{slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))} {
		logger.Info("sent", "message", m, "pointer", &m, "holder", holder)
	}
	if err := json.NewEncoder(&out).Encode(holder); err != nil {
		t.Error(err)
	}
	for _, hidden := range []string{"77710009998", "482913", "6f1a6c1e", fmt.Sprintf("%x", "482913")} {
		if strings.Contains(out.String(), hidden) {
			t.Errorf("tells %s: %s", hidden, out.String())
		}
	}
}
