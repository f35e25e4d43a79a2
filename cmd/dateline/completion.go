package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/search"
)

// completionScripts hand the words of the line to the hidden command complete,
// the last one unfinished, and offer what it prints.
var completionScripts = map[string]string{
	"bash": `_dateline() {
	local IFS=$'\n'
	COMPREPLY=($(dateline complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
	[[ ${#COMPREPLY[@]} -eq 0 ]] && compopt -o default
	COMPREPLY=("${COMPREPLY[@]// /\\ }")
}
complete -F _dateline dateline
`,
	"zsh": `#compdef dateline
_dateline() {
	local -a found
	found=("${(@f)$(dateline complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	if [[ -n "${found[1]}" ]]; then compadd -U -- "${found[@]}"; else _files; fi
}
compdef _dateline dateline
`,
	"fish": `function __dateline
	set -l words (commandline -opc)[2..] (commandline -ct)
	dateline complete -- $words 2>/dev/null
end
complete -c dateline -a '(__dateline)'
`,
}

func completionCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print the script that completes commands, options and names",
		ArgsUsage: "bash|zsh|fish",
		Description: `   bash: dateline completion bash > /etc/bash_completion.d/dateline
   zsh:  dateline completion zsh > "${fpath[1]}/_dateline"
   fish: dateline completion fish > ~/.config/fish/completions/dateline.fish`,
		Action: func(ctx *cli.Context) error {
			script := completionScripts[ctx.Args().First()]
			if script == "" || ctx.NArg() != 1 {
				return &usageError{"completion needs bash, zsh or fish", "completion"}
			}
			_, err := fmt.Fprint(c.stdout, script)
			return err
		},
	}
}

func completeCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:   "complete",
		Usage:  "print what the last word may become",
		Hidden: true,
		Action: func(ctx *cli.Context) error {
			for _, s := range c.complete(ctx, ctx.Args().Slice()) {
				fmt.Fprintln(c.stdout, s)
			}
			return nil
		},
	}
}

// complete returns what the last of words may become: a command, a flag, or the
// value of one, with persons, places and organisations out of the archive.
func (c *console) complete(ctx *cli.Context, words []string) []string {
	if len(words) == 0 {
		return nil
	}
	last := words[len(words)-1]
	commands, flags := ctx.App.VisibleCommands(), ctx.App.Flags
	for _, w := range words[:len(words)-1] {
		for _, command := range commands {
			if command.HasName(w) {
				commands, flags = command.Subcommands, append(slices.Clone(command.Flags), ctx.App.Flags...)
				break
			}
		}
	}
	var found []string
	switch {
	case strings.HasPrefix(last, "-"):
		for _, f := range flags {
			found = append(found, "--"+f.Names()[0])
		}
	case len(words) > 1 && strings.HasPrefix(words[len(words)-2], "-"):
		return c.completeValue(ctx, flags, strings.TrimLeft(words[len(words)-2], "-"), last)
	default:
		for _, command := range commands {
			found = append(found, command.Name)
		}
	}
	return slices.DeleteFunc(found, func(s string) bool { return !strings.HasPrefix(s, last) })
}

func (c *console) completeValue(ctx *cli.Context, flags []cli.Flag, name, prefix string) []string {
	i := slices.IndexFunc(flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
	if i < 0 {
		return nil
	}
	field, err := search.ParseField(strings.TrimPrefix(flags[i].Names()[0], "not-"))
	if err != nil || field.IsDate() {
		return nil
	}
	archive, err := c.openArchive(ctx)
	if err != nil {
		return nil
	}
	defer archive.Close()
	res, err := archive.Search(ctx.Context, search.Request{
		Facets: []search.FacetRequest{{Field: field, Size: 20, Prefix: prefix}},
	})
	if err != nil {
		return nil
	}
	var found []string
	for _, v := range res.Facets[field].Values {
		found = append(found, v.Value)
	}
	return found
}
