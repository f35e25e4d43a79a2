package archive

import (
	"context"
	"runtime"
	"time"
)

// Turns have searches that come at the same time wait for one another, the first come
// first: as many are answered at once as there are processors. Were all answered at
// once, each would take as long as all of them.
type turns chan struct{}

// patience is how long a search waits for its turn. Then those before it are such that
// take long, and it goes on beside them.
const patience = 100 * time.Millisecond

func newTurns() turns { return make(turns, runtime.GOMAXPROCS(0)) }

// wait waits for a turn. The caller calls done when it is over.
func (t turns) wait(ctx context.Context) (done func(), err error) {
	select {
	case t <- struct{}{}: // who waits for a channel is served in order
		return t.next, nil
	default:
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case t <- struct{}{}:
		return t.next, nil
	case <-late.C:
		return func() {}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (t turns) next() { <-t }
