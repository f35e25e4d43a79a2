package bleve

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"dateline/corpus"
)

func TestSections(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	data := encodeSections([]section{{"a", []byte("alpha")}, {"empty", nil}, {"b", []byte("beta")}})
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := openSections(path)
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.KeepAlive(f)
	for name, want := range map[string]string{"a": "alpha", "empty": "", "b": "beta"} {
		if got, err := f.read(name); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
	if _, err := f.read("c"); err == nil {
		t.Error("a section that is not there was read")
	}
	if err := f.check(); err != nil {
		t.Error(err)
	}
}

// FuzzSections opens any file as sections: it is refused, or its sections are
// whole. No number in it may make the reader reach outside it.
func FuzzSections(f *testing.F) {
	good := encodeSections([]section{{"a", []byte("alpha")}, {"b", nil}})
	f.Add(good)
	f.Add(good[1:])
	f.Add([]byte(magic + magic))
	f.Add(bytes.Replace(good, []byte(`"size":5`), []byte(`"size":9`), 1))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := openSections(path)
		if err != nil {
			return
		}
		defer runtime.KeepAlive(s)
		for name, e := range s.table {
			section, err := s.read(name)
			if err == nil && !bytes.Contains(data, section) || err == nil && len(section) != e.Size {
				t.Errorf("section %q is not in the file", name)
			}
		}
	})
}

// FuzzDecode decodes any bytes as a column and as strings: they are refused, or
// can be used.
func FuzzDecode(f *testing.F) {
	f.Add(newKeyed([]string{"a", "b"}, newColumn([][]item{{newItem(0, 1, true)}, nil, {newItem(1, 2, false)}})).append(nil))
	f.Add([]byte{1, 0, 0, 0, 255, 255, 255, 255})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &decoder{data: data}
		k := d.keyed()
		if d.err != nil {
			return
		}
		for a := range uint32(k.len()) {
			k.of(a)
		}
		for _, v := range k.values {
			k.with(v)
		}
	})
}

func TestStrings(t *testing.T) {
	for _, want := range [][]string{nil, {"a"}, {"", "غزة", "", "b"}} {
		d := &decoder{data: appendStrings(nil, want)}
		if got := d.strings(); d.err != nil || !slices.Equal(got, want) || len(d.data) > 0 {
			t.Errorf("got %q, %v, want %q", got, d.err, want)
		}
	}
}

func TestColumn(t *testing.T) {
	c := newColumn([][]item{
		{newItem(7, corpus.Low, true), newItem(3, corpus.High, true), newItem(7, corpus.High, false)},
		{},
		{newItem(3, corpus.Medium, false)},
	})
	d := &decoder{data: c.append(nil)}
	for name, c := range map[string]*column{"made": c, "read": d.column()} {
		first := []item{newItem(3, corpus.High, true), join(newItem(7, corpus.High, false), newItem(7, corpus.Low, true))}
		if got := c.of(0); !slices.Equal(got, first) {
			t.Errorf("%s: article 0 has %v, want %v", name, got, first)
		}
		if len(c.of(1)) != 0 || c.len() != 3 {
			t.Errorf("%s: %d articles, %v in the second", name, c.len(), c.of(1))
		}
		three := []item{newItem(0, corpus.High, true), newItem(2, corpus.Medium, false)}
		if got := c.with(3); !slices.Equal(got, three) {
			t.Errorf("%s: 3 is in %v, want %v", name, got, three)
		}
		if got := c.with(5); got != nil {
			t.Errorf("%s: 5 is in %v", name, got)
		}
	}
	if d.err != nil {
		t.Error(d.err)
	}
}

func TestItem(t *testing.T) {
	both := join(newItem(9, corpus.Low, true), newItem(9, corpus.High, false))
	for _, c := range []struct {
		item  item
		level corpus.Level
		exact [3]bool // at low, medium and high
	}{
		{newItem(9, corpus.Low, true), corpus.Low, [3]bool{true, false, false}},
		{newItem(9, corpus.High, true), corpus.High, [3]bool{true, true, true}},
		{newItem(9, corpus.High, false), corpus.High, [3]bool{}},
		{both, corpus.High, [3]bool{true, false, false}},
		{newItem(maxNumber, corpus.Medium, true).with(9), corpus.Medium, [3]bool{true, true, false}},
	} {
		if c.item.number() != 9 || c.item.level() != c.level {
			t.Errorf("%b: number %d, level %s, want 9, %s", c.item, c.item.number(), c.item.level(), c.level)
		}
		for l, want := range c.exact {
			if got := c.item.exact(corpus.Level(l)); got != want {
				t.Errorf("%b: exact at %s is %t", c.item, corpus.Level(l), got)
			}
		}
	}
}

// What fails to be loaded is tried again, what was loaded is not.
func TestLazy(t *testing.T) {
	loads := 0
	l := later(func() (int, error) {
		switch loads++; loads {
		case 1:
			panic("a fault")
		case 2:
			return 0, errors.New("could not be read")
		}
		return 100 + loads, nil
	})
	func() {
		defer func() { recover() }()
		l.get()
	}()
	if n, err := l.get(); err == nil {
		t.Errorf("the second load fails, yet gives %d", n)
	}
	for range 2 {
		if n, err := l.get(); n != 103 || err != nil {
			t.Errorf("got %d, %v of the third load", n, err)
		}
	}
}
