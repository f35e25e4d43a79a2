package httpapi

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/crypto/bcrypt"
)

// Who may read: everybody; or the Users of a file, who log in by name and password; or whom
// a Proxy names.

// userKey is where the context of a request has the name of who asks.
type userKey struct{}

// userOf returns who asks, empty where nobody has to say.
func userOf(ctx context.Context) string {
	user, _ := ctx.Value(userKey{}).(string)
	return user
}

// admit finds out who asks, and refuses who may not or asks too often.
func (s *server) admit(r *http.Request) (*http.Request, error) {
	if isOpen(r) {
		return r, nil
	}
	user, err := s.who(r)
	if err != nil {
		return r, err
	}
	r = r.WithContext(context.WithValue(r.Context(), userKey{}, user))
	return r, s.limit(r)
}

// isOpen tells whether everybody may have what is asked for: it tells nothing of an archive.
// The path is looked at as routes do, with nothing decoded.
func isOpen(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && isOpenPath(r.URL.EscapedPath())
}

func isOpenPath(path string) bool {
	return path == "/healthz" || strings.HasPrefix(path, "/static/") || inCollection(path) == "/embed.js"
}

func (s *server) who(r *http.Request) (string, error) {
	switch {
	case s.Users != nil:
		return s.Users.login(r)
	case s.Proxy != nil:
		return s.Proxy.who(r)
	default:
		return "", nil
	}
}

// Users are those who may read, each with a password, in a file as htpasswd of the Apache
// server writes it, of which only bcrypt is taken.
type Users struct {
	file   *kept[passwords]
	failed *askers // addresses from which a log-in failed

	key   []byte // of this process: what is remembered is of no use elsewhere
	mu    sync.Mutex
	right map[[sha256.Size]byte]bool // log-ins that were right: bcrypt is slow on purpose
}

// passwords are the hashes of users by name, and all of them as the file has them.
type passwords struct {
	hashes map[string]string
	all    []string
	secret [sha256.Size]byte // of the file
}

const (
	maxCost  = 14   // of bcrypt: a second and more
	maxRight = 1000 // log-ins that are remembered

	// How many log-ins may fail from one address: so many at once, and one a second.
	failBurst = 20
)

// ReadUsers returns the users of a file. It is read again whenever it has changed, and what
// is wrong with it then goes to log.
func ReadUsers(path string, log *slog.Logger) (*Users, error) {
	file, err := keep(log, func() (passwords, error) { return readPasswords(path) }, path)
	if err != nil {
		return nil, err
	}
	return &Users{
		file:   file,
		failed: newAskers(1, failBurst),
		key:    []byte(rand.Text()),
		right:  map[[sha256.Size]byte]bool{},
	}, nil
}

func readPasswords(path string) (passwords, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return passwords{}, fmt.Errorf("read users: %w", err)
	}
	p := passwords{hashes: map[string]string{}, secret: sha256.Sum256(data)}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, hash, _ := strings.Cut(line, ":")
		cost, err := bcrypt.Cost([]byte(hash))
		switch {
		case name == "" || !isText(name):
			return p, fmt.Errorf("%s:%d: wanted: NAME:HASH", path, n)
		case err != nil:
			return p, fmt.Errorf("%s:%d: the password of %s is not hashed by bcrypt; mend it with: htpasswd -B %s %s",
				path, n, name, path, name)
		case cost > maxCost:
			return p, fmt.Errorf("%s:%d: the password of %s takes too long to check; mend it with: htpasswd -B -C 10 %s %s",
				path, n, name, path, name)
		case p.hashes[name] != "":
			return p, fmt.Errorf("%s:%d: %s stands here twice", path, n, name)
		}
		p.hashes[name] = hash
		p.all = append(p.all, hash)
	}
	if len(p.all) == 0 {
		return p, fmt.Errorf("%s names nobody; add a user with: htpasswd -B %s NAME", path, path)
	}
	return p, nil
}

