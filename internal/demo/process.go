package demo

import (
	"os"
	"os/exec"
	"runtime"
)

// process is a started program. Once ended is closed, err says how it ended.
type process struct {
	*os.Process
	ended chan struct{}
	err   error
}

// launch starts a program and waits for it on one thread: Linux takes the end
// of the thread that started it for our end.
func launch(cmd *exec.Cmd) (*process, error) {
	p := &process{ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	p.Process = cmd.Process
	return p, nil
}
