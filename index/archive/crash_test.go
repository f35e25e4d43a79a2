package archive

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dateline/index/bleve"
)

// bleveEngines are those that archives have outside of tests.
func bleveEngines() Engines {
	return EnginesOf(bleve.Create, bleve.Open, bleve.Checks, bleve.CheckFile)
}

// TestChild is the other process of child: it does nothing by itself.
func TestChild(t *testing.T) {
	dir := os.Getenv("DATELINE_TEST_DIR")
	switch os.Getenv("DATELINE_TEST_TASK") {
	case "hold":
		d := newDesk(t)
		d.dir = dir
		d.writer()
		fmt.Println("held")
		time.Sleep(time.Minute) // until it is killed
	case "index":
		childIndexes(t, dir, os.Getenv("DATELINE_TEST_ARG"))
	}
}

// childIndexes puts the articles of a round in an order of its own until it is
// killed, and writes into a log what was acknowledged.
func childIndexes(t *testing.T, dir, round string) {
	d := newDesk(t)
	d.dir, d.disk, d.Engines = dir, nil, bleveEngines()
	log, err := os.OpenFile(dir+".log", os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	d.must(err)
	fmt.Println("began")
	w := d.writer()
	for i := range 1000 {
		id, text := fmt.Sprintf("a%d", i%40), fmt.Sprintf("Text %d of round %s.", i, round)
		d.must(feed(t.Context(), w, article(id, text)))
		_, err := fmt.Fprintf(log, "%s\t%s\n", id, text)
		d.must(err)
		if i%7 == 6 {
			d.must(w.Publish(t.Context()))
		}
	}
}

// A process that is killed at any time loses nothing that was acknowledged, and
// leaves a generation that can be read.
func TestKilled(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	d := newDesk(t)
	d.disk, d.Engines = nil, bleveEngines()
	d.index(article("first", "One."))
	for round := range 10 {
		child := d.child("index", fmt.Sprint(round))
		time.Sleep(time.Duration(random.IntN(700)) * time.Millisecond) // when to kill it
		d.must(child.Process.Kill())
		child.Wait()
		if d.texts()["first"] == "" {
			t.Fatalf("round %d: what was published is gone", round)
		}
		if round%3 == 2 {
			d.index() // else the next child takes up what this one left
			d.logged()
		}
		d.sound()
	}
	d.index()
	d.logged()
	if n := d.logged(); n == 0 {
		t.Error("the children did nothing")
	}
}

// logged holds the archive against the log of the children, and returns how many
// articles that tells of. What was put last may be there without being logged.
func (d *desk) logged() int {
	d.Helper()
	f, err := os.Open(filepath.Clean(d.dir + ".log"))
	d.must(err)
	defer f.Close()
	logged := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		id, text, _ := strings.Cut(lines.Text(), "\t")
		logged[id] = text
	}
	got, newer := d.texts(), 0
	for id, text := range logged {
		if got[id] != text {
			newer++
		}
		if got[id] == "" || number(got[id]) < number(text) {
			d.Errorf("%s is %q, want %q", id, got[id], text)
		}
	}
	if newer > 10 {
		d.Errorf("%d articles are not as they were acknowledged", newer)
	}
	return len(logged)
}

// number orders the texts of the children.
func number(text string) int {
	var i, round int
	fmt.Sscanf(text, "Text %d of round %d.", &i, &round)
	return round*1000 + i
}
