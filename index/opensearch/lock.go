package opensearch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"dateline/index/opensearch/client"
	"dateline/search"
)

// A writer's lock is a document that it writes anew every beat. One whose writer was killed is taken
// over when it was not written for so long; clocks of two machines may differ by the rest. That two
// write all the same, one of which hung, is found by the journal: a batch is only made where there
// is none of its number.
const (
	beat      = 5 * time.Second
	deadAfter = 30 * time.Second
)

// A holding is who holds an archive.
type holding struct {
	ID    string    `json:"id"`
	Host  string    `json:"host"`
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
	Beat  time.Time `json:"beat"`
}

func (h *holding) String() string {
	return fmt.Sprintf("process %d on %s, since %s", h.PID, h.Host, h.Since.Local().Format(time.DateTime))
}

// A lock is held until it is released.
type lock struct {
	*Archive
	holding holding
	stop    context.CancelFunc
	beating sync.WaitGroup

	mu   sync.Mutex
	lost error // why it is no longer held
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
		ID: fmt.Sprintf("%016x", rand.Uint64()), Host: host, PID: os.Getpid(), Since: now, Beat: now,
	}}
	for {
		taken, err := l.take(ctx)
		if err != nil {
			return nil, err
		}
		if taken {
			break
		}
	}
	beating, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	l.beating.Go(func() { l.beat(beating) })
	return l, nil
}

// take tries to take the lock. It is to be tried again where another gave it free meanwhile.
func (l *lock) take(ctx context.Context) (bool, error) {
	doc, err := keeping("lock", 0, l.holding)
	if err != nil {
		return false, err
	}
	var other holding
	was, err := l.read(ctx, "journal", lockID, &other)
	switch {
	case client.IsMissing(err):
		err = l.write(ctx, "journal", lockID, doc, true, nil)
	case err != nil:
	case l.isDead(&other):
		err = l.write(ctx, "journal", lockID, doc, false, &was)
	default:
		return false, fmt.Errorf("%w: the archive %s is being written by %s", search.ErrUnavailable, l.Name, &other)
	}
	if client.IsConflict(err) {
		return false, ctx.Err()
	}
	return err == nil, err
}

// isDead tells whether a holder is no more.
func (l *lock) isDead(h *holding) bool {
	if h.ID == l.holding.ID { // an answer was lost
		return true
	}
	return time.Since(h.Beat) > deadAfter || h.Host == l.holding.Host && !isRunning(h.PID)
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
		if err := l.renew(ctx); err != nil && ctx.Err() == nil {
			l.mu.Lock()
			l.lost = err
			l.mu.Unlock()
		}
	}
}

// renew writes the lock anew where it is still ours.
func (l *lock) renew(ctx context.Context) error {
	var is holding
	was, err := l.read(ctx, "journal", lockID, &is)
	if err == nil && is.ID != l.holding.ID {
		return fmt.Errorf("%w: the archive %s was taken over by %s", search.ErrUnavailable, l.Name, &is)
	}
	if err != nil {
		return nil // the cluster is away; who else writes is found out when it is back
	}
	is.Beat = time.Now().UTC()
	doc, err := keeping("lock", 0, is)
	if err == nil {
		err = l.write(ctx, "journal", lockID, doc, false, &was)
	}
	if client.IsConflict(err) {
		return nil // the next beat looks who it was
	}
	return nil
}

// held returns an error where the lock is no longer held.
func (l *lock) held() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

// release gives the lock free.
func (l *lock) release(ctx context.Context) error {
	l.stop()
	l.beating.Wait()
	var is holding
	was, err := l.read(ctx, "journal", lockID, &is)
	if client.IsMissing(err) || err == nil && is.ID != l.holding.ID {
		return nil
	}
	if err == nil {
		r := client.Request{Method: "DELETE", Path: l.index("journal") + "/_doc/" + lockID, Query: was.query()}
		err = l.Client.Do(ctx, r, nil)
	}
	if client.IsMissing(err) || client.IsConflict(err) || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
