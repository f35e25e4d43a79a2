package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Package cli takes flags behind the first argument for arguments, and the two
// names of one flag for two flags. So a command line is put in order before cli
// reads it: program, its flags, command, its flags by their long names, "--",
// arguments.

// A commandLine is what a person typed, sorted.
type commandLine struct {
	command  []*cli.Command // the command within the command …
	settings []setting
	args     []string
}

// A setting is a flag with its value and where that was found.
type setting struct {
	flag   cli.Flag
	global bool
	value  string
	from   string
}

// fromLine is the origin of what was typed.
const fromLine = "command line"

// arrange sorts args. Errors are usageErrors.
func arrange(app *cli.App, args []string) (*commandLine, error) {
	line := &commandLine{}
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		var err error
		switch {
		case arg == "--":
			line.args = append(line.args, args...)
			args = nil
		case len(arg) > 1 && arg[0] == '-':
			args, err = line.addFlag(app, arg, args)
		default:
			err = line.addWord(app, arg)
		}
		if err != nil {
			return nil, err
		}
	}
	return line, nil
}

// name returns the words of the command, "config show".
func (l *commandLine) name() string {
	var names []string
	for _, c := range l.command {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}

func (l *commandLine) errorf(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...), l.name()}
}

// addWord takes a word for the next command, or for an argument.
func (l *commandLine) addWord(app *cli.App, word string) error {
	commands := app.Commands
	if n := len(l.command); n > 0 {
		commands = l.command[n-1].Subcommands
	}
	if len(commands) == 0 || len(l.args) > 0 {
		l.args = append(l.args, word)
		return nil
	}
	for _, c := range commands {
		if c.HasName(word) {
			l.command = append(l.command, c)
			return nil
		}
	}
	if near := cli.SuggestCommand(commands, word); near != "" {
		return l.errorf("there is no command %q. %s", word, near)
	}
	return l.errorf("there is no command %q", word)
}

// addFlag reads one flag, and its value from arg or the rest.
func (l *commandLine) addFlag(app *cli.App, arg string, rest []string) ([]string, error) {
	name, value, given := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	flag, global := l.find(app, name)
	if !strings.HasPrefix(arg, "--") {
		short := arg[1:2]
		flag, global = l.find(app, short)
		_, boolean := flag.(*cli.BoolFlag)
		if after := arg[2:]; after != "" && !given && !boolean {
			name, value, given = short, after, true // -n5
		}
		if name != short {
			flag = nil
		}
	}
	if flag == nil {
		return nil, l.unknownFlag(app, arg, rest)
	}
	if _, boolean := flag.(*cli.BoolFlag); boolean {
		if !given {
			value = "true"
		}
	} else if !given {
		if len(rest) == 0 {
			return nil, l.errorf("%s needs a value", arg)
		}
		value, rest = rest[0], rest[1:]
	}
	l.settings = append(l.settings, setting{flag, global, value, fromLine})
	return rest, nil
}

func (l *commandLine) find(app *cli.App, name string) (flag cli.Flag, global bool) {
	if n := len(l.command); n > 0 {
		for _, f := range append(l.command[n-1].Flags, cli.HelpFlag) {
			if slices.Contains(f.Names(), name) {
				return f, false
			}
		}
	}
	for _, f := range append(app.Flags, cli.HelpFlag) {
		if slices.Contains(f.Names(), name) {
			return f, len(l.command) > 0 || f != cli.HelpFlag
		}
	}
	return nil, false
}

// unknownFlag tells what may have been meant: a flag nearly so called, or words
// to be left out of a search.
func (l *commandLine) unknownFlag(app *cli.App, arg string, rest []string) error {
	name := l.name()
	if !strings.HasPrefix(arg, "--") {
		switch name {
		case "search", "facets", "export":
			words := append(slices.Clone(l.args), arg)
			for _, w := range rest {
				if !strings.HasPrefix(w, "--") {
					words = append(words, w)
				}
			}
			return l.errorf("%s is no flag; to leave out a word, write: dateline %s -- %s",
				arg, name, shellQuote(strings.Join(words, " ")))
		}
	}
	flags := app.Flags
	if n := len(l.command); n > 0 {
		flags = append(slices.Clone(l.command[n-1].Flags), flags...)
	}
	if near := cli.SuggestFlag(flags, strings.Trim(arg, "-"), false); near != "" {
		return l.errorf("%s is no flag; did you mean %s?", arg, near)
	}
	return l.errorf("%s is no flag", arg)
}

// shellQuote writes s as one word of a POSIX shell.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// arguments returns the line in the order that package cli wants.
func (l *commandLine) arguments() []string {
	out := []string{"dateline"}
	add := func(global bool) {
		for _, s := range l.settings {
			if s.global == global {
				out = append(out, "--"+s.flag.Names()[0]+"="+s.value)
			}
		}
	}
	add(true)
	for _, c := range l.command {
		out = append(out, c.Name)
	}
	add(false)
	if len(l.args) > 0 {
		out = append(append(out, "--"), l.args...)
	}
	return out
}
