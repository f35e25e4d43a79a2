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
			page, err := newApp(&console{getenv: atHome}).ToManWithSection(1)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(c.stdout, page)
			return err
		},
	}
}

// atHome is the environment of a manual page, which is for whoever reads it.
func atHome(name string) string {
	if name == "HOME" {
		return "~"
	}
	return ""
}
