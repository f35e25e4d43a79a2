package httpapi

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Options{Archive: sample(), Rate: 0.5})
		for i := range rateBurst(0.5) {
			if w := askFrom(h, "192.0.2.1:1", "/api/v1/search"); w.Code != 200 {
				t.Fatalf("request %d: status %d", i+1, w.Code)
			}
		}
		w := askFrom(h, "192.0.2.1:2", "/api/v1/search")
		if p := problemOf(t, w); p.Status != 429 || w.Header().Get("Retry-After") != "2" {
			t.Errorf("one too many: status %d, %v", w.Code, w.Header())
		}
		if w := askFrom(h, "192.0.2.1:3", "/"); w.Code != 429 {
			t.Errorf("the page: status %d", w.Code)
		}
		for _, open := range []string{"/healthz", assetURLs["style.css"]} {
			if w := askFrom(h, "192.0.2.1:3", open); w.Code != 200 {
				t.Errorf("%s: status %d", open, w.Code)
			}
		}
		if w := askFrom(h, "192.0.2.2:1", "/"); w.Code != 200 {
			t.Errorf("another asker: status %d", w.Code)
		}
		time.Sleep(2 * time.Second)
		if w := askFrom(h, "192.0.2.1:4", "/"); w.Code != 200 {
			t.Errorf("after Retry-After: status %d", w.Code)
		}
		if w := askFrom(h, "192.0.2.1:4", "/"); w.Code != 429 {
			t.Errorf("what is refused is not paid for twice: status %d", w.Code)
		}
	})
}

func TestRateIsByUser(t *testing.T) {
	users := readUsers(t, usersFile(t, hashed(t, "leila", "swan"), hashed(t, "yusuf", "lake")))
	h := New(Options{Archive: sample(), Users: users, Rate: 0.001})
	for range rateBurst(0.001) {
		get(t, h, "/", "Authorization", basic("leila", "swan"))
	}
	if w := get(t, h, "/", "Authorization", basic("leila", "swan")); w.Code != 429 {
		t.Errorf("status %d", w.Code)
	}
	if w := get(t, h, "/", "Authorization", basic("yusuf", "lake")); w.Code != 200 {
		t.Errorf("another user at the same address: status %d", w.Code)
	}
}

// Who has an IPv6 address has many.
func TestRateIsByNetwork(t *testing.T) {
	h := New(Options{Archive: sample(), Rate: 0.001})
	for range rateBurst(0.001) {
		askFrom(h, "[2001:db8::1]:1", "/")
	}
	if w := askFrom(h, "[2001:db8::2]:1", "/"); w.Code != 429 {
		t.Errorf("the next address of a network: status %d", w.Code)
	}
	if w := askFrom(h, "[2001:db8:0:1::1]:1", "/"); w.Code != 200 {
		t.Errorf("another network: status %d", w.Code)
	}
}

func TestAskersAreBounded(t *testing.T) {
	a := newAskers(1, 1)
	for i := range 5 * maxAskers {
		a.take(fmt.Sprint(i))
	}
	if n := len(a.recent) + len(a.old); n > 2*maxAskers {
		t.Errorf("%d askers are kept", n)
	}
	if wait, _ := a.take(fmt.Sprint(5*maxAskers - 1)); wait == 0 {
		t.Error("the last asker is forgotten")
	}
}
