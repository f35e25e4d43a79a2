package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/urfave/cli/v2"

	"dateline/index/opensearch"
)

// Every flag can be set for good: by a variable DATELINE_FLAG (for a command's
// flag DATELINE_COMMAND_FLAG), or in a file:
//
//	archive = "/srv/archive"    # flags of the program
//
//	[search]                    # flags of a command
//	limit = 20
//
// The first that has a flag decides: command line, variable, file named by
// --config, the user's file, the machine's.

// configPaths returns the files that are read, the first to decide first.
func configPaths(named string, getenv func(string) string) []string {
	if named != "" {
		return []string{named}
	}
	return []string{
		filepath.Join(baseDir("XDG_CONFIG_HOME", ".config", getenv), "dateline", "config.toml"),
		"/etc/dateline/config.toml",
	}
}

// baseDir returns a folder of the XDG Base Directory Specification.
func baseDir(variable, below string, getenv func(string) string) string {
	if dir := getenv(variable); filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(getenv("HOME"), below)
}

// configure adds the settings that the line leaves open.
func (l *commandLine) configure(app *cli.App, getenv func(string) string) error {
	named := l.value("config")
	if named == "" {
		named = getenv("DATELINE_CONFIG")
	}
	for _, path := range configPaths(named, getenv) {
		err := l.readConfig(app, path)
		if err != nil && (path == named || !errors.Is(err, fs.ErrNotExist)) {
			return err
		}
	}
	l.settings = append(l.settings, l.environment(app, getenv)...)
	slices.SortStableFunc(l.settings, func(a, b setting) int { return cmp.Compare(a.rank(), b.rank()) })
	l.leaveOtherEngines()
	l.keepFirst()
	return nil
}

func (l *commandLine) value(flag string) string { return l.first(flag).value }

// first returns the first setting of a flag, the zero setting where there is none.
func (l *commandLine) first(flag string) setting {
	for _, s := range l.settings {
		if s.flag.Names()[0] == flag {
			return s
		}
	}
	return setting{}
}

// wantsHelp tells whether the line asks for help, which a bad configuration must
// not keep back.
func (l *commandLine) wantsHelp() bool { return l.value("help") == "true" }

// leaveOtherEngines drops archives that are named for another engine than the one that is taken: the name of
// one on a cluster is no folder.
func (l *commandLine) leaveOtherEngines() {
	engine, archive := l.first("engine").value, l.first("archive")
	var kept []setting
	for _, s := range l.settings {
		meant := l.engineBeside(s)
		isOther := meant != "" && meant != engine && (engine != bleveEngine || opensearch.CheckName(s.value) == nil)
		if s.flag.Names()[0] != "archive" || !isOther {
			kept = append(kept, s)
		}
	}
	meant := l.engineBeside(archive)
	l.settings = kept
	if l.first("archive") != archive {
		l.note = fmt.Sprintf("the archive %q is left aside, as %s has it for --engine %s; it is the usual one unless --archive names another",
			archive.value, archive.from, meant)
	}
}

// engineBeside returns the engine that would be taken if nothing went before where s was found; empty: the usual one.
func (l *commandLine) engineBeside(s setting) string {
	behind := false
	for _, other := range l.settings {
		behind = behind || other.source() == s.source()
		if behind && other.flag.Names()[0] == "engine" {
			return other.value
		}
	}
	return ""
}

// source is where s was found, the environment as a whole.
func (s setting) source() string {
	if s.rank() == 1 {
		return "$"
	}
	return s.from
}

// rank orders settings by who decides: the lowest.
func (s setting) rank() int {
	switch {
	case s.from == fromLine:
		return 0
	case strings.HasPrefix(s.from, "$"):
		return 1
	default:
		return 2
	}
}

// keepFirst drops the settings that another decides.
func (l *commandLine) keepFirst() {
	best := map[string]setting{}
	for _, s := range l.settings {
		key := fmt.Sprint(s.global, s.flag.Names()[0])
		if _, ok := best[key]; !ok {
			best[key] = s
		}
	}
	l.settings = slices.DeleteFunc(l.settings, func(s setting) bool {
		return best[fmt.Sprint(s.global, s.flag.Names()[0])].from != s.from
	})
}

// environment returns the settings of variables.
func (l *commandLine) environment(app *cli.App, getenv func(string) string) []setting {
	var out []setting
	read := func(flags []cli.Flag, prefix string, global bool) {
		for _, f := range flags {
			variable := prefix + strings.ToUpper(strings.ReplaceAll(f.Names()[0], "-", "_"))
			if v := getenv(variable); v != "" {
				out = append(out, setting{f, global, v, "$" + variable})
			}
		}
	}
	read(app.Flags, "DATELINE_", true)
	if len(l.command) == 1 {
		read(l.command[0].Flags, "DATELINE_"+strings.ToUpper(l.command[0].Name)+"_", false)
	}
	return out
}

// readConfig adds the settings of a file. Every key must be a flag: a misspelt
// one would else be passed over in silence.
func (l *commandLine) readConfig(app *cli.App, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(data, &tree); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for key, v := range tree {
		table, ok := v.(map[string]any)
		if !ok {
			err = l.setting(app.Flags, true, path, "", key, v)
		} else if c := app.Command(key); c == nil {
			err = fmt.Errorf("%s: there is no command %q", path, key)
		} else {
			err = l.readTable(c, path, table)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *commandLine) readTable(c *cli.Command, path string, table map[string]any) error {
	for key, v := range table {
		before := len(l.settings)
		if err := l.setting(c.Flags, false, path, c.Name+".", key, v); err != nil {
			return err
		}
		if len(l.command) != 1 || l.command[0] != c {
			l.settings = l.settings[:before] // checked, but for another command
		}
	}
	return nil
}

func (l *commandLine) setting(flags []cli.Flag, global bool, path, prefix, key string, v any) error {
	i := slices.IndexFunc(flags, func(f cli.Flag) bool { return f.Names()[0] == key })
	if i < 0 || key == "config" {
		return fmt.Errorf("%s: there is no setting %q", path, prefix+key)
	}
	values, isList := v.([]any)
	if !isList {
		values = []any{v}
	}
	for _, v := range values {
		switch v.(type) {
		case string, bool, int64, float64:
			l.settings = append(l.settings, setting{flags[i], global, fmt.Sprint(v), path})
		default:
			return fmt.Errorf("%s: %s%s wants a string, a number, true or false", path, prefix, key)
		}
	}
	return nil
}
