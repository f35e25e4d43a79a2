package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// On a terminal all articles are read in one pager, and leaving it is no failure.
func TestExtractPagesOnce(t *testing.T) {
	dir := t.TempDir()
	files := []string{dir + "/a.txt", dir + "/b.txt"}
	for _, name := range files {
		if err := os.WriteFile(name, []byte("Talks end\n\nThey left Oslo.\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const page = "Talks end\n\nPlaces\n  Norway/Oslo/Oslo\n    \"Oslo\" text:10\n"
	for pager, want := range map[string]string{
		"echo '<'; cat; echo '>'": "<\n" + page + page + ">\n",
		"true":                    "",
	} {
		var stdout, stderr bytes.Buffer
		env := map[string]string{"HOME": dir, "PAGER": pager, "NO_COLOR": "1"}
		code := run(t.Context(), &console{
			args: append([]string{"extract"}, files...), stdin: strings.NewReader(""), stdout: &stdout,
			stderr: &stderr, getenv: func(name string) string { return env[name] }, onTerm: true,
		})
		if code != 0 || stderr.Len() > 0 || stdout.String() != want {
			t.Errorf("%s: exit code %d, printed %q %q", pager, code, stdout.String(), stderr.String())
		}
	}
}
