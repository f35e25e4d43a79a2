package archive

import (
	"context"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"
)

// The limit follows what is in use, and is never above what may be.
func TestLimitMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	for used, want := range map[int64]int64{0: minGarbage, 100 << 20: 100<<20 + minGarbage, 1 << 30: 2 << 30} {
		if got := memoryLimit(used); got != want {
			t.Errorf("of %d in use the limit is %d, want %d", used, got, want)
		}
	}
	for most, highest := range map[int64]int64{0: 1 << 40, 1 << 20: 1 << 20} {
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			go LimitMemory(ctx, most)
			synctest.Wait()
			debug.SetMemoryLimit(before)
			time.Sleep(limitEvery)
			synctest.Wait()
			if got := debug.SetMemoryLimit(-1); got > highest || got == before {
				t.Errorf("at most %d: the limit is %d", most, got)
			}
			stop()
		})
	}
}
