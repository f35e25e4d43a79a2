package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"

	"dateline/search"
)

// An Error is what the cluster refuses.
type Error struct {
	Status int    // of HTTP
	Type   string // as OpenSearch names it, such as index_not_found_exception; may be empty
	Reason string // as the cluster says, on one line
	Doing  string // what was asked: POST /index/_search, or create index/id
	Node   string // who answered
	// Unsure tells that the same was sent before and is not known to have failed: a document
	// that is there already may be the one that was sent.
	Unsure bool
}

func (e *Error) Error() string {
	text := e.Doing + ": " + e.say()
	if e.Node != "" {
		return e.Node + ": " + text
	}
	return text
}

// partial is the type of an answer that is not whole, where the cluster gives none.
const partial = "partial_answer"

var notPermitted = regexp.MustCompile(`no permissions for \[([^\]]*)\]`)

// say tells what is wrong, and how to mend it where that is known.
func (e *Error) say() string {
	switch {
	case e.Status == http.StatusUnauthorized:
		return "the cluster does not let us in: no password or key was given, or not the right one (--basic-auth-file, --api-key-file)"
	case e.isFull():
		return "a disk of the cluster is nearly full, and what is there can only be read; free space on it, or add a node"
	case e.Status == http.StatusForbidden:
		if m := notPermitted.FindStringSubmatch(e.Reason); m != nil {
			return "not permitted: " + m[1] + "; give the user a role that permits it"
		}
		return "not permitted: " + e.Reason
	case e.Type == "circuit_breaking_exception":
		return "the cluster is short of memory: " + e.Reason
	case e.Type == "too_many_buckets_exception":
		return "too many counts are asked for at once (search.max_buckets): " + e.Reason
	case e.Type == "index_not_found_exception":
		return e.Reason
	case e.Status == http.StatusRequestEntityTooLarge:
		return "more than the cluster, or a proxy before it, takes at once"
	case e.Type == partial:
		return e.Reason
	case e.Type == "":
		return strings.TrimSuffix(fmt.Sprintf("answers %d %s: %s", e.Status, http.StatusText(e.Status), e.Reason), ": ")
	default:
		return e.Type + ": " + e.Reason
	}
}

// Unwrap returns search.ErrUnavailable where the cluster can't be used.
func (e *Error) Unwrap() error {
	switch {
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden, e.isFull(), e.mayPass(),
		e.Status >= http.StatusMultipleChoices && e.Status < http.StatusBadRequest,
		e.Type == "index_not_found_exception", e.Type == "circuit_breaking_exception":
		return search.ErrUnavailable
	default:
		return nil
	}
}

// isFull tells of the block that comes when a disk passes its flood stage.
func (e *Error) isFull() bool {
	return e.Type == "cluster_block_exception" && strings.Contains(e.Reason, "read-only-allow-delete")
}

// passing are the types of what goes away when another node or copy has taken over, whatever
// the status.
var passing = []string{
	"connect_transport_exception", "node_closed_exception", "node_disconnected_exception",
	"node_not_connected_exception", "no_shard_available_action_exception", "receive_timeout_transport_exception",
	"rejected_execution_exception", "es_rejected_execution_exception", "unavailable_shards_exception",
	"shard_not_in_primary_mode_exception",
}

// mayPass tells whether the same may go well later.
func (e *Error) mayPass() bool {
	switch {
	case e.isFull(), e.Type == "too_many_buckets_exception":
		return false
	case slices.Contains(passing, e.Type):
		return true
	}
	switch e.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// IsMissing tells that an index or a document is not there.
func IsMissing(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

// IsConflict tells that a document is there already, or is another than was thought; of a
// BulkError, that this is so of all that were refused.
func IsConflict(err error) bool {
	if b := (*BulkError)(nil); errors.As(err, &b) {
		return !slices.ContainsFunc(b.Refused, func(r Refused) bool { return r.Status != http.StatusConflict })
	}
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Status == http.StatusConflict
}

// A cause is an error as OpenSearch writes it.
type cause struct {
	Type         string  `json:"type"`
	Reason       string  `json:"reason"`
	RootCause    []cause `json:"root_cause"`
	CausedBy     *cause  `json:"caused_by"`
	FailedShards []struct {
		Reason cause `json:"reason"`
	} `json:"failed_shards"`
}

// UnmarshalJSON reads a cause that is but a string, too.
func (c *cause) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &c.Reason)
	}
	type bare cause
	return json.Unmarshal(data, (*bare)(c))
}

