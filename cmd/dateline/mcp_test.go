package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"dateline/cmd/dateline/demo"
)

// TestMain is the program itself where a test starts it as such.
func TestMain(m *testing.M) {
	if os.Getenv("DATELINE_TEST_MAIN") != "" || slices.Contains(os.Args, tryName) {
		main()
	}
	code := m.Run()
	wipeCommon()
	os.Exit(code)
}

// sampleArchive indexes the sample articles.
func sampleArchive(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "articles"), demo.Articles()); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(dir, "archive")
	var stderr bytes.Buffer
	code := run(t.Context(), &console{
		args: []string{"--archive", archive, "-q", "index", filepath.Join(dir, "articles")}, stdin: &bytes.Buffer{},
		stdout: io.Discard, stderr: &stderr, getenv: func(string) string { return "" },
	})
	if code != 0 && code != 4 {
		t.Fatalf("index: exit code %d: %s", code, &stderr)
	}
	return archive
}

// TestMCP starts the command as a client does, and asks it.
func TestMCP(t *testing.T) {
	cmd := exec.Command(os.Args[0], "--archive", sampleArchive(t), "mcp")
	cmd.Env = append(os.Environ(), "DATELINE_TEST_MAIN=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	c, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).
		Connect(t.Context(), &mcp.CommandTransport{Command: cmd}, nil)
	if err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	var found struct {
		Archive struct{ Articles, Undated, Unplaced int }
		Hits    []struct {
			ID, SHA256 string
			Passages   []struct{ Text string }
		}
		Values    []struct{ ID string }
		Sentences []struct{ Article, Text string }
	}
	ask := func(name string, args map[string]any) {
		t.Helper()
		res, err := c.CallTool(t.Context(), &mcp.CallToolParams{Name: name, Arguments: args})
		if err != nil || res.IsError {
			t.Fatalf("%s: %v: %+v: %s", name, err, res, &stderr)
		}
		if err := json.Unmarshal([]byte(res.Content[0].(*mcp.TextContent).Text), &found); err != nil {
			t.Fatal(err)
		}
	}
	ask("search", map[string]any{"q": "harbour", "limit": 1})
	if len(found.Hits) != 1 || len(found.Hits[0].Passages) == 0 || len(found.Hits[0].SHA256) != 64 {
		t.Errorf("hits %+v", found.Hits)
	}
	if a := found.Archive; a.Articles < 40 || a.Undated == 0 || a.Unplaced == 0 {
		t.Errorf("of %+v", a)
	}
	ask("suggest", map[string]any{"q": "person:hope mar"})
	if len(found.Values) == 0 || found.Values[0].ID != "hope-marsh" {
		t.Fatalf("values %+v", found.Values)
	}
	ask("co_mentions", map[string]any{"field": "person", "id": "hope-marsh"})
	if len(found.Sentences) == 0 {
		t.Error("no sentences")
	}
	if err := c.Close(); err != nil { // the end of its input ends the command, with exit code 0
		t.Errorf("%v: %s", err, &stderr)
	}
	if stderr.Len() > 0 {
		t.Errorf("on standard error: %s", &stderr)
	}
}
