package mcpserver

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Serve answers what comes in, a message a line, until it ends or ctx is done.
func (s *Server) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	w := &whole{w: out}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, mcp.DefaultMaxLineLength)
	err := s.mcp.Run(ctx, &mcp.IOTransport{Reader: io.NopCloser(&messages{lines: lines, out: w}), Writer: w})
	if err == nil || ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("exchange messages of the Model Context Protocol: %w", err)
}

// whole is a writer that several write to, each a message at once, and that others close.
type whole struct {
	mu sync.Mutex
	w  io.Writer
}

func (w *whole) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.w.Write(p)
}

func (*whole) Close() error { return nil }

// messages are the lines that are messages. To others, at which the library would end, it
// answers that they are none.
type messages struct {
	lines *bufio.Scanner
	out   io.Writer
	rest  []byte // of the message that is being read
}

func (m *messages) Read(p []byte) (int, error) {
	for len(m.rest) == 0 {
		if !m.lines.Scan() {
			return 0, cmp.Or(m.lines.Err(), io.EOF)
		}
		line := bytes.TrimSpace(m.lines.Bytes())
		if len(line) == 0 {
			continue
		}
		_, err := jsonrpc.DecodeMessage(line)
		switch {
		case !json.Valid(line):
			err = m.refuse(jsonrpc.CodeParseError, "a line is not JSON")
		case err != nil:
			err = m.refuse(jsonrpc.CodeInvalidRequest, "a line is not one message of JSON-RPC 2.0")
		default:
			m.rest = append(bytes.Clone(line), '\n')
		}
		if err != nil {
			return 0, err
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// refuse answers a line that is no message; whose it is is not known.
func (m *messages) refuse(code int, says string) error {
	_, err := fmt.Fprintf(m.out, `{"jsonrpc":"2.0","id":null,"error":{"code":%d,"message":%q}}`+"\n", code, says)
	return err
}
