package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"dateline/search"
)

// Metrics counts what a server does, as Prometheus reads it. They tell no query and no name
// but those of collections. A nil *Metrics counts nothing.
type Metrics struct {
	set *metrics.Set

	mu      sync.Mutex
	damaged map[string]bool
}

// NewMetrics returns metrics in which nothing is counted yet.
func NewMetrics() *Metrics {
	return &Metrics{set: metrics.NewSet(), damaged: map[string]bool{}}
}

// request counts a request that was answered, and whether the answer was broken off.
func (m *Metrics) request(rec *recorder, took time.Duration) {
	if m == nil {
		return
	}
	route := cmp.Or(rec.route, noRoute)
	m.set.GetOrCreateCounter(fmt.Sprintf(`dateline_requests_total{route=%q,status="%d"}`, route, rec.status)).Inc()
	if rec.broken {
		m.set.GetOrCreateCounter(fmt.Sprintf(`dateline_broken_total{route=%q}`, route)).Inc()
	}
	m.set.GetOrCreatePrometheusHistogram(fmt.Sprintf(`dateline_request_seconds{route=%q}`, route)).Update(took.Seconds())
}

// searched counts a search for articles, which failed or did not. One that was cancelled did
// neither: who asked is gone, or it is begun anew.
func (m *Metrics) searched(took time.Duration, err error) {
	if m == nil || errors.Is(err, context.Canceled) {
		return
	}
	m.set.GetOrCreateCounter(fmt.Sprintf(`dateline_searches_total{failed="%t"}`, err != nil)).Inc()
	m.set.GetOrCreatePrometheusHistogram(`dateline_search_seconds`).Update(took.Seconds())
}

// Damaged notes whether damage was found in a collection, or in the only archive, "".
func (m *Metrics) Damaged(collection string, found bool) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.damaged[collection] = found
}

// Reading notes whether articles are read, where they are to be while they are served.
func (m *Metrics) Reading(on bool) {
	if m == nil {
		return
	}
	n := 0.0
	if on {
		n = 1
	}
	m.set.GetOrCreateGauge("dateline_reading", nil).Set(n)
}

// Handler returns what answers on a listener of its own: /metrics, and the health of a
// server with these options. It asks nobody to log in.
func (m *Metrics) Handler(o Options) http.Handler {
	archives := map[string]search.Archive{}
	for _, c := range o.Collections {
		archives[c.Name] = c.Archive
	}
	if len(archives) == 0 {
		archives[""] = o.Archive
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		m.write(r.Context(), w, archives, o.Version)
	})
	server := New(Options{Archive: o.Archive, Collections: o.Collections, Version: o.Version})
	health := func(w http.ResponseWriter, r *http.Request) {
		r.Host = "localhost" // whatever name it was asked by
		server.ServeHTTP(w, r)
	}
	mux.HandleFunc("GET /healthz", health)
	mux.HandleFunc("GET /readyz", health)
	return mux
}

func (m *Metrics) write(ctx context.Context, w http.ResponseWriter, archives map[string]search.Archive, version string) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	m.mu.Lock()
	damaged := maps.Clone(m.damaged)
	m.mu.Unlock()
	now := metrics.NewSet() // sorts them: all of a name are to stand together
	gauge := func(name, collection string, v uint64) {
		now.NewGauge(fmt.Sprintf("%s{collection=%q}", name, collection), nil).Set(float64(v))
	}
	for name, archive := range archives {
		readable, broken := uint64(0), uint64(0)
		if res, err := ready(ctx, archive); err == nil {
			readable = 1
			gauge("dateline_articles", name, uint64(res.Total))
			if n, ok := number64(res.Generation); ok {
				gauge("dateline_generation", name, n)
			}
		}
		if damaged[name] {
			broken = 1
		}
		gauge("dateline_ready", name, readable)
		gauge("dateline_damaged", name, broken)
	}
	m.set.WritePrometheus(w)
	now.WritePrometheus(w)
	metrics.WriteGaugeUint64(w, fmt.Sprintf(`dateline_info{version=%q}`, version), 1)
	metrics.WriteProcessMetrics(w)
}

// number64 returns the number that a generation's name ends with.
func number64(generation string) (uint64, bool) {
	digits := generation[strings.LastIndexFunc(generation, func(r rune) bool { return r < '0' || r > '9' })+1:]
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil
}
