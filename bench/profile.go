package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// profiled does something that takes so long, and keeps a CPU profile of the server
// meanwhile; none where no file is named.
func (p *process) profiled(ctx context.Context, file string, long time.Duration, do func() error) error {
	if file == "" {
		return do()
	}
	kept := make(chan error, 1)
	go func() { kept <- p.profile(ctx, file, long) }()
	return errors.Join(do(), <-kept)
}

func (p *process) profile(ctx context.Context, file string, long time.Duration) error {
	url := fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", p.vitals, max(1, int(long.Seconds())))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("profile: %s", response.Status)
	}
	const others = 0o755
	if err := os.MkdirAll(filepath.Dir(file), others); err != nil {
		return err
	}
	return os.WriteFile(file, body, 0o644) //nolint:gosec // a profile has names of functions and no data
}
