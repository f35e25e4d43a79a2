package httpapi

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestMetrics(t *testing.T) {
	m := NewMetrics()
	o := Options{Metrics: m, Version: "1.2", Collections: []Collection{
		{Name: "news", Archive: sample()}, {Name: "old", Archive: fails(errors.New("gone"))},
	}}
	h := New(o)
	for range 3 {
		get(t, h, "/c/news/article/h1")
	}
	get(t, h, "/c/news/search?q=secret")
	get(t, h, "/c/news/api/v1/search?q=secret")
	get(t, h, "/c/old/search?q=secret")
	get(t, h, "/c/news/article/nothing")
	get(t, h, "/nowhere?q=secret")
	get(t, h, "/c/secret/search")
	m.Damaged("old", true)
	w := get(t, m.Handler(o), "/metrics", "Host", "prometheus.example")
	body := w.Body.String()
	for _, want := range []string{
		`dateline_requests_total{route="/article/{id}",status="200"} 3`,
		`dateline_requests_total{route="/article/{id}",status="404"} 1`,
		`dateline_requests_total{route="/search",status="200"} 1`,
		`dateline_requests_total{route="/search",status="500"} 1`,
		`dateline_requests_total{route="none",status="404"} 1`,
		`dateline_request_seconds_count{route="/article/{id}"} 4`,
		`dateline_request_seconds_bucket{route="/article/{id}",le="+Inf"} 4`,
		`dateline_searches_total{failed="false"} 2`,
		`dateline_searches_total{failed="true"} 1`,
		`dateline_search_seconds_count 3`,
		`dateline_articles{collection="news"} 1534`,
		`dateline_generation{collection="news"} 42`,
		`dateline_ready{collection="news"} 1`, `dateline_ready{collection="old"} 0`,
		`dateline_damaged{collection="news"} 0`, `dateline_damaged{collection="old"} 1`,
		`dateline_info{version="1.2"} 1`,
		"go_goroutines ", "process_resident_memory_bytes ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not told", want)
		}
	}
	if strings.Contains(body, "secret") {
		t.Errorf("the metrics tell what was asked for: %s", body)
	}
	var names []string
	for l := range strings.Lines(body) {
		if name, _, ok := strings.Cut(l, "{"); ok {
			names = append(names, name)
		}
	}
	names = slices.Compact(names)
	for i, name := range names {
		if strings.HasPrefix(name, "dateline_") && !strings.HasPrefix(name, "dateline_request_seconds") && slices.Contains(names[:i], name) {
			t.Errorf("%s stands in two places", name)
		}
	}
	line := regexp.MustCompile(`^([a-z_]+(\{[^}]*(\{[a-z]+\}[^}]*)?\})? [0-9.eE+-]+|# .*)$`)
	for _, l := range strings.Split(strings.TrimSpace(body), "\n") {
		if !line.MatchString(l) {
			t.Errorf("a line is no metric: %s", l)
		}
	}
	if t.Failed() {
		t.Log(body)
	}
}

// What the listener of metrics answers, and the other does not.
func TestMetricsListener(t *testing.T) {
	o := Options{Metrics: NewMetrics(), Archive: sample(), Users: readUsers(t, usersFile(t, hashed(t, "leila", "swan")))}
	apart := o.Metrics.Handler(o)
	for target, status := range map[string]int{
		"/metrics": 200, "/healthz": 200, "/readyz": 200, "/": 404, "/search": 404, "/api/v1/search": 404,
	} {
		if w := get(t, apart, target, "Host", "prometheus.example"); w.Code != status {
			t.Errorf("%s: status %d", target, w.Code)
		}
	}
	if w := get(t, New(o), "/metrics", "Authorization", basic("leila", "swan")); w.Code != 404 {
		t.Errorf("/metrics where the page is: status %d", w.Code)
	}
	if w := get(t, New(Options{Archive: sample()}), "/search"); w.Code != 200 {
		t.Errorf("without metrics: status %d", w.Code)
	}
}
