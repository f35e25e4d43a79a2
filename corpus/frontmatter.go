package corpus

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Bounds of front matter: that of an article has some hundred bytes and a list
// or two, and the time to read YAML grows with the square of its depth.
const (
	maxFrontMatter = 16 << 10
	maxBrackets    = 200
)

// frontMatter splits a text that begins with a line "---" (YAML) or "+++" (TOML)
// and has the same line again into fields and body. Other text is all body.
func frontMatter(text string) (fields, string, error) {
	mark := text[:min(len(text), 3)]
	if mark != "---" && mark != "+++" {
		return fields{}, text, nil
	}
	head := text[:min(len(text), maxFrontMatter)]
	start := 0 // of the line that is looked at
	for line := range strings.SplitAfterSeq(head, "\n") {
		end := start + len(line)
		line = strings.TrimRight(line, " \t\n")
		switch {
		case start == 0 && line != mark:
			return fields{}, text, nil
		case start > 0 && (line == mark || mark == "---" && line == "..."):
			f, err := parseFrontMatter(mark, text[len(mark):start])
			return f, text[end:], err
		}
		start = end
	}
	return fields{}, text, nil
}

func parseFrontMatter(mark, head string) (f fields, err error) {
	_, head, _ = strings.Cut(head, "\n")
	if mark == "---" {
		f, err = parseYAML(head)
	} else {
		f, err = parseTOML(head)
	}
	if err != nil {
		return fields{}, fmt.Errorf("has front matter that cannot be read: %w", err)
	}
	return f, nil
}

// parseYAML reads the fields from the tree of the document, where a scalar is
// still as it was written: 007 is an id of three digits.
func parseYAML(head string) (fields, error) {
	var f fields
	if strings.Count(head, "[")+strings.Count(head, "{") > maxBrackets {
		return f, fmt.Errorf("it has more than %d brackets", maxBrackets)
	}
	file, err := parser.ParseBytes([]byte(head), 0)
	if err != nil {
		line, _, _ := strings.Cut(err.Error(), "\n")
		return f, errors.New(line)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return f, nil
	}
	var pairs []*ast.MappingValueNode
	switch body := file.Docs[0].Body.(type) {
	case *ast.MappingNode:
		pairs = body.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{body}
	case *ast.CommentGroupNode:
	default:
		return f, errors.New("it has no fields")
	}
	for _, p := range pairs {
		if to := f.field(strings.ToLower(yamlText(p.Key))); to != nil {
			*to = yamlText(p.Value)
		}
	}
	return f, nil
}

// yamlText returns a scalar as it was written, a list joined by ", ", and
// nothing for the rest.
func yamlText(node ast.Node) string {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	case *ast.SequenceNode:
		var parts []string
		for _, v := range n.Values {
			if _, list := v.(*ast.SequenceNode); !list {
				parts = append(parts, yamlText(v))
			}
		}
		return strings.Join(parts, ", ")
	default:
		return ""
	}
}

func parseTOML(head string) (fields, error) {
	var f fields
	values := map[string]any{}
	if _, err := toml.Decode(head, &values); err != nil {
		return f, err
	}
	for name, value := range values {
		if to := f.field(strings.ToLower(name)); to != nil {
			*to = tomlText(value)
		}
	}
	return f, nil
}

func tomlText(value any) string {
	switch v := value.(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case []any:
		var parts []string
		for _, p := range v {
			parts = append(parts, tomlText(p))
		}
		return strings.Join(parts, ", ")
	case map[string]any, []map[string]any:
		return ""
	default:
		return fmt.Sprint(v)
	}
}
