package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"dateline/index"
	"dateline/search"
)

// A lyingEngine indexes something else than it was given.
type lyingEngine struct {
	Engine
	lie func(*index.Entry)
}

func (e *lyingEngine) Put(ctx context.Context, entries []index.Entry) error {
	var told []index.Entry
	for _, entry := range entries {
		e.lie(&entry)
		told = append(told, entry)
	}
	return e.Engine.Put(ctx, told)
}

// What is wrong in an index whose checksums are right is found article by article.
func TestVerifyDeep(t *testing.T) {
	for name, engines := range map[string]Engines{"fake": fakeEngines(), "bleve": bleveEngines()} {
		for what, lie := range map[string]func(*index.Entry){
			"":         func(*index.Entry) {},
			"a word":   func(e *index.Entry) { e.Text = strings.Replace(e.Text, "Two", "Ten", 1) },
			"a person": func(e *index.Entry) { e.Mentions = nil },
			"a source": func(e *index.Entry) { e.Source = "Another" },
			"the ref":  func(e *index.Entry) { e.Ref++ },
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				d := newDesk(t)
				d.Engines = engines
				d.Engines.Create = func(work, from string, o EngineOptions) (Engine, error) {
					e, err := engines.Create(work, from, o)
					return &lyingEngine{e, func(e *index.Entry) {
						if e.ID == "b" {
							lie(e)
						}
					}}, err
				}
				d.index(article("a", "One."), article("b", "Two."), article("c", "Three."))
				d.write(func(w *Writer) { d.must(w.Remove(t.Context(), []string{"c"}, false)); d.must(w.Publish(t.Context())) })
				d.sound()
				report, err := VerifyDeep(t.Context(), d.dir, d.Options, nil)
				d.must(err)
				if what == "" {
					if len(report.Findings) > 0 {
						t.Errorf("found %v of what is right", report.Findings)
					}
					return
				}
				if len(report.Findings) == 0 || report.Findings[0].File != "gen-000002/index" ||
					!strings.Contains(report.Findings[0].Problem, "article b: ") {
					t.Errorf("found %v", report.Findings)
				}
			})
		}
	}
}

// An index that may be damaged is opened in another process first, and one that dies of it is
// damage: told by VerifyDeep, gone around by Repair.
func TestTry(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	d.index(article("b", "Two."))
	var tried []string
	d.Try = func(ctx context.Context, dir, generation string) error {
		tried = append(tried, generation)
		if generation == "gen-000002" {
			return errors.New("signal: bus error")
		}
		return TryOpen(ctx, dir, generation, d.Options)
	}
	report, err := VerifyDeep(t.Context(), d.dir, d.Options, nil)
	d.must(err)
	if len(report.Findings) != 1 || report.Findings[0].Problem != "signal: bus error" {
		t.Errorf("found %v", report.Findings)
	}
	d.must(os.Remove(d.dir + "/CURRENT"))
	d.repair()
	if got := fmt.Sprint(tried); got != "[gen-000002 gen-000002 gen-000001 gen-000003]" {
		t.Errorf("tried %s", got)
	}
	d.holds(map[string]string{"a": "One.", "b": "Two."})
}

// What is published while the archive is read is held against articles too.
func TestVerifyDeepBesideWriter(t *testing.T) {
	d := newDesk(t)
	fake := d.Engines.Create
	d.Engines.Create = func(work, from string, o EngineOptions) (Engine, error) {
		e, err := fake(work, from, o)
		return &lyingEngine{e, func(e *index.Entry) { e.Source = "Another" }}, err
	}
	d.index(article("a", "One."))
	publish := sync.OnceFunc(func() { d.index(article("b", "Two.")) })
	report, err := VerifyDeep(t.Context(), d.dir, d.Options, func(done, _ int64) { publish() })
	d.must(err)
	if got := fmt.Sprint(report.Findings); !strings.Contains(got, "article a: ") || !strings.Contains(got, "article b: ") {
		t.Errorf("found %v", got)
	}
}

// A generation that a writer drops while it is read is no damage, and is not passed over.
func TestVerifyDeepOfDropped(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."), article("b", "Two."))
	o := d.Options
	o.Try = func(context.Context, string, string) error { d.purge("b"); return nil }
	report, err := VerifyDeep(t.Context(), d.dir, o, nil)
	if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "dropped gen-000001") {
		t.Errorf("found %v, %v", report, err)
	}
}

// What was wrong in a file when it was sealed is found in generations before the current one too.
func TestVerifyDeepOlder(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	d.index(article("a", "One."), article("b", "Two."))
	d.Engines.CheckFile = func(dir, file string) error {
		if strings.Contains(dir, "gen-000001/") {
			return fmt.Errorf("%s: the checksum is another", file)
		}
		return nil
	}
	report, err := VerifyDeep(t.Context(), d.dir, d.Options, nil)
	d.must(err)
	if len(report.Findings) == 0 || !strings.HasPrefix(report.Findings[0].File, "gen-000001/index/") {
		t.Errorf("found %v, want what is wrong in gen-000001", report.Findings)
	}
}
