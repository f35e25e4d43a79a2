package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dateline/cmd/dateline/demo"
)

var update = flag.Bool("update", false, "write what commands print into the scripts")

// The scripts in testdata/script are what a person types and sees. A line that
// begins with "$ " is a command: dateline, or one of write FILE TEXT, rm PATH,
// mv FROM TO, mkdir DIR. Below it stand the lines that it printed on standard
// output behind "> ", on standard error behind "! ", and its exit code, if not
// 0, behind "? ". Each script runs in an empty folder with the sample articles in
// articles/ and the environment variable DATELINE_ARCHIVE=archive. What differs
// from run to run is replaced: see unsteady. All else is a comment.
func TestScripts(t *testing.T) {
	names, err := filepath.Glob("testdata/script/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			path, err := filepath.Abs(name)
			if err != nil {
				t.Fatal(err)
			}
			checkScript(t, path, map[string]string{"DATELINE_ARCHIVE": "archive"}, func(s string) string { return s })
		})
	}
}

// checkScript plays the script at path in an environment. Steady replaces what differs from one to the next.
func checkScript(t *testing.T, path string, env map[string]string, steady func(string) string) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := steady(playScript(t, string(want), env))
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != string(want) {
		t.Errorf("%s\n%s", filepath.Base(path), firstDifference(string(want), got))
	}
}

// playScript runs the commands of a script in an environment, and returns it with what they print.
func playScript(t *testing.T, script string, env map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.CopyFS("articles", demo.Articles()); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(script) {
		switch {
		case strings.HasPrefix(line, "$ "):
			out.WriteString(line)
			out.WriteString(steady(dir, runLine(t, dir, strings.TrimSpace(line[2:]), env)))
		case !strings.ContainsAny(line[:1], ">!?"):
			out.WriteString(line)
		}
	}
	return out.String()
}

// runLine runs one command and returns its output as a script has it.
func runLine(t *testing.T, dir, line string, env map[string]string) string {
	t.Helper()
	args := splitWords(line)
	if len(args) > 0 && args[0] != "dateline" {
		if err := runTool(args); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		return ""
	}
	stdin := ""
	if n := len(args); n > 2 && args[n-2] == "<" {
		data, err := os.ReadFile(args[n-1])
		if err != nil {
			t.Fatal(err)
		}
		stdin, args = string(data), args[:n-2]
	}
	file := ""
	if n := len(args); n > 2 && args[n-2] == ">" {
		file, args = args[n-1], args[:n-2]
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), &console{
		args: args[1:], stdin: strings.NewReader(stdin), stdout: &stdout, stderr: &stderr,
		getenv: func(name string) string {
			if name == "HOME" {
				return dir
			}
			return env[name]
		},
	})
	if file != "" {
		if err := os.WriteFile(file, stdout.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		stdout.Reset()
	}
	var out strings.Builder
	for l := range strings.Lines(stdout.String()) {
		out.WriteString(strings.TrimRight("> "+l, " \n") + "\n")
	}
	for l := range strings.Lines(stderr.String()) {
		out.WriteString(strings.TrimRight("! "+l, " \n") + "\n")
	}
	if code != 0 {
		fmt.Fprintf(&out, "? %d\n", code)
	}
	return out.String()
}

func runTool(args []string) error {
	switch args[0] {
	case "write":
		return os.WriteFile(args[1], []byte(strings.ReplaceAll(args[2], `\n`, "\n")), 0o644)
	case "rm":
		return os.RemoveAll(args[1])
	case "mv":
		return os.Rename(args[1], args[2])
	case "mkdir":
		return os.MkdirAll(args[1], 0o755)
	default:
		return fmt.Errorf("there is no tool %q", args[0])
	}
}

// splitWords splits a line as a shell does, with single and double quotes.
func splitWords(line string) []string {
	var words []string
	var word strings.Builder
	var quote rune
	in := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, in = r, true
		case quote == 0 && r == ' ':
			if in {
				words = append(words, word.String())
			}
			word.Reset()
			in = false
		default:
			word.WriteRune(r)
			in = true
		}
	}
	if in {
		words = append(words, word.String())
	}
	return words
}

var unsteady = []struct {
	pattern *regexp.Regexp
	is      string
}{
	{regexp.MustCompile(`\d+\.\d ms`), "N ms"},
	{regexp.MustCompile(`"took_ms": [0-9.]+`), `"took_ms": N`},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "$TIME"},
	{regexp.MustCompile(`\d+(\.\d)? (B|kB|MB|GB)\b`), "N bytes"},
	{regexp.MustCompile(`go1\S* \w+/\w+`), "$GO"},
	{regexp.MustCompile(`pid \d+`), "pid N"},
	{regexp.MustCompile(`\d{8}T\d{6}Z(-\d+)?`), "TIME"},
	{regexp.MustCompile(`\bbyte \d+`), "byte N"},
	{regexp.MustCompile(`\bhad \d+ when`), "had N when"},
}

// steady replaces what differs from run to run.
func steady(dir, s string) string {
	s = strings.ReplaceAll(s, dir, "$TMP")
	for _, u := range unsteady {
		s = u.pattern.ReplaceAllString(s, u.is)
	}
	return s
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "", ""
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, a, b)
		}
	}
	return ""
}
