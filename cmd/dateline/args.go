package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/urfave/cli/v2"

	"dateline/index"
	"dateline/search"
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
	note     string // what people are to know of the settings; may be empty
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
	args = versionAsCommand(helpAsFlag(args))
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

// helpAsFlag reads "help COMMAND" as "COMMAND --help".
func helpAsFlag(args []string) []string {
	if len(args) > 0 && args[0] == "help" {
		return append(slices.Clone(args[1:]), "--help")
	}
	return args
}

// versionAsCommand reads "--version" as "version".
func versionAsCommand(args []string) []string {
	if len(args) > 0 && args[0] == "--version" {
		return append([]string{"version"}, args[1:]...)
	}
	return args
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
	for _, c := range commands {
		if !c.Hidden && alike(c.Name, word) {
			return l.errorf("there is no command %q; did you mean %q?", word, c.Name)
		}
	}
	return l.errorf("there is no command %q", word)
}

// alike tells whether b may have been meant for a, as a fuzzy query would.
func alike(a, b string) bool {
	match, err := index.Pattern{Kind: search.Fuzzy, Text: b}.Matcher()
	return err == nil && match(a)
}

// addFlag reads one flag, and its value from arg or the rest.
func (l *commandLine) addFlag(app *cli.App, arg string, rest []string) ([]string, error) {
	name, value, given := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	flag, global := l.find(app, name)
	if !strings.HasPrefix(arg, "--") {
		short := arg[1:2]
		flag, global = l.find(app, short)
		if _, number := flag.(*cli.IntFlag); number && !given && isNumber(arg[2:]) {
			name, value, given = short, arg[2:], true // -n5
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

// isNumber tells whether s is a number: what may stand right behind a short
// flag. Any other letters there are a word to be left out of a search.
func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
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
	given, _, _ := strings.Cut(strings.Trim(arg, "-"), "=")
	if near := cli.SuggestFlag(flags, given, false); near != "" && alike(strings.Trim(near, "-"), given) {
		return l.errorf("%s is no flag; did you mean %s?", arg, near)
	}
	return l.errorf("%s is no flag", arg)
}

// checkValues refuses what is no number where a flag takes one, and what is neither
// true nor false where it takes none.
func (l *commandLine) checkValues() error {
	for _, s := range l.settings {
		wanted := ""
		switch s.flag.(type) {
		case *cli.IntFlag:
			if !isNumber(s.value) {
				wanted = "a number"
			}
		case *cli.BoolFlag:
			if _, err := strconv.ParseBool(s.value); err != nil {
				wanted = "true or false"
			}
		}
		if wanted != "" {
			return l.errorf("%s: %q is not %s%s", s.flag.Names()[0], s.value, wanted, s.origin())
		}
	}
	return nil
}

// origin tells where s was found if nobody typed it.
func (s setting) origin() string {
	if s.from == fromLine {
		return ""
	}
	return ", as " + s.from + " has it"
}

// shellWord writes s as one word of a POSIX shell, as it is where that is one.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("-_./:,=@%+", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		return s
	}
	return shellQuote(s)
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
