package opensearch_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"dateline/index/opensearch"
	"dateline/search"
)

// instead returns an archive of which the cluster answers requests for paths with a part so while it is not empty.
func instead(t *testing.T, a opensearch.Archive, part string) (opensearch.Archive, *atomic.Value) {
	t.Helper()
	answer := new(atomic.Value)
	answer.Store("")
	a.Client = through(t, func(w http.ResponseWriter, r *http.Request) bool {
		text := answer.Load().(string)
		if text == "" || !strings.Contains(r.URL.Path, part) {
			return true
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, text)
		return false
	})
	return a, answer
}

// TestWatermarks reads how full disks may get.
func TestWatermarks(t *testing.T) {
	a, settings := instead(t, newArchive(t, connect(t)), "_cluster/settings")
	const gb = 1 << 30
	node := opensearch.Node{Disk: 100 * gb, Free: 10 * gb}
	for _, test := range []struct {
		settings         string
		low, flood       opensearch.Watermark
		isLow, isFlooded bool
	}{
		{`{}`, opensearch.Watermark{}, opensearch.Watermark{}, false, false},
		{`{"defaults":{"cluster":{"routing":{"allocation":{"disk":{"threshold_enabled":"true","watermark":{"low":"85%","flood_stage":"95%"}}}}}}}`,
			opensearch.Watermark{Used: 85}, opensearch.Watermark{Used: 95}, true, false},
		{`{"defaults":{"cluster":{"routing":{"allocation":{"disk":{"threshold_enabled":"false","watermark":{"low":"85%","flood_stage":"95%"}}}}}}}`,
			opensearch.Watermark{}, opensearch.Watermark{}, false, false},
		{`{"transient":{"cluster":{"routing":{"allocation":{"disk":{"watermark":{"flood_stage":"0.9"}}}}}},
			"persistent":{"cluster":{"routing":{"allocation":{"disk":{"watermark":{"low":"20GB","flood_stage":"512mb"}}}}}},
			"defaults":{"cluster":{"routing":{"allocation":{"disk":{"threshold_enabled":"true","watermark":{"low":"85%","flood_stage":"95%"}}}}}}}`,
			opensearch.Watermark{Free: 20 * gb}, opensearch.Watermark{Used: 90}, true, true},
		{`{"defaults":{"cluster":{"routing":{"allocation":{"disk":{"threshold_enabled":"true","watermark":{"low":"1024b","flood_stage":"odd"}}}}}}}`,
			opensearch.Watermark{Free: 1024}, opensearch.Watermark{}, false, false},
	} {
		settings.Store(test.settings)
		e, err := a.Examine(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if e.Low != test.low || e.Flood != test.flood || e.Low.IsPassed(node) != test.isLow || e.Flood.IsPassed(node) != test.isFlooded {
			t.Errorf("%s: %+v, %+v, passed: %t, %t", test.settings, e.Low, e.Flood, e.Low.IsPassed(node), e.Flood.IsPassed(node))
		}
	}
}

// TestLacking counts copies that are being made with those that are nowhere.
func TestLacking(t *testing.T) {
	a, health := instead(t, newArchive(t, connect(t)), "_cluster/health/")
	health.Store(`{"status":"yellow","active_shards":4,"unassigned_shards":1,"initializing_shards":2}`)
	if e, err := a.Examine(t.Context()); err != nil || e.Health != "yellow" || e.Lacking != 3 {
		t.Errorf("%+v, %v", e, err)
	}
}

// TestKeepOut keeps articles out, of which some were never there, whether that is published or not.
func TestKeepOut(t *testing.T) {
	a := newArchive(t, connect(t))
	published(t, a, news("a", "b")...)
	for _, ids := range [][]string{{"never", "a", "a"}, {"later", "never"}} {
		w, err := a.OpenWriter(t.Context())
		if err == nil {
			err = w.KeepOut(t.Context(), ids)
		}
		if err == nil && ids[0] == "never" {
			err = w.Publish(t.Context())
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	published(t, a, news("a", "c", "never", "later")...)
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := idsIn(t, r, "shelling"); got != "b c" {
		t.Errorf("there is %s", got)
	}
	if ids, err := r.Removed(t.Context()); err != nil || strings.Join(ids, " ") != "a later never" {
		t.Errorf("removed are %q, %v", ids, err)
	}
	if report, err := r.Verify(t.Context(), true, nil); err != nil || len(report.Findings) > 0 {
		t.Errorf("verify: %+v, %v", report, err)
	}
}

// TestRed has shards of an archive be nowhere: it is not ready before they are back.
func TestRed(t *testing.T) {
	a := newArchive(t, connect(t))
	published(t, a, news("a")...)
	a, health := instead(t, a, "_cluster/health/")
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Ready(); err != nil {
		t.Error(err)
	}
	health.Store(`{"status":"red","unassigned_shards":3}`)
	for _, err := range []error{r.Ready(), r.Check(t.Context())} {
		if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "it is red") {
			t.Errorf("red: %v", err)
		}
	}
	health.Store("")
	if err := r.Ready(); err != nil {
		t.Error(err)
	}
}
