package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server under test.
type process struct {
	cmd    *exec.Cmd
	url    string
	vitals string // where a program of Go tells of its memory
	done   chan error
}

// launch starts a server, with its address in ADDR and in LISTEN_ADDR and that of its
// vitals in VITALS and in ADMIN_ADDR, and returns when it answers.
func launch(ctx context.Context, log string, env []string, name string, args ...string) (*process, error) {
	addr, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	vitals, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), append(env, "ADDR="+addr, "LISTEN_ADDR="+addr, "VITALS="+vitals, "ADMIN_ADDR="+vitals)...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, url: "http://" + addr, vitals: "http://" + vitals, done: make(chan error, 1)}
	go func() { p.done <- cmd.Wait() }()
	if err := p.await(ctx); err != nil {
		content, _ := os.ReadFile(log)
		return nil, errors.Join(fmt.Errorf("%s: %w\n%s", name, err, tail(content)), p.stop())
	}
	return p, nil
}

func tail(b []byte) []byte {
	const most = 2000
	return b[max(0, len(b)-most):]
}

func (p *process) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/graphql", bytes.NewReader([]byte(`{"query":"{__typename}"}`)))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/json")
		if response, err := http.DefaultClient.Do(request); err == nil {
			return response.Body.Close()
		}
		select {
		case err := <-p.done:
			p.done <- err
			return fmt.Errorf("it ended: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
	return nil
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// tick is the unit of CPU times in /proc: USER_HZ, which is 100 on Linux.
const tick = 10 * time.Millisecond

// stat are the fields of /proc/PID/stat from the third on.
func stat(pid int) ([]string, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:])), nil
}

// parent is the process that started a process.
func parent(pid int) (int, error) {
	fields, err := stat(pid)
	if err != nil {
		return 0, err
	}
	const ppid = 1
	return strconv.Atoi(fields[ppid])
}

// cpu is the time that a process has used, user and system; with that of its
// children that have ended, if so asked.
func cpu(pid int, ended bool) (time.Duration, error) {
	fields, err := stat(pid)
	if err != nil {
		return 0, err
	}
	const utime, cstime = 11, 14
	last := utime + 2
	if ended {
		last = cstime + 1
	}
	var sum int64
	for _, f := range fields[utime:last] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return time.Duration(sum) * tick, nil
}

// cpu is the time that the server has used, with its threads.
func (p *process) cpu() (time.Duration, error) { return cpu(p.cmd.Process.Pid, false) }

// resident is the memory that the server holds, in bytes.
func (p *process) resident() (int64, error) {
	fields, err := stat(p.cmd.Process.Pid)
	if err != nil {
		return 0, err
	}
	const rss = 21
	pages, err := strconv.ParseInt(fields[rss], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// postgresCPU is the time that PostgreSQL has used: its backends, those that have
// ended, and itself.
func postgresCPU(postmaster int) (time.Duration, error) {
	sum, err := cpu(postmaster, true)
	if err != nil {
		return 0, err
	}
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(f)))
		if err != nil {
			return 0, err
		}
		if from, err := parent(pid); err != nil || from != postmaster {
			continue // gone, or another's
		}
		if one, err := cpu(pid, false); err == nil {
			sum += one
		}
	}
	return sum, nil
}

// allocated is how both of the usual ways to tell of a program's memory name the
// number of objects allocated so far.
var allocated = regexp.MustCompile(`(?m)"Mallocs": ?(\d+)|^go_memstats_mallocs_total (\S+)$`)

// mallocs is the number of objects that a program of Go has allocated; 0 for others.
func (p *process) mallocs(ctx context.Context) (float64, error) {
	for _, path := range []string{"/debug/vars", "/metrics"} {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.vitals+path, nil)
		if err != nil {
			return 0, err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, nil // no program of Go
		}
		body, err := io.ReadAll(response.Body)
		if err := errors.Join(err, response.Body.Close()); err != nil {
			return 0, err
		}
		if found := allocated.FindSubmatch(body); found != nil {
			return strconv.ParseFloat(string(found[1])+string(found[2]), 64)
		}
	}
	return 0, nil
}
