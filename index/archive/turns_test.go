package archive

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/search"
)

// A load is searches that are run at the same time.
type load struct {
	*turns
	t    *testing.T
	wait sync.WaitGroup

	mu             sync.Mutex
	underWay, most int
	begun          map[string]int // how often, by name
	done           []string       // names, in the order they came
}

func newLoad(t *testing.T) *load {
	return &load{turns: newTurns(), t: t, begun: map[string]int{}}
}

// add begins a search that takes so long.
func (l *load) add(name string, takes time.Duration) { l.addFor(l.t.Context(), name, takes) }

func (l *load) addFor(ctx context.Context, name string, takes time.Duration) {
	l.wait.Go(func() {
		err := l.run(ctx, func(ctx context.Context) error { return l.search(ctx, name, takes) })
		if err != nil {
			l.t.Errorf("%s: %v", name, err)
		}
	})
	synctest.Wait()
}

func (l *load) search(ctx context.Context, name string, takes time.Duration) error {
	l.mu.Lock()
	l.underWay++
	l.most = max(l.most, l.underWay)
	l.begun[name]++
	l.mu.Unlock()
	var err error
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		time.Sleep(time.Millisecond) // searches look at their contexts now and then
		err = ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.underWay--
	if err == nil {
		l.done = append(l.done, name)
	}
	return err
}

// has tells whether a search is done.
func (l *load) has(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.done, name)
}

// end waits for all searches, and holds that all turns were given back.
func (l *load) end() {
	l.t.Helper()
	l.wait.Wait()
	if len(l.quick) > 0 || len(l.slow) > 0 {
		l.t.Errorf("%d quick turns and %d slow ones were not given back", len(l.quick), len(l.slow))
	}
}

func TestTurnsComeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoad(t)
		l.add("first", 10*time.Millisecond)
		for range cap(l.quick) - 1 {
			l.add("other", patience)
		}
		var want []string
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			l.add(name, time.Millisecond)
			want = append(want, name)
		}
		l.end()
		if got := l.done[1 : 1+len(want)]; !slices.Equal(got, want) {
			t.Errorf("they came in the order %v", got)
		}
	})
}

// However many slow searches there are, few are under way at once, quick ones need not
// wait for them, and all are done.
func TestSlowSearchesWaitForOneAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const takes = 10 * time.Second
		l := newLoad(t)
		slow := 5 * cap(l.quick)
		begun := time.Now()
		for range slow {
			l.add("slow", takes)
		}
		l.add("quick", time.Millisecond)
		for !l.has("quick") {
			time.Sleep(time.Millisecond)
		}
		if took, most := time.Since(begun), 6*patience; took > most {
			t.Errorf("the quick one took %v, want at most %v", took, most)
		}
		l.end()
		if len(l.done) != slow+1 || l.most != 2*cap(l.quick) {
			t.Errorf("%d are done, at most %d at once, want %d, %d", len(l.done), l.most, slow+1, 2*cap(l.quick))
		}
		if l.begun["slow"] > 2*slow {
			t.Errorf("%d searches were begun %d times", slow, l.begun["slow"])
		}
	})
}

// A slow search that is in nobody's way is not begun anew.
func TestSlowSearchesGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoad(t)
		for range 2 * cap(l.quick) {
			l.add("slow", time.Minute)
			time.Sleep(2 * patience)
		}
		l.end()
		if n := l.begun["slow"]; n != 2*cap(l.quick) {
			t.Errorf("%d searches were begun %d times", 2*cap(l.quick), n)
		}
	})
}

// A quick search waits for no slow ones that began a moment before, though nobody waited
// when they had been for too long.
func TestQuickSearchesWaitNotForSlowOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoad(t)
		for range 2 * cap(l.quick) {
			l.add("slow", 10*time.Second)
		}
		time.Sleep(mostLost - 2*patience)
		begun := time.Now()
		l.add("quick", time.Millisecond)
		for !l.has("quick") {
			time.Sleep(time.Millisecond)
		}
		if took, most := time.Since(begun), patience+5*time.Millisecond; took > most {
			t.Errorf("the quick one was done after %v, want at most %v", took, most)
		}
		l.end()
	})
}

// A search that was under way for long is not begun anew for a quick one.
func TestLateSearchesGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoad(t)
		n := 2 * cap(l.quick)
		begun := time.Now()
		for range n {
			l.add("slow", 10*time.Second)
		}
		time.Sleep(9 * time.Second)
		l.add("quick", time.Millisecond)
		l.end()
		if l.begun["slow"] != n || len(l.done) != n+1 {
			t.Errorf("%d searches were begun %d times, %d are done", n, l.begun["slow"], len(l.done))
		}
		if took, most := time.Since(begun), 10*time.Second+patience+time.Millisecond; took > most {
			t.Errorf("the last was done after %v, want at most %v", took, most)
		}
	})
}

