package opensearch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"

	"dateline/index/opensearch/client"
	"dateline/search"
)

// A writer's lock is a document that it writes anew every beat. Who finds one that stays as it is for
// deadAfter, by its own clock, takes it over. A writer that hung for so long finds out before it writes:
// it has the cluster tell whether the lock is still its own where the last beat is older than
// trustFor. What it had sent already is refused, see Writer.fence.
const beat = 5 * time.Second

var (
	trustFor  = 20 * time.Second
	deadAfter = 30 * time.Second
)

// A holding is who holds an archive.
type holding struct {
	ID      string    `json:"id"`
	Host    string    `json:"host"`
	Machine string    `json:"machine,omitempty"` // on which PID is; empty: it can't be told
	PID     int       `json:"pid"`
	Since   time.Time `json:"since"`
	Beat    time.Time `json:"beat"`
}

func (h *holding) String() string {
	s := fmt.Sprintf("process %d on %s, since %s", h.PID, h.Host, h.Since.Local().Format(time.DateTime))
	if !h.isRecent() {
		s += ", last heard of at " + h.Beat.Local().Format(time.DateTime)
	}
	return s
}

// isRecent tells whether a holder has written the lock just now, as far as clocks of two machines tell.
func (h *holding) isRecent() bool {
	age := time.Since(h.Beat)
	return 0 <= age && age < 2*beat
}

// isDead tells whether a holder is known to be no more.
func (h *holding) isDead() bool {
	return h.Machine != "" && h.Machine == machine() && !isRunning(h.PID)
}

// A lock is held until it is released.
type lock struct {
	*Archive
	holding holding
	stop    context.CancelFunc
	beating sync.WaitGroup

	mu    sync.Mutex
	known time.Time // when it was known last that it is held
	lost  error     // why it is no longer held
}

const lockID = "lock"

// takeLock locks the archive for writing.
func (a *Archive) takeLock(ctx context.Context) (*lock, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC()
	l := &lock{Archive: a, holding: holding{
		ID: fmt.Sprintf("%016x", rand.Uint64()), Host: host, Machine: machine(), PID: os.Getpid(), Since: now,
	}}
	var other watched
	for taken := false; !taken; {
		if taken, err = l.take(ctx, &other); err != nil {
			return nil, err
		}
	}
	beating, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	l.beating.Go(func() { l.beat(beating) })
	return l, nil
}

// A watched is the lock of another, which is watched for signs of life.
type watched struct {
	is    version
	since time.Time
}

// take tries to take the lock. It is to be tried again where another gave it free meanwhile, or is
// watched.
func (l *lock) take(ctx context.Context, w *watched) (bool, error) {
	var other holding
	was, err := l.read(ctx, "lock", lockID, &other)
	switch {
	case client.IsMissing(err):
		err = l.put(ctx, nil)
	case err != nil:
	case other.ID == l.holding.ID: // an answer was lost
		return true, nil
	case other.isDead() || was == w.is && time.Since(w.since) > deadAfter:
		err = l.put(ctx, &was)
	case other.isRecent() || w.is != (version{}) && was != w.is:
		return false, fmt.Errorf("%w: it is being written by %s; try again when that ends", search.ErrUnavailable, &other)
	default:
		return false, w.watch(ctx, l, was, &other)
	}
	if client.IsConflict(err) {
		return false, ctx.Err()
	}
	return err == nil, err
}

// watch waits for a sign of life of another's lock.
func (w *watched) watch(ctx context.Context, l *lock, is version, other *holding) error {
	if w.is != is {
		w.is, w.since = is, time.Now()
		l.Client.Tell(fmt.Sprintf("waiting up to %s for a sign of life of %s, which holds the lock of the archive %s", deadAfter, other, l.Name))
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(deadAfter / 30):
		return nil
	}
}

// put writes the lock: where there is none, or over that of a version.
func (l *lock) put(ctx context.Context, was *version) error {
	sent := time.Now().Round(0) // by a clock that goes on while the machine sleeps
	h := l.holding
	h.Beat = sent.UTC()
	doc, err := keeping("lock", 0, h)
	if err != nil {
		return err
	}
	if _, err := l.write(ctx, "lock", lockID, doc, was == nil, was); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known = sent
	return nil
}

// beat writes the lock anew until ctx is done.
func (l *lock) beat(ctx context.Context) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		l.renew(ctx) // whether that has failed is seen by when it did not
	}
}

// renew writes the lock anew where it is still ours.
func (l *lock) renew(ctx context.Context) error {
	for {
		var is holding
		was, err := l.read(ctx, "lock", lockID, &is)
		switch {
		case client.IsMissing(err):
			return l.lose(fmt.Errorf("%w: the lock of the archive %s is gone: another process took it meanwhile, or somebody deleted it", search.ErrUnavailable, l.Name))
		case err != nil:
			return err
		case is.ID != l.holding.ID:
			return l.lose(fmt.Errorf("%w: the archive %s was taken over by %s", search.ErrUnavailable, l.Name, &is))
		}
		if err = l.put(ctx, &was); !client.IsConflict(err) { // with another renewal
			return err
		}
	}
}

func (l *lock) lose(why error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost = why
	return why
}

// held returns an error where the lock is no longer held, or it is not known.
func (l *lock) held(ctx context.Context) error {
	l.mu.Lock()
	lost, age := l.lost, time.Since(l.known)
	l.mu.Unlock()
	if lost != nil || 0 <= age && age < trustFor {
		return lost
	}
	return l.renew(ctx)
}

// release gives the lock free.
func (l *lock) release(ctx context.Context) error {
	l.stop()
	l.beating.Wait()
	for {
		var is holding
		was, err := l.read(ctx, "lock", lockID, &is)
		if err == nil && is.ID != l.holding.ID {
			return nil
		}
		if err == nil {
			r := client.Request{Method: "DELETE", Path: l.index("lock") + "/_doc/" + lockID, Query: was.query()}
			err = l.Client.Do(ctx, r, nil)
		}
		switch {
		case client.IsMissing(err), errors.Is(err, context.Canceled):
			return nil
		case !client.IsConflict(err): // with a renewal that came late
			return err
		}
	}
}

// machine tells this machine, since it was started, and what numbers its processes from others and other
// containers; empty: it can't be told.
func machine() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	numbers, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(boot)) + " " + numbers
}