// login returns the name of who asks, by HTTP Basic authentication (RFC 7617).
func (u *Users) login(r *http.Request) (string, error) {
	name, password, ok := r.BasicAuth()
	if !ok {
		return "", unauthorized("log in to read this archive")
	}
	hash, known := u.hash(name)
	sum := u.sum(hash, password)
	if known && u.remembered(sum) {
		return name, nil
	}
	// Taken before it has failed, or many that come at once would all be tried.
	wait, giveBack := u.failed.take(addressOf(r))
	if wait > 0 {
		return "", tooMany("too many log-ins have failed from where you are", wait)
	}
	err := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password))
	if err != nil || !known {
		return "", unauthorized("there is no such user with this password")
	}
	giveBack()
	u.remember(sum)
	return name, nil
}

// hash returns the hash that a user's password is held against. An unknown user has one too,
// always the same of those in the file, so that the answer takes as long as for some user.
func (u *Users) hash(name string) (hash string, known bool) {
	p := u.file.get()
	if hash, known = p.hashes[name]; known {
		return hash, true
	}
	sum := sha256.Sum256(append(p.secret[:], name...))
	return p.all[binary.BigEndian.Uint64(sum[:])%uint64(len(p.all))], false
}

// Has tells whether there is a user with a name.
func (u *Users) Has(name string) bool {
	_, known := u.hash(name)
	return known
}

// sum is that of a log-in. With another hash it is another, so that a password that was
// changed is not right any more.
func (u *Users) sum(hash, password string) [sha256.Size]byte {
	mac := hmac.New(sha256.New, u.key)
	fmt.Fprintf(mac, "%s\x00%s", hash, password)
	return [sha256.Size]byte(mac.Sum(nil))
}

func (u *Users) remembered(sum [sha256.Size]byte) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.right[sum]
}

func (u *Users) remember(sum [sha256.Size]byte) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.right) >= maxRight {
		clear(u.right)
	}
	u.right[sum] = true
}

func unauthorized(detail string) error {
	return refusal{
		status: http.StatusUnauthorized,
		detail: detail,
		header: http.Header{"Www-Authenticate": {`Basic realm="Dateline", charset="UTF-8"`}},
	}
}

// A Proxy stands between askers and the server, and says in a header who asks. Nobody else
// is believed.
type Proxy struct {
	header string
	from   []netip.Prefix
	unix   bool
}

var headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// NewProxy returns the proxy that asks from one of the addresses: an IP address, a network as
// 10.1.2.0/24, or "unix" for whoever may write to the server's Unix socket.
func NewProxy(header string, from []string) (*Proxy, error) {
	if !headerName.MatchString(header) {
		return nil, fmt.Errorf("%q is not the name of a header", header)
	}
	if len(from) == 0 {
		return nil, errors.New("no address is named from which the header is believed")
	}
	p := &Proxy{header: header}
	for _, s := range from {
		if s == "unix" {
			p.unix = true
			continue
		}
		network, err := netip.ParsePrefix(s)
		if addr, failed := netip.ParseAddr(s); failed == nil {
			network, err = addr.Unmap().Prefix(addr.Unmap().BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an IP address nor a network, nor unix", s)
		}
		p.from = append(p.from, network)
	}
	return p, nil
}

// who returns the name that the proxy gives.
func (p *Proxy) who(r *http.Request) (string, error) {
	if !p.trusts(peer(r)) {
		return "", refusal{status: http.StatusForbidden, detail: "this server answers only through its proxy"}
	}
	names := r.Header.Values(p.header)
	if len(names) != 1 || names[0] == "" || !isText(names[0]) {
		return "", refusal{status: http.StatusForbidden, detail: "the proxy does not say who asks"}
	}
	return names[0], nil
}

func (p *Proxy) trusts(addr netip.Addr) bool {
	if !addr.IsValid() {
		return p.unix
	}
	for _, network := range p.from {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}

// peer returns the address that a request came from, the zero one where it came over a Unix
// socket.
func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

// addressOf returns where a request came from, as one asker: who has an IPv6 address has a
// whole network of them.
func addressOf(r *http.Request) string {
	addr := peer(r)
	if addr.Is6() {
		network, _ := addr.Prefix(64)
		return network.String()
	}
	return addr.String()
}
