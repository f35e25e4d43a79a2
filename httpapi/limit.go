package httpapi

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// askers keeps a bucket of tokens for each asker. Those who have not asked for longest are
// forgotten where there are too many: their buckets are full again.
type askers struct {
	per   rate.Limit
	burst int

	mu          sync.Mutex
	recent, old map[string]*rate.Limiter
}

// maxAskers is how many askers recent has, and old.
const maxAskers = 10_000

// newAskers returns buckets that take per tokens a second, and burst at once.
func newAskers(per float64, burst int) *askers {
	return &askers{per: rate.Limit(per), burst: burst, recent: map[string]*rate.Limiter{}}
}

func (a *askers) bucket(asker string) *rate.Limiter {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b := a.recent[asker]; b != nil {
		return b
	}
	b := a.old[asker]
	if b == nil {
		b = rate.NewLimiter(a.per, a.burst)
	}
	if len(a.recent) >= maxAskers {
		a.old, a.recent = a.recent, map[string]*rate.Limiter{}
	}
	a.recent[asker] = b
	return b
}

// take takes a token, and returns how long there will be none; 0 if there was one, which
// giveBack gives back.
func (a *askers) take(asker string) (wait time.Duration, giveBack func()) {
	now := time.Now()
	taken := a.bucket(asker).ReserveN(now, 1)
	giveBack = func() { taken.CancelAt(now) }
	wait = taken.DelayFrom(now)
	if wait > 0 {
		giveBack()
	}
	return wait, giveBack
}

// rateBurst is how many requests may come at once where per a second may: a page asks for
// more than one thing, and who types asks with each letter.
func rateBurst(per float64) int { return max(20, int(math.Ceil(5*per))) }

// askerOf names who asks: a user, or an address where nobody logs in.
func askerOf(r *http.Request) string {
	if user := userOf(r.Context()); user != "" {
		return "user " + user
	}
	return addressOf(r)
}

// limit refuses a request of an asker who has asked too often.
func (s *server) limit(r *http.Request) error {
	if s.rate == nil {
		return nil
	}
	if wait, _ := s.rate.take(askerOf(r)); wait > 0 {
		return tooMany("you ask more often than this server allows", wait)
	}
	return nil
}

// shares count what is in use of something, by asker.
type shares struct {
	most, mostOf int    // of all askers, of one; it is given out until so much is in use
	refused      string // what an asker is told then

	mu  sync.Mutex
	all int
	of  map[string]int
}

// How many streams of an archive may be under way, of all and of one asker: each may take hours.
const (
	maxStreams   = 32
	maxStreamsOf = 8
)

func newStreams() *shares {
	return &shares{
		most: maxStreams, mostOf: maxStreamsOf, of: map[string]int{},
		refused: "too many downloads of all hits are under way; try again when one has ended",
	}
}

// How many bytes of answers may be on their way, of all and of one asker: readers who are slow
// have them kept. Those of the last answer may go beyond.
const (
	maxUnread   = 64 << 20
	maxUnreadOf = maxUnread / 4
)

// smallAnswer is one that is not counted, in bytes: its connection has a buffer as large.
const smallAnswer = 4 << 10

func newUnread() *shares {
	return &shares{
		most: maxUnread, mostOf: maxUnreadOf, of: map[string]int{},
		refused: "too much of earlier answers has not been read yet; read them, or try again soon",
	}
}

// take counts n in, and returns what counts them out. Its error refuses where there is no more.
func (s *shares) take(asker string, n int) (giveBack func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= s.most || s.of[asker] >= s.mostOf {
		return nil, refusal{status: http.StatusServiceUnavailable, detail: s.refused}
	}
	s.all += n
	s.of[asker] += n
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all -= n
		if s.of[asker] -= n; s.of[asker] == 0 {
			delete(s.of, asker)
		}
	}, nil
}

func tooMany(detail string, wait time.Duration) error {
	return refusal{
		status: http.StatusTooManyRequests,
		detail: detail + "; try again soon",
		header: http.Header{"Retry-After": {strconv.Itoa(int(math.Ceil(wait.Seconds())))}},
	}
}
