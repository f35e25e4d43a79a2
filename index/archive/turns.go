package archive

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"dateline/search"
)

// Turns have searches that come at the same time wait for one another. Most are quick:
// each begins with a quick turn, the first come first. One that is not done in time goes
// on with a slow turn. There are as many turns of each kind as processors, so that
// no more than twice as many searches are under way, and hold memory. Where all slow
// turns are taken and others wait for a quick one, it is given up, and begins anew with
// the next slow turn: so slow searches wait for one another, and quick ones not for
// them.
//
// But a search is given up only while no more than mostLost is lost by that, and more time
// is left than it has had. Then it keeps its quick turn until it is done or a slow one is
// free. So a quick search that comes when such searches have all turns waits until the
// first of them is done or its context ends it; and then for a patience each of those
// before it, as these are given up while others wait.
type turns struct {
	quick, slow turn
	waiting     atomic.Int32 // for a quick turn

	mu      sync.Mutex // guards what beginners change
	leaving int        // searches that are given up and still have quick turns
}

const (
	// patience is how long a search has a quick turn for certain.
	patience = 50 * time.Millisecond

	// mostLost is how long a search may have been under way that is begun anew.
	mostLost = time.Second

	// mostWaiting is how many searches may wait for a quick turn, for each that there is: more
	// would not be done in the time that servers give them, and hold memory meanwhile.
	mostWaiting = 100
)

func newTurns() *turns {
	return &turns{quick: newTurn(), slow: newTurn()}
}

// errBusy tells that a search is not even begun.
var errBusy = fmt.Errorf("%w: too many searches wait", search.ErrUnavailable)

// A turn is had by as many at once as there are processors. Who waits for it gets it in
// order.
type turn chan struct{}

func newTurn() turn { return make(turn, runtime.GOMAXPROCS(0)) }

func (t turn) enter(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) leave() { <-t }

// inTurn is the key of the turns of which a context has one.
type inTurn struct{}

// run runs a search, perhaps twice, which ends early when its context is cancelled. The
// error is the search's; that of ctx where it got no turn in time; or search.ErrUnavailable
// where too many wait for one. What is run with the
// search's own context is part of it, and waits for no turn.
func (t *turns) run(ctx context.Context, search func(context.Context) error) error {
	if ctx.Value(inTurn{}) == t {
		return search(ctx)
	}
	ctx = context.WithValue(ctx, inTurn{}, t)
	givenUp, err := t.briefly(ctx, search)
	if !givenUp {
		return err
	}
	if err := t.waitSlow(ctx); err != nil {
		return err
	}
	defer t.slow.leave()
	return search(ctx)
}

// briefly runs a search with a quick turn, and tells whether it was given up.
func (t *turns) briefly(ctx context.Context, search func(context.Context) error) (givenUp bool, err error) {
	if err := t.waitQuick(ctx); err != nil {
		return false, err
	}
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	b := &beginner{turns: t, giveUp: cancel, turn: t.quick, leaveBy: leaveBy(ctx)}
	b.begin()
	defer b.end()
	err = search(own)
	return errors.Is(err, context.Canceled) && ctx.Err() == nil, err
}

// leaveBy returns until when a search that begins now may be given up.
func leaveBy(ctx context.Context) time.Time {
	after := mostLost
	if end, ok := ctx.Deadline(); ok {
		after = min(after, time.Until(end)/2)
	}
	return time.Now().Add(after)
}

func (t *turns) waitQuick(ctx context.Context) error {
	select {
	case t.quick <- struct{}{}:
		return nil
	default:
	}
	defer t.waiting.Add(-1)
	if t.waiting.Add(1) > int32(mostWaiting*cap(t.quick)) {
		return errBusy
	}
	return t.quick.enter(ctx)
}

// waitSlow waits for a slow turn, for no more than half the time that there is: with
// less than the other half a search might not be done.
func (t *turns) waitSlow(ctx context.Context) error {
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/2)
		defer cancel()
	}
	return t.slow.enter(ctx)
}

// A beginner is a search that began with a quick turn. Its turns' mu guards it.
type beginner struct {
	*turns
	giveUp  func()
	leaveBy time.Time // until then it may be given up
	leaves  bool      // it is given up
	turn    turn      // nil when it is over
	timer   *time.Timer
}

func (b *beginner) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.timer = time.AfterFunc(patience, b.late)
}

// late changes the quick turn for a slow one, if it can, or gives the search up, if it may
// and more wait than there are turns that become free.
func (b *beginner) late() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.turn == nil {
		return
	}
	select {
	case b.slow <- struct{}{}:
		b.turn.leave()
		b.turn = b.slow
		return
	default:
	}
	if time.Now().Before(b.leaveBy) && b.leaving < int(b.waiting.Load()) {
		b.leaves = true
		b.leaving++
		b.giveUp()
		return
	}
	b.timer.Reset(patience)
}

// end gives the turn back.
func (b *beginner) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.timer.Stop()
	if b.leaves {
		b.leaving--
	}
	b.turn.leave()
	b.turn = nil
}