// first returns the type and the reason of what is at the bottom.
func (c *cause) first() (kind, reason string) {
	switch {
	case len(c.RootCause) > 0 && c.RootCause[0].Type != "":
		return c.RootCause[0].first()
	case len(c.FailedShards) > 0:
		return c.FailedShards[0].Reason.first()
	case c.CausedBy != nil && c.Type == "search_phase_execution_exception": // which says nothing itself
		return c.CausedBy.first()
	case c.CausedBy != nil && c.CausedBy.Reason != "" && c.CausedBy.Reason != c.Reason:
		return c.Type, line(c.Reason + ": " + c.CausedBy.Reason)
	default:
		return c.Type, line(c.Reason)
	}
}

// refused returns the error of an answer that is none.
func (c *Client) refused(r *Request, resp *http.Response, data []byte) error {
	e := &Error{Status: resp.StatusCode, Doing: r.doing(), Node: nodeName(resp.Request.URL)}
	var body struct {
		Error *cause `json:"error"`
	}
	switch err := json.Unmarshal(data, &body); {
	case err == nil && body.Error != nil:
		e.Type, e.Reason = body.Error.first()
	case resp.StatusCode < http.StatusBadRequest:
		e.Reason = "redirects are not followed; wanted: the address of the cluster itself"
	default:
		e.Reason = line(string(data))
	}
	if !e.mayPass() || !r.isSafe() {
		return e
	}
	a := &again{error: e, after: retryAfter(resp.Header)}
	switch {
	case e.Type == "circuit_breaking_exception" && r.isRead() && !strings.Contains(e.Reason, "[parent]"):
		a.most = fewTries // it takes too much itself
	case e.Type == "circuit_breaking_exception" && r.isRead():
		a.most = memoryTries
	case e.Status == http.StatusBadGateway, e.Status == http.StatusGatewayTimeout:
		a.unsure = true
	}
	return a
}

// A brokenError is the error of a connection.
type brokenError struct {
	text  string
	cause error
}

func (e *brokenError) Error() string   { return e.text }
func (e *brokenError) Unwrap() []error { return []error{search.ErrUnavailable, e.cause} }

// noAnswer returns the error of a node that did not answer, or not to the end.
func (c *Client) noAnswer(r *Request, err error) error {
	where, why := r.doing(), err
	if n := (*nodeError)(nil); errors.As(err, &n) {
		where, why = nodeName(n.url)+": "+where, n.err
	}
	e := &brokenError{where + ": " + sayOf(why), why}
	left := !unsent(why)
	if left && !r.isSafe() {
		e.text += "; it is not known whether it was carried out"
		return e
	}
	a := &again{error: e, other: true, unsure: left}
	if isCertificate(why) {
		a.most = len(c.urls)
	}
	return a
}

// unsent tells that a request can't have reached anybody.
func unsent(err error) bool {
	op := (*net.OpError)(nil)
	return errors.As(err, &op) && op.Op == "dial" || isCertificate(err)
}

// isCertificate tells of a node that we do not trust.
func isCertificate(err error) bool {
	untrusted, record := (*tls.CertificateVerificationError)(nil), tls.RecordHeaderError{}
	return errors.As(err, &untrusted) || errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch)
}

// sayOf tells what is wrong with a connection, and how to mend it where that is known.
func sayOf(err error) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		dns       *net.DNSError
	)
	switch text := err.Error(); {
	case errors.As(err, &authority):
		return "its certificate is signed by an authority that is not known; name a file with that of the authority with --ca-file"
	case errors.As(err, &host):
		return fmt.Sprintf("its certificate is not for %s but for %s", host.Host, names(host.Certificate))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("its certificate is good from %s to %s, and today is %s", day(invalid.Cert.NotBefore),
			day(invalid.Cert.NotAfter), day(time.Now()))
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "it does not speak TLS; is its address http://?"
	case strings.Contains(text, "malformed HTTP response"):
		return "it does not speak HTTP; is its address https://?"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.As(err, &dns):
		return "there is no host " + dns.Name
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody is there (connection refused); does the cluster run?"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, syscall.EPIPE):
		return errCut.Error()
	default:
		return line(text)
	}
}

// names returns whom a certificate is for.
func names(c *x509.Certificate) string {
	all := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	if len(all) == 0 {
		return "nobody"
	}
	return line(strings.Join(all, ", "))
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// line returns what another said as a part of one line, not too long.
func line(s string) string {
	const most = 300
	short := strings.ToValidUTF8(s[:min(len(s), most)], "")
	short = strings.Join(strings.FieldsFunc(short, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if len(s) > most {
		short += "…"
	}
	return short
}
