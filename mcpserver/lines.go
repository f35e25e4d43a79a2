package mcpserver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Serve answers what comes in, a message a line, until it ends or ctx is done. What was asked
// before the end is answered.
func (s *Server) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	w := &whole{w: out}
	messages := &messages{lines: bufio.NewReader(in), out: w}
	err := s.mcp.Run(ctx, &answering{&mcp.IOTransport{Reader: io.NopCloser(messages), Writer: w}})
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
	lines *bufio.Reader
	out   io.Writer
	rest  []byte // of the message that is being read
}

// maxLine is how many bytes a line may have, with its end: more the library does not read.
const maxLine = mcp.DefaultMaxLineLength

func (m *messages) Read(p []byte) (int, error) {
	for len(m.rest) == 0 {
		line, err := m.line()
		if err != nil {
			return 0, err
		}
		whole := len(line) < maxLine
		line = bytes.TrimSpace(line)
		if len(line) == 0 && whole {
			continue
		}
		switch _, wrong := jsonrpc.DecodeMessage(line); {
		case !whole:
			err = m.refuse(jsonrpc.CodeInvalidRequest, fmt.Sprintf("a line has more than %d bytes", maxLine))
		case !json.Valid(line):
			err = m.refuse(jsonrpc.CodeParseError, "a line is not JSON")
		case wrong != nil:
			err = m.refuse(jsonrpc.CodeInvalidRequest, "a line is not one message of JSON-RPC 2.0")
		default:
			m.rest = append(line, '\n')
		}
		if err != nil {
			return 0, err
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// line returns the next line, of one that is too long its beginning. The last one needs no end.
func (m *messages) line() (line []byte, err error) {
	for {
		part, err := m.lines.ReadSlice('\n')
		if len(line) < maxLine {
			line = append(line, part...)
		}
		switch {
		case err == io.EOF && len(line) > 0:
			return line, nil
		case err != bufio.ErrBufferFull:
			return line, err
		}
	}
}

// refuse answers a line that is no message; whose it is is not known.
func (m *messages) refuse(code int, says string) error {
	_, err := fmt.Fprintf(m.out, `{"jsonrpc":"2.0","id":null,"error":{"code":%d,"message":%q}}`+"\n", code, says)
	return err
}

// answering is a transport whose input ends when all calls in it have been answered: at the
// end the library breaks off those that have not.
type answering struct{ mcp.Transport }

func (t *answering) Connect(ctx context.Context) (mcp.Connection, error) {
	c, err := t.Transport.Connect(ctx)
	return &asked{Connection: c, calls: map[jsonrpc.ID]bool{}, changed: make(chan struct{}, 1)}, err
}

type asked struct {
	mcp.Connection
	mu      sync.Mutex
	calls   map[jsonrpc.ID]bool // that have not been answered
	closed  bool                // nothing will be answered any more
	changed chan struct{}       // has something when one of both changed
}

func (a *asked) Read(ctx context.Context) (jsonrpc.Message, error) {
	message, err := a.Connection.Read(ctx)
	if call, ok := message.(*jsonrpc.Request); ok && err == nil && call.IsCall() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.calls[call.ID] = true
	}
	for err == io.EOF && a.waits() {
		select {
		case <-a.changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return message, err
}

func (a *asked) waits() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.calls) > 0 && !a.closed
}

func (a *asked) Write(ctx context.Context, message jsonrpc.Message) error {
	err := a.Connection.Write(ctx, message)
	if answer, ok := message.(*jsonrpc.Response); ok {
		a.change(func() { delete(a.calls, answer.ID) })
	}
	return err
}

func (a *asked) Close() error {
	a.change(func() { a.closed = true })
	return a.Connection.Close()
}

func (a *asked) change(do func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	do()
	select {
	case a.changed <- struct{}{}:
	default: // it has something
	}
}
