package archive

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// full returns turns that are all taken, and what gives the first back.
func full(t *testing.T) (all turns, done func()) {
	t.Helper()
	all = newTurns()
	for range cap(all) {
		var err error
		if done, err = all.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return all, done
}

func TestTurnsComeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all, done := full(t)
		var came []int
		for i := range 5 {
			go func() {
				next, err := all.wait(t.Context())
				if err != nil {
					t.Error(err)
				}
				came = append(came, i)
				next()
			}()
			synctest.Wait()
		}
		if len(came) > 0 {
			t.Errorf("%v came before their turn", came)
		}
		done()
		synctest.Wait()
		if !slices.Equal(came, []int{0, 1, 2, 3, 4}) {
			t.Errorf("they came in the order %v", came)
		}
	})
}

// Searches that take long hold up others for a while only.
func TestTurnsHaveAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all, done := full(t)
		begun := time.Now()
		next, err := all.wait(t.Context())
		if err != nil || time.Since(begun) != patience {
			t.Errorf("waited for %v, %v, want %v", time.Since(begun), err, patience)
		}
		next()
		if len(all) != cap(all) {
			t.Error("who had no turn gave one back")
		}
		done()
		if _, err := all.wait(t.Context()); err != nil || time.Since(begun) != patience {
			t.Errorf("a turn that was given back was not taken at once: %v", err)
		}
	})
}

func TestTurnsAreNotWaitedForInVain(t *testing.T) {
	all, _ := full(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := all.wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}
