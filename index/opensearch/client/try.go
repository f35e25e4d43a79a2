package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"dateline/search"
)

// An again is an error after which the same may be tried once more.
type again struct {
	error
	after  time.Duration // the least that is waited
	most   int           // tries in all; 0: as many as there is time for
	other  bool          // another node may do at once
	unsure bool          // it may have been carried out
}

func (a *again) Unwrap() error { return a.error }

// mayPass tells whether the same may be tried again after err.
func mayPass(err error) bool {
	a := (*again)(nil)
	return errors.As(err, &a)
}

// plain returns err without the word that it may be tried again.
func plain(err error) error {
	if a := (*again)(nil); errors.As(err, &a) {
		return a.error
	}
	return err
}

// How often is tried what may never go away: shards that fail, and memory that is short, as it is at times until the
// next garbage collection. The latter takes 15 seconds, by backOff.
const (
	fewTries    = 6
	memoryTries = 12
)

// try calls once until it succeeds, an error comes that stays, or time is up: that of ctx, or
// if it has none the client's own, counted from the last progress that once tells of.
func (c *Client) try(ctx context.Context, r *Request, once func(context.Context) (progress bool, err error)) error {
	w := c.watch(r)
	defer w.stop()
	limit := c.writeLimit
	if r.isRead() {
		limit = c.readLimit
	}
	part, cancel := within(ctx, limit)
	defer func() { cancel() }()
	unsure := false
	for n := 1; ; n++ {
		progress, err := once(part)
		if err == nil {
			return nil
		}
		if part.Err() != nil {
			return w.over(ctx, limit)
		}
		a := (*again)(nil)
		if !errors.As(err, &a) || a.most > 0 && n >= a.most {
			return doubted(plain(err), unsure)
		}
		unsure = unsure || a.unsure
		if progress {
			n = 1
			cancel()
			part, cancel = within(ctx, limit)
		}
		w.failed(a.error)
		if !a.other || n >= len(c.urls) {
			c.pause(part, max(a.after, backOff(n)))
		}
	}
}

// doubted tells of a refusal that something like it may have been carried out before.
func doubted(err error, unsure bool) error {
	if e := (*Error)(nil); unsure && errors.As(err, &e) {
		e.Unsure = true
	}
	return err
}

// within bounds what has no deadline.
func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, limit)
}

// backOff returns how long is waited after n tries: by chance up to a bound that doubles.
func backOff(n int) time.Duration {
	const least, most = 50 * time.Millisecond, 5 * time.Second
	bound := most
	if n < 8 {
		bound = min(most, least<<(n-1))
	}
	return rand.N(bound)
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// retryAfter returns what the header Retry-After asks for.
func retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if s, err := strconv.Atoi(text); err == nil && s >= 0 && s < 1e6 {
		return time.Duration(s) * time.Second
	}
	if t, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(t))
	}
	return 0
}

// A watch tells of what takes long.
type watch struct {
	r     *Request
	start time.Time

	mu    sync.Mutex
	last  error // what failed
	timer *time.Timer
}

// watchEvery is how often is told what is waited for, after the first time.
const watchEvery = 30 * time.Second

func (c *Client) watch(r *Request) *watch {
	w := &watch{r: r, start: time.Now()}
	if c.onWait == nil {
		return w
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(c.patience, func() { w.tell(c.onWait) })
	return w
}

func (w *watch) tell(onWait func(string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer == nil { // stopped
		return
	}
	why := w.r.doing() + ": no answer yet"
	if w.last != nil {
		why = w.last.Error()
	}
	onWait(fmt.Sprintf("waiting for the cluster for %s: %s", time.Since(w.start).Round(time.Second), why))
	w.timer.Reset(watchEvery)
}

func (w *watch) failed(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = err
}

// stop returns when nothing is told any more.
func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}

// over returns the error of what had no more time: ctx's if it has ended, and what failed last.
func (w *watch) over(ctx context.Context, limit time.Duration) error {
	err := ctx.Err()
	switch {
	case err == nil && w.last != nil:
		return fmt.Errorf("tried for %s: %w", limit, w.last)
	case err == nil:
		return fmt.Errorf("%w: %s: no answer within %s", search.ErrUnavailable, w.r.doing(), limit)
	case w.last == nil || errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", w.r.doing(), err)
	default:
		return fmt.Errorf("%w: %w", err, w.last)
	}
}