// Where late searches have all turns, a quick one waits for the first of them to be done,
// and then a patience for each before it.
func TestQuickSearchesWaitForOneLateSearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoad(t)
		begun := time.Now()
		l.add("first", 5*time.Second)
		for range 2*cap(l.quick) - 1 {
			l.add("slow", 10*time.Second)
		}
		time.Sleep(4 * time.Second)
		const before = 3
		for range before {
			l.add("next", 10*time.Second)
		}
		l.add("quick", time.Millisecond)
		for !l.has("quick") {
			time.Sleep(time.Millisecond)
		}
		// Another late search changes turns in less than a patience.
		const most = 5*time.Second + (1+before)*(patience+2*time.Millisecond)
		if took := time.Since(begun); took > most || !l.has("first") {
			t.Errorf("the quick one was done after %v, want at most %v", took, most)
		}
		l.end()
	})
}

// For one that waits one search is given up, though others are as late.
func TestNoMoreAreGivenUpThanWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 4
		l := newLoad(t)
		l.turns = &turns{quick: make(turn, n), slow: make(turn, n)}
		for range n {
			l.add("slow", time.Second)
		}
		time.Sleep(patience + time.Millisecond) // they have slow turns
		for range n {
			l.add("slow", time.Second)
		}
		for range 2 {
			l.add("quick", time.Millisecond)
		}
		l.end()
		if got := l.begun["slow"]; got != 2*n+2 {
			t.Errorf("%d searches were begun %d times, want 2 of them anew", 2*n, got)
		}
	})
}

// A search that has less time left than it had is not begun anew.
func TestSearchesThatEndSoonGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoad(t)
		n := cap(l.quick)
		for range n {
			l.add("slow", time.Second)
		}
		time.Sleep(patience + time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), patience*19/10)
		defer cancel()
		for range n {
			l.addFor(ctx, "soon", patience*3/2)
		}
		l.add("quick", time.Millisecond)
		l.end()
		if got := l.begun["soon"]; got != n {
			t.Errorf("%d searches were begun %d times", n, got)
		}
	})
}

// Who gets no slow turn while there is time for a search is told so.
func TestSlowTurnsAreNotWaitedForInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := newTurns()
		for range cap(all.slow) {
			all.slow <- struct{}{}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begun := time.Now()
		err := all.waitSlow(ctx)
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took != 5*time.Second {
			t.Errorf("got %v after %v", err, took)
		}
	})
}

func TestQuickTurnsAreNotWaitedForInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoad(t)
		for range cap(l.quick) {
			l.add("first", patience/2)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := l.run(ctx, func(context.Context) error { t.Error("it was run"); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that it was cancelled", err)
		}
		l.end()
	})
}

// What is asked in a turn waits for no other of the same archive.
func TestTurnsInTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own, other := &turns{quick: make(turn, 1)}, &turns{quick: make(turn, 1)}
		var taken int
		err := own.run(t.Context(), func(ctx context.Context) error {
			return own.run(ctx, func(ctx context.Context) error {
				return other.run(ctx, func(context.Context) error {
					taken = len(other.quick)
					return nil
				})
			})
		})
		if err != nil || taken != 1 {
			t.Errorf("%d turns of the other archive were taken (%v), want 1", taken, err)
		}
	})
}

// Work that was given up is begun anew, though it does not say that anything is wanting.
func TestWorkIsNotHalfDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoad(t)
		l.turns = &turns{quick: make(turn, 1), slow: make(turn, 1)}
		l.add("slow", time.Second)
		time.Sleep(patience + time.Millisecond) // it has the slow turn
		begun, whole := 0, false
		l.wait.Go(func() {
			err := (&Reader{turns: l.turns}).Turn(t.Context(), func(ctx context.Context) error {
				begun++
				time.Sleep(2 * patience)
				whole = ctx.Err() == nil
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		l.add("quick", time.Millisecond)
		l.end()
		if begun != 2 || !whole {
			t.Errorf("it was begun %d times, the last time whole: %t", begun, whole)
		}
	})
}

// A search that fails is not begun anew, and one that panics gives its turn back.
func TestTurnsOfSearchesThatFail(t *testing.T) {
	all, bad, begun := newTurns(), errors.New("bad"), 0
	err := all.run(t.Context(), func(context.Context) error { begun++; return bad })
	if !errors.Is(err, bad) || begun != 1 {
		t.Errorf("got %v after it was begun %d times", err, begun)
	}
	func() {
		defer func() { recover() }()
		all.run(t.Context(), func(context.Context) error { panic(bad) })
	}()
	if len(all.quick) > 0 {
		t.Error("a turn was not given back")
	}
}

// Where more wait than can be answered in time, one more is refused at once, and is not begun.
func TestTooManyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoad(t)
		ctx, cancel := context.WithCancel(t.Context())
		all := cap(l.quick) + cap(l.slow) + mostWaiting*cap(l.quick)
		var waiting sync.WaitGroup
		for i := range all {
			if i == cap(l.quick) {
				time.Sleep(patience + time.Millisecond) // the first have slow turns
			}
			waiting.Go(func() {
				l.run(ctx, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
			})
			synctest.Wait()
		}
		err := l.run(t.Context(), func(context.Context) error { t.Error("it is begun"); return nil })
		if !errors.Is(err, search.ErrUnavailable) {
			t.Errorf("one too many: %v", err)
		}
		cancel()
		waiting.Wait()
		l.add("later", time.Millisecond)
		l.end()
	})
}
