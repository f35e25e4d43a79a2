package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

func manCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "man",
		Usage: "print the manual page, for: dateline man | man -l -",
		Action: func(ctx *cli.Context) error {
			if err := noArgs(ctx); err != nil {
				return err
			}
			app := newApp(&console{getenv: atHome})
			describe(app.Commands)
			page, err := app.ToManWithSection(1)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(c.stdout, page)
			return err
		},
	}
}

// describe has a manual page tell what --help does: of a command it has the UsageText, as that
// stands, and not the Description.
func describe(commands []*cli.Command) {
	for _, c := range commands {
		c.UsageText = c.Description
		describe(c.Subcommands)
	}
}

// atHome is the environment of a manual page, which is for whoever reads it.
func atHome(name string) string {
	if name == "HOME" {
		return "~"
	}
	return ""
}
