package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"
)

// newApp returns the command line's grammar. Every command writes through c.
func newApp(c *console) *cli.App {
	app := &cli.App{
		Name:                      "dateline",
		HelpName:                  "dateline",
		Usage:                     "search news archives by who, where and when",
		UsageText:                 "dateline [global options] command [options] [arguments]",
		HideVersion:               true,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true,
		Reader:                    c.stdin,
		Writer:                    c.stdout,
		ErrWriter:                 c.stderr,
		ExitErrHandler:            func(*cli.Context, error) {}, // run reports
		OnUsageError:              usageErrorOf,
		Flags:                     globalFlags(c),
		Commands: []*cli.Command{
			indexCommand(c),
			searchCommand(c),
			facetsCommand(c),
			showCommand(c),
			extractCommand(c),
			evalCommand(c),
			exportCommand(c),
			suggestCommand(c),
			serveCommand(c),
			mcpCommand(c),
			removeCommand(c),
			curateCommand(c),
			verifyCommand(c),
			repairCommand(c),
			doctorCommand(c),
			backupCommand(c),
			restoreCommand(c),
			statsCommand(c),
			clusterCommand(c),
			demoCommand(c),
			configCommand(c),
			completionCommand(c),
			completeCommand(c),
			tryCommand(),
			trainCommand(c),
			manCommand(c),
			versionCommand(c),
		},
	}
	useFlagLine()
	app.Before = checkGlobals
	app.After = c.closeClient
	app.Action = func(ctx *cli.Context) error { return cli.ShowAppHelp(ctx) }
	for _, command := range app.Commands {
		command.OnUsageError = usageErrorOf
		command.HideHelpCommand = true
		if len(command.Subcommands) > 0 {
			command.Action = needsSubcommand
		}
	}
	app.Setup()
	return app
}

// needsSubcommand refuses a command that says nothing without the next word.
func needsSubcommand(ctx *cli.Context) error {
	var names []string
	for _, c := range ctx.Command.Subcommands {
		names = append(names, c.Name)
	}
	name := ctx.Command.Name
	return &usageError{fmt.Sprintf("%s what? There is: %s", name, strings.Join(names, ", ")), name}
}

// checkGlobals refuses global options that can't be followed.
func checkGlobals(ctx *cli.Context) error {
	if err := checkEngine(ctx); err != nil {
		return err
	}
	if dir := ctx.String("archive"); dir == "" || !ctx.IsSet("archive") && !filepath.IsAbs(dir) {
		return &usageError{"there is no home folder to keep the archive in; name one with --archive FOLDER", ""}
	}
	switch color := ctx.String("color"); color {
	case "auto", "always", "never":
		return nil
	default:
		return &usageError{fmt.Sprintf("--color %s: there is auto, always and never", color), ""}
	}
}

// useFlagLine makes package cli, which has one such function for all, describe
// flags by flagLine.
var useFlagLine = sync.OnceFunc(func() { cli.FlagStringer = flagLine })

// flagLine describes a flag in help: its names, what it takes, what it is for,
// and its usual value where it has one.
func flagLine(f cli.Flag) string {
	flag, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return ""
	}
	var names []string
	for _, n := range f.Names() {
		names = append(names, strings.Repeat("-", min(len(n), 2))+n)
	}
	value, usage := " VALUE", flag.GetUsage()
	if before, rest, ok := strings.Cut(usage, "`"); ok {
		name, after, _ := strings.Cut(rest, "`")
		value, usage = " "+name, before+name+after
	}
	if !flag.TakesValue() {
		value = ""
	}
	if usual := strings.Trim(flag.GetValue(), `"`); flag.TakesValue() && usual != "" && usual != "0" && usual != "[]" {
		usage += " (usually " + usual + ")"
	}
	return strings.Join(names, ", ") + value + "\t" + usage
}

func usageErrorOf(ctx *cli.Context, err error, _ bool) error {
	return &usageError{err.Error(), commandOf(ctx)}
}

// commandOf returns the words of the command that runs, "curate check"; empty: none.
func commandOf(ctx *cli.Context) string {
	return strings.TrimSpace(strings.TrimPrefix(ctx.Command.HelpName, "dateline"))
}

func globalFlags(c *console) []cli.Flag {
	flags := []cli.Flag{&cli.StringFlag{
		Name: "archive", Aliases: []string{"i"}, Usage: "the archive's `FOLDER`; on a cluster its name, usually " + usualName,
		Value: filepath.Join(baseDir("XDG_DATA_HOME", ".local/share", c.getenv), "dateline"),
	}}
	flags = append(flags, engineFlags()...)
	return append(flags,
		gazetteerFlag(),
		&cli.StringFlag{Name: "config", Usage: "read settings from this `FILE` alone"},
		&cli.StringFlag{Name: "color", Value: "auto", Usage: "auto, always or never"},
		&cli.BoolFlag{Name: "no-pager", Usage: "do not page long answers on a terminal"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "no progress and no summary"},
		&cli.StringFlag{Name: "log-level", Value: "info", Usage: "what serve and mcp log: debug, info, warn or error"},
	)
}

// formatFlag is the flag of all commands that print records.
func formatFlag(formats, usual string) cli.Flag {
	return &cli.StringFlag{Name: "format", Usage: formats + " (" + usual + ")"}
}

// colored tells whether to colour what is written to a terminal.
func (c *console) colored(ctx *cli.Context) bool {
	switch ctx.String("color") {
	case "always":
		return true
	case "never":
		return false
	default:
		return c.onTerm && c.getenv("NO_COLOR") == "" && c.getenv("TERM") != "dumb"
	}
}

// noArgs refuses arguments of a command that takes none.
func noArgs(ctx *cli.Context) error {
	if ctx.NArg() > 0 {
		return &usageError{commandOf(ctx) + " takes no arguments", commandOf(ctx)}
	}
	return nil
}

// errWriter keeps the first error of a writer, so that a broken pipe is told
// once, at the end.
type errWriter struct {
	w   io.Writer
	err error
}

func (e *errWriter) Write(p []byte) (int, error) {
	if e.err != nil {
		return len(p), nil
	}
	n, err := e.w.Write(p)
	e.err = err
	return n, nil
}
