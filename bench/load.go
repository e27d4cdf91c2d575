package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// question is one request, made ready.
type question struct {
	who  identity
	body []byte
}

// ask prepares a question of a document with variables.
func ask(who identity, document string, variables map[string]any) (question, error) {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	return question{who, body}, err
}

// client asks over kept connections.
func client(connections int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
}

// send asks once.
func send(ctx context.Context, c *http.Client, url string, q question) (status int, answer []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/graphql", bytes.NewReader(q.body))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	q.who.set(request.Header)
	response, err := c.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err = io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

// loaded is what a load has come to.
type loaded struct {
	requests int64
	failed   int64
	took     time.Duration
	times    *hdrhistogram.Histogram // in microseconds
}

// load asks the questions in turn, over so many connections, as fast as they are
// answered, for a time.
func load(ctx context.Context, url string, questions []question, connections int, long time.Duration) (*loaded, error) {
	c := client(connections)
	defer c.CloseIdleConnections()
	const slowest, digits = 60_000_000, 3
	sum := &loaded{times: hdrhistogram.New(1, slowest, digits)}
	var next atomic.Int64
	var mu sync.Mutex
	var group sync.WaitGroup
	var firstError error
	began := time.Now()
	for range connections {
		group.Go(func() {
			own := hdrhistogram.New(1, slowest, digits)
			var n, failed int64
			var err error
			for time.Since(began) < long {
				at := time.Now()
				status, _, e := send(ctx, c, url, questions[int(next.Add(1))%len(questions)])
				_ = own.RecordValue(time.Since(at).Microseconds())
				n++
				if e != nil || status != http.StatusOK {
					failed++
					err = errors.Join(e, fmt.Errorf("status %d", status))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			sum.requests, sum.failed, firstError = sum.requests+n, sum.failed+failed, errors.Join(firstError, err)
			sum.times.Merge(own)
		})
	}
	group.Wait()
	sum.took = time.Since(began)
	return sum, firstError
}
