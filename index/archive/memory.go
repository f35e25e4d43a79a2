package archive

import (
	"context"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// GCPercent is what GOGC is best for a process that answers many searches: with the usual
// 100 the 95th percentile of whole pages is a third higher where eight ask at once, as the
// collector works beside them. Measured on 100,000 articles, with no more memory at the
// peak.
const GCPercent = 200

// minGarbage is how many bytes of garbage there may be at least before it is collected. With it
// hostile requests, eight at once on 100,000 articles, have a server hold 440 MB more than at
// rest, and without a bound 650.
const minGarbage = 256 << 20

// limitEvery is how often the bound of garbage is set.
const limitEvery = time.Second

// LimitMemory has a process that answers searches hold no more garbage than it has in use, or
// minGarbage, and no more than so many bytes in all where it can; 0 is any number. It goes on
// until ctx is done.
func LimitMemory(ctx context.Context, most int64) {
	if most == 0 {
		most = math.MaxInt64
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	ticks := time.NewTicker(limitEvery)
	defer ticks.Stop()
	for {
		debug.SetMemoryLimit(min(most, memoryLimit(inUse())))
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

func memoryLimit(used int64) int64 { return used + max(used, minGarbage) }

// inUse returns how many bytes of memory were in use when garbage was last collected.
func inUse() int64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return int64(live[0].Value.Uint64())
}
