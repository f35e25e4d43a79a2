package main

import (
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// The manual page has all that --help tells, line by line.
func TestManHasTheDescriptions(t *testing.T) {
	var out, stderr strings.Builder
	c := &console{args: []string{"-i", "archive", "man"}, stdout: &out, stderr: &stderr, getenv: atHome}
	if code := run(t.Context(), c); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	page := strings.NewReplacer(`\-`, "-", `\e`, `\`, `\&`, "", `\fP`, "").Replace(out.String())
	app := newApp(&console{getenv: atHome})
	seen := 0
	var check func([]*cli.Command)
	check = func(commands []*cli.Command) {
		for _, c := range commands {
			if c.Hidden {
				continue
			}
			for line := range strings.Lines(c.Description) {
				seen++
				if line = strings.TrimSpace(line); !strings.Contains(page, line) {
					t.Errorf("%s: the manual page lacks %q", c.Name, line)
				}
			}
			check(c.Subcommands)
		}
	}
	check(app.Commands)
	if seen < 50 {
		t.Errorf("only %d lines are described", seen)
	}
}
