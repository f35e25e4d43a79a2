package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

func configCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "config",
		Usage: "show settings and where they come from",
		Description: `Every option can be set for good, by the first of these that has it: the command line;
DATELINE_OPTION (DATELINE_SEARCH_LIMIT for an option of a command); the file named by --config;
the user's and the machine's config.toml. In a file, options of a command stand under its name:

   archive = "/srv/archive"
   [search]
   limit = 20`,
		Subcommands: []*cli.Command{
			{
				Name:   "show",
				Usage:  "print every setting with its origin",
				Action: func(ctx *cli.Context) error { return configShow(c, ctx) },
			},
			{
				Name:  "path",
				Usage: "print the files that are read",
				Action: func(ctx *cli.Context) error {
					if err := noArgs(ctx); err != nil {
						return err
					}
					_, err := fmt.Fprintln(c.stdout, strings.Join(configPaths(ctx.String("config"), c.getenv), "\n"))
					return err
				},
			},
		},
	}
}

// configShow prints the program's settings and those of commands that are set
// somewhere.
func configShow(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	line, err := arrange(ctx.App, c.args)
	if err != nil {
		return err
	}
	if err := line.configure(ctx.App, c.getenv); err != nil {
		return err
	}
	out := &errWriter{w: c.stdout}
	for _, f := range ctx.App.Flags {
		name, from := f.Names()[0], "default"
		if name == "help" {
			continue
		}
		for _, s := range line.settings {
			if s.global && s.flag == f {
				from = s.from
			}
		}
		values := []string{ctx.String(name)}
		if _, list := f.(*cli.StringSliceFlag); list {
			values = ctx.StringSlice(name)
		}
		fmt.Fprintf(out, "%s = %s\t# %s\n", name, inTOML(f, values), from)
	}
	for _, command := range ctx.App.Commands {
		one := &commandLine{command: []*cli.Command{command}, settings: globalsOf(line)}
		if err := one.configure(ctx.App, c.getenv); err != nil {
			return err
		}
		for _, s := range one.settings {
			if !s.global {
				fmt.Fprintf(out, "%s.%s = %s\t# %s\n", command.Name, s.flag.Names()[0], inTOML(s.flag, []string{s.value}), s.from)
			}
		}
	}
	return out.err
}

// inTOML writes what a flag is set to as a file of settings has it.
func inTOML(f cli.Flag, values []string) string {
	switch f.(type) {
	case *cli.BoolFlag, *cli.IntFlag:
		return values[0]
	case *cli.StringSliceFlag:
		var quoted []string
		for _, v := range values {
			quoted = append(quoted, strconv.Quote(v))
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	default:
		return strconv.Quote(values[0])
	}
}

func globalsOf(l *commandLine) []setting {
	var out []setting
	for _, s := range l.settings {
		if s.global && s.from == fromLine {
			out = append(out, s)
		}
	}
	return out
}
