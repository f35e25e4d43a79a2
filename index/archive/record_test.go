package archive

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
)

func TestRefs(t *testing.T) {
	for _, test := range []struct {
		number uint32
		offset int64
	}{{1, 0}, {1, 1}, {2, 1<<32 - 1}, {1<<32 - 1, 1 << 31}} {
		number, offset := place(refOf(test.number, test.offset))
		if number != test.number || offset != test.offset {
			t.Errorf("place of %v is %d, %d", test, number, offset)
		}
	}
	if refOf(1, 0) <= refOf(0, 1<<32-1) || refOf(2, 0) <= refOf(1, 1<<31) {
		t.Error("refs do not ascend")
	}
}

func TestGenerationNames(t *testing.T) {
	for name, want := range map[string]int{
		"gen-000001": 1, "gen-123456": 123456, "gen-1234567": 1234567, "gen-000000": 0, "gen-1": 0,
		"gen-000001.tmp": 0, "gen-0000001": 0, "gen--00001": 0, "CURRENT": 0, "": 0,
	} {
		n, ok := generationNumber(name)
		if ok != (want > 0) || ok && n != want {
			t.Errorf("number of %q is %d, %t; want %d", name, n, ok, want)
		}
	}
}

func TestRecordsOfAnySize(t *testing.T) {
	c := mustCodec(t)
	var file []byte
	var want []int
	for _, n := range []int{0, 1, firstRead - headerSize, firstRead, 3 * firstRead, 1 << 20} {
		d := make([]byte, n)
		for i := range d {
			d[i] = byte('a' + i*i%23)
		}
		var err error
		if file, err = c.append(file, articleKind, string(d)); err != nil {
			t.Fatal(err)
		}
		want = append(want, n)
	}
	var got []int
	for at := int64(0); ; {
		rec, err := readRecord(bytes.NewReader(file), at)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		var s string
		if err := c.decode(rec, articleKind, &s); err != nil {
			t.Fatal(err)
		}
		got, at = append(got, len(s)), rec.next
	}
	if !slices.Equal(got, want) {
		t.Errorf("read %v, want %v", got, want)
	}
}

func mustCodec(t testing.TB) *codec {
	t.Helper()
	c, err := newCodec()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// exampleFile returns a file of articles.
func exampleFile(t testing.TB, c *codec) []byte {
	data, err := c.append(nil, articleKind, corpus.Article{ID: "a", Text: "Talks in Geneva."})
	if err != nil {
		t.Fatal(err)
	}
	data, err = c.append(data, mentionsKind, &ledger.Finding{Kept: ledger.Kept{Article: refOf(1, 0), ID: "a"}})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// FuzzRecord reads any bytes as records: it never panics, takes no more memory
// than there are bytes, and gets nowhere without a checksum that is right.
func FuzzRecord(f *testing.F) {
	c := mustCodec(f)
	f.Add(exampleFile(f, c))
	f.Add([]byte("dlr1A\xff\xff\xff\x07\x00\x00\x00\x00"))
	f.Add([]byte("dlr1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		rec, err := readRecord(r, 0)
		if err == nil {
			if rec.next <= 0 || rec.next > int64(len(data)) {
				t.Errorf("the record ends at %d of %d", rec.next, len(data))
			}
			c.decode(rec, articleKind, new(corpus.Article))
			c.decode(rec, mentionsKind, new(ledger.Finding))
			c.decode(rec, batchKind, new(ledger.Batch))
		} else if err != io.EOF && !isWrong(err) {
			t.Errorf("a fault: %v", err)
		}
		at, ok, err := nextRecord(r, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readRecord(r, at); ok && err != nil {
			t.Errorf("the next record at %d: %v", at, err)
		}
	})
}

// FuzzJournal opens any bytes as a journal: what it cuts off is never followed
// by something good, and what it leaves is good.
func FuzzJournal(f *testing.F) {
	c := mustCodec(f)
	data, err := c.append(nil, batchKind, ledger.Batch{End: refOf(1, 5), Entries: []ledger.Entry{
		{ID: "a", Outcome: ledger.Added, Origin: "/wire/a.txt", Ref: refOf(1, 0)},
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data, 0)
	f.Add(append(bytes.Clone(data), data...), 3)
	f.Add(append(bytes.Clone(data), 0, 0, 0), 0)
	f.Fuzz(func(t *testing.T, data []byte, at int) {
		if at > 0 && at < len(data) {
			data[at] ^= 1
		}
		dir := t.TempDir()
		if err := os.WriteFile(dir+"/journal", data, 0o666); err != nil {
			t.Fatal(err)
		}
		tally := ledger.NewTally()
		visit := func(b ledger.Batch) error {
			for _, e := range b.Entries {
				tally.Apply(e)
			}
			return nil
		}
		j, err := openJournal(&aside{disk: quickDisk{}, dir: dir, now: time.Now}, c, 0, visit)
		if err != nil {
			if !errors.As(err, new(Damage)) {
				t.Errorf("a fault: %v", err)
			}
			return
		}
		defer j.file.Close()
		if _, follows, _ := nextRecord(bytes.NewReader(data), j.end); follows {
			t.Errorf("cut at %d, and a good record follows", j.end)
		}
		if end, err := c.scan(j.file, 0, -1, visit); err != nil || end != j.end {
			t.Errorf("what is left ends at %d, %v; want %d", end, err, j.end)
		}
	})
}

// FuzzSeal parses any bytes as a seal.
func FuzzSeal(f *testing.F) {
	s := &seal{Generation: "gen-000001", Files: []sealedFile{{Name: "index/parts", Size: 3}}}
	dir := f.TempDir()
	if err := s.write(quickDisk{}, dir); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(dir + "/SEAL")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("{}\ncrc-32c 00000000\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := parseSeal("gen-000001", data)
		if err != nil && !errors.As(err, new(Damage)) {
			t.Errorf("a fault: %v", err)
		}
		if err == nil && got.Generation != "gen-000001" {
			t.Errorf("it is that of %s", got.Generation)
		}
	})
}

var _ index.Fetch = (*store)(nil).document
