package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func packed(t *testing.T, data string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTrainWritesTheSameFilesFromPackedLists(t *testing.T) {
	const lists = "first\tAda\nlast\tQuell\ncountry\tZarvok"
	text := write(t, "a.conll", []byte(strings.Repeat("#doc\ta\nAda\tB-PER\nQuell\tI-PER\nleft\tO\nZarvok\tB-LOC\n\n", 20)))
	plain, zipped := t.TempDir(), t.TempDir()
	dateline(t, t.TempDir(), "train", "-q", "--names", write(t, "a.tsv", []byte(lists)), "--into", plain, text)
	dateline(t, t.TempDir(), "train", "-q", "--names", write(t, "a.tsv.gz", packed(t, lists)), "--into", zipped, text)
	for _, name := range []string{namesFile, weightsFile} {
		a, err := os.ReadFile(filepath.Join(plain, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(zipped, name))
		if err != nil || len(a) == 0 || !bytes.Equal(a, b) {
			t.Errorf("%s: %d bytes and %d, %v", name, len(a), len(b), err)
		}
	}
}

func TestTrainSaysWhatIsWrong(t *testing.T) {
	text := write(t, "a.conll", []byte("#doc\ta\nAda B-PER\n"))
	lists := write(t, "a.tsv", []byte("first\tAda\n"))
	into := t.TempDir()
	weights := filepath.Join(into, weightsFile)
	if err := os.WriteFile(weights, []byte("as before"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"labelled text":       {"train", "--names", lists},
		"names":               {"train", text},
		"line 2":              {"train", "--names", lists, "--into", t.TempDir(), text},
		"missing.tsv":         {"train", "--names", "missing.tsv", text},
		"no class and phrase": {"train", "--names", text, write(t, "b.conll", []byte("#doc\ta\nAda\tB-PER\n"))},
		"b2.conll: line 3": {"train", "--names", lists,
			write(t, "a2.conll", []byte("#doc\ta\nAda\tB-PER")), write(t, "b2.conll", []byte("#doc\ta\n\nAda\n"))},
		"cut.tsv.gz: unexpected EOF": {"train", "--names",
			write(t, "cut.tsv.gz", packed(t, "first\tAda\n")[:20]), text},
		"nothing to learn": {"train", "--names", lists, "--into", into, write(t, "c.conll", []byte("#doc\ta\n"))},
		"from 0 documents": {"train", "--names", lists, "--into", into, write(t, "d.conll", nil)},
		"from 1 documents": {"train", "--names", lists, "--into", into,
			write(t, "e.conll", []byte("#doc\ta\n\x00\xff\tO\n"))},
	} {
		var stderr bytes.Buffer
		code := run(t.Context(), &console{args: append([]string{"-i", t.TempDir()}, args...), stdin: strings.NewReader(""), stdout: &stderr, stderr: &stderr,
			getenv: func(string) string { return "" }})
		if code == 0 || !strings.Contains(stderr.String(), want) {
			t.Errorf("%v: exit code %d, %q, want %q", args, code, stderr.String(), want)
		}
	}
	if data, err := os.ReadFile(weights); string(data) != "as before" {
		t.Errorf("weights that were there are %q, %v", data, err)
	}
}
