package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"dateline/search"
)

// A Status is how a cluster is doing.
type Status struct {
	Dir     string       `json:"dir"`
	Version string       `json:"version"` // of OpenSearch
	Health  string       `json:"health"`  // green, yellow, red; "": no node is up
	Nodes   []NodeStatus `json:"nodes"`
	CAFile  string       `json:"ca_file,omitempty"` // of a secure cluster, as the next two
	User    string       `json:"user,omitempty"`
	// PasswordFile holds User and its password.
	PasswordFile string `json:"password_file,omitempty"`
}

// A NodeStatus is how a node is doing.
type NodeStatus struct {
	Name   string `json:"name"`
	State  State  `json:"state"`
	URL    string `json:"url"`
	PID    int    `json:"pid,omitempty"`
	Memory int64  `json:"memory,omitempty"` // bytes that it holds of the machine's; 0: not known
}

// A State is what can be said of a node.
type State string

// The states of a node. One is not ready while its process runs and does not answer, or has not found
// all others that run.
const (
	IsUp     State = "up"
	NotReady State = "not ready"
	IsDown   State = "down"
)

// Status asks all nodes.
func (c *Cluster) Status(ctx context.Context) (*Status, error) {
	web, err := c.web()
	if err != nil {
		return nil, err
	}
	defer web.CloseIdleConnections()
	s := &Status{Dir: c.Dir, Version: versionOf(c.Secure)}
	if c.Secure {
		s.CAFile, s.User, s.PasswordFile = c.CAFile(), User, c.PasswordFile()
	}
	running := 0
	for n := range c.nodes() {
		node := NodeStatus{Name: name(n), URL: c.url(n), State: IsDown}
		pid, up := c.process(n)
		if up {
			running++
			node.PID, node.Memory, node.State = pid, memoryOf(pid), NotReady
		}
		s.Nodes = append(s.Nodes, node)
	}
	for i := range s.Nodes {
		if node := &s.Nodes[i]; node.State == NotReady {
			if h, err := c.health(ctx, web, i+1); err == nil && h.Nodes >= running {
				s.Health, node.State = h.Status, IsUp
			}
		}
	}
	return s, ctx.Err()
}

// Err tells what is wrong with the cluster, as search.ErrUnavailable; nil: all nodes are up, and no
// shard lacks its primary.
func (s *Status) Err() error {
	var wrong []string
	for _, n := range s.Nodes {
		if n.State != IsUp {
			wrong = append(wrong, fmt.Sprintf("%s %s", n.Name, n.State))
		}
	}
	if s.Health == "red" {
		wrong = append(wrong, "health red")
	}
	if len(wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", search.ErrUnavailable, strings.Join(wrong, ", "))
}

// memoryOf returns how many bytes of memory a process holds, 0 where the system does not tell.
func memoryOf(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fields := strings.Fields(string(data))
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// web returns what speaks to the nodes; who is done with it closes its connections.
func (c *Cluster) web() (*http.Client, error) {
	t := &http.Transport{} // no proxy: the nodes are here
	if c.Secure {
		ca, err := os.ReadFile(c.CAFile())
		if err != nil {
			return nil, err
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(ca) {
			return nil, fmt.Errorf("%w: %s is damaged: it holds no certificate", search.ErrUnavailable, c.CAFile())
		}
		t.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	return &http.Client{Transport: t, Timeout: answerTime}, nil
}

// answerTime is how long a node may take to tell its health.
const answerTime = 5 * time.Second

// health is the answer of _cluster/health.
type health struct {
	Status string `json:"status"`
	Nodes  int    `json:"number_of_nodes"`
}

// health asks node n.
func (c *Cluster) health(ctx context.Context, web *http.Client, n int) (health, error) {
	var h health
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url(n)+"/_cluster/health", nil)
	if err != nil {
		return h, err
	}
	if c.Secure {
		password, err := c.password()
		if err != nil {
			return h, err
		}
		req.SetBasicAuth(User, password)
	}
	resp, err := web.Do(req)
	if err != nil {
		return h, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return h, fmt.Errorf("%s answers %s", c.url(n), resp.Status)
	}
	return h, json.NewDecoder(resp.Body).Decode(&h)
}
