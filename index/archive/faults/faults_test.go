package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Each row is tried a few times. make soak tries them often.
func TestRows(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	dir := t.TempDir()
	binary, err := build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	var out, notes bytes.Buffer
	l := &lab{ctx: t.Context(), binary: binary, raced: binary, dir: dir, seed: seed, workers: 4, notes: &notes}
	n := amounts{kills: 4 * killsEach, cuts: 6, damages: 30, runs: 4, steps: 1, soak: 3 * time.Second}
	if err := l.rows(strings.Split("kill power damage running limits soak", " "), n, &out); err != nil {
		t.Errorf("%v\n%s%s", err, &out, &notes)
	}
	t.Logf("\n%s%s", &out, &notes)
}

// A model tells what is missing, what is older than was acknowledged, and what was never sent.
func TestModel(t *testing.T) {
	sent := func() *model {
		m := newModel()
		m.send("a", "one")
		m.acknowledge("a")
		m.send("a", "two")
		m.send("b", "other")
		return m
	}
	for _, c := range []struct {
		found map[string]string
		bad   string
	}{
		{map[string]string{"a": "one"}, ""},
		{map[string]string{"a": "two", "b": "other"}, ""},
		{map[string]string{"b": "other"}, "acknowledged"},
		{map[string]string{"a": "none"}, "acknowledged"},
		{map[string]string{"a": "one", "c": "?"}, "never sent"},
	} {
		err := sent().check(c.found)
		if (err == nil) != (c.bad == "") || err != nil && !strings.Contains(err.Error(), c.bad) {
			t.Errorf("%v: %v, want %q", c.found, err, c.bad)
		}
	}
	m := sent()
	if err := m.check(map[string]string{"a": "two"}); err != nil {
		t.Fatal(err)
	}
	if m.check(map[string]string{"a": "one"}) == nil {
		t.Error("what was found once is lost, and that is not told")
	}
}

// traced is what a program did that wrote a file and renamed it, and synced neither its new name
// nor the last that it wrote.
const traced = `7 openat(AT_FDCWD</>, "/top/f.tmp", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 3</top/f.tmp>
7 write(3</top/f.tmp>, "one\n\0\"", 6) = 6
7 fsync(3</top/f.tmp> <unfinished ...>
8 write(1</out>, "said", 4) = 4
7 <... fsync resumed>) = 0
7 openat(AT_FDCWD</>, "/top", O_RDONLY|O_CLOEXEC) = 4</top>
7 fsync(4</top>) = 0
7 renameat(AT_FDCWD</>, "/top/f.tmp", AT_FDCWD</>, "/top/f") = 0
7 write(3</top/f>, "two", 3) = 3
7 openat(AT_FDCWD</>, "/top/none", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)
`

// What was not synced is lost, kept to a moment, or in part.
func TestHistory(t *testing.T) {
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	if err := os.WriteFile(trace, []byte(traced), 0o644); err != nil {
		t.Fatal(err)
	}
	h := newHistory("/top")
	said := 0
	if err := h.read(trace, func(data string) {
		if data == "said" {
			said = h.now
		}
	}); err != nil {
		t.Fatal(err)
	}
	if said != 3 {
		t.Errorf("the other file was written at %d, want 3", said)
	}
	random := rand.New(rand.NewPCG(1, 1))
	for i := range 200 {
		model := i % len(models)
		left := filepath.Join(dir, "left")
		if err := h.rebuild(left, models[model].keep(h, h.now, random)); err != nil {
			t.Fatal(err)
		}
		files, err := contents(left)
		if err != nil {
			t.Fatal(err)
		}
		old, now := string(files["f.tmp"]), string(files["f"])
		switch {
		case len(files) != 1, model == 0 && old != "one\n\x00\"", !strings.HasPrefix(old+now, "one\n\x00\""):
			t.Fatalf("%s: %q", models[model].name, files)
		}
		if err := os.RemoveAll(left); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.rebuild(filepath.Join(dir, "none"), models[0].keep(h, 2, random)); err != nil {
		t.Fatal(err)
	}
	if files, err := contents(filepath.Join(dir, "none")); err != nil || len(files) != 0 {
		t.Errorf("before the folder is synced there is %q: %v", files, err)
	}
}

// A file that is gone is missing, and so is what was cut from a journal and kept nowhere.
func TestMissing(t *testing.T) {
	files := func(all ...string) map[string][]byte {
		m := map[string][]byte{}
		for i := 0; i < len(all); i += 2 {
			m[all[i]] = []byte(all[i+1])
		}
		return m
	}
	before := files("journal", "abcd", "gen-000001/SEAL", "seal")
	for want, after := range map[string]map[string][]byte{
		"":                  files("journal", "abcdef", "gen-000001/SEAL", "seal"),
		"journal from 2 on": files("journal", "ab", "gen-000001/SEAL", "seal"),
		"gen-000001/SEAL":   files("journal", "abcd"),
	} {
		if got := strings.Join(missing(before, after), " "); got != want {
			t.Errorf("%q is missing of %q, want %q", got, after, want)
		}
	}
	if got := missing(before, files("journal", "ab", "aside/journal", "abcd", "aside/SEAL", "seal")); len(got) > 0 {
		t.Errorf("%q is missing, and was moved aside", got)
	}
}
