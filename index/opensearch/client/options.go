package client

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode"
)

// parseURLs returns the addresses of nodes.
func parseURLs(texts []string) ([]*url.URL, error) {
	if len(texts) == 0 {
		return nil, errors.New("no address of a cluster; wanted: --url https://host:9200")
	}
	urls := make([]*url.URL, len(texts))
	for i, text := range texts {
		u, err := url.Parse(text)
		switch {
		case strings.Contains(text, "@"): // seen first: its password must not be repeated
			return nil, errors.New("an address of a cluster has a user or password in it, where it can be read by " +
				"others; put them into a file and name it with --basic-auth-file")
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
			return nil, fmt.Errorf("%q is no address of a cluster; wanted: https://host:9200", text)
		case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
			return nil, fmt.Errorf("%q: an address of a cluster ends with its path", text)
		}
		urls[i] = u
	}
	return urls, nil
}

// authorization returns the header that says who asks, empty for nobody.
func (o *Options) authorization() (string, error) {
	switch {
	case o.BasicAuthFile != "" && o.APIKeyFile != "":
		return "", errors.New("--basic-auth-file and --api-key-file are two ways to say who asks; take one")
	case o.BasicAuthFile != "":
		text, err := secret(o.BasicAuthFile)
		if user, _, ok := strings.Cut(text, ":"); err == nil && (!ok || user == "") {
			err = fmt.Errorf("%s: wanted: user:password", o.BasicAuthFile)
		}
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)), err
	case o.APIKeyFile != "":
		key, err := secret(o.APIKeyFile)
		if err == nil && strings.ContainsFunc(key, unicode.IsSpace) {
			err = fmt.Errorf("%s: wanted: the key alone", o.APIKeyFile)
		}
		return "ApiKey " + key, err
	default:
		return "", nil
	}
}

// secret returns the only line of a file. Errors do not repeat any of it.
func secret(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read who asks the cluster: %w", err)
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if text == "" || strings.ContainsFunc(text, unicode.IsControl) {
		return "", fmt.Errorf("%s: wanted: one line", path)
	}
	return text, nil
}

// sealed returns nil where nobody on the way to a node can read what is sent.
func sealed(urls []*url.URL) error {
	for _, u := range urls {
		if u.Scheme != "https" && !isLoopback(u) {
			return fmt.Errorf("%s: a password or key would be sent in the clear; wanted: https://%s", nodeName(u), u.Host)
		}
	}
	return nil
}

func isLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// newDoor returns the connections to nodes, of which those with TLS trust who signed with a
// certificate in caFile.
func newDoor(caFile string, urls []*url.URL) (*door, error) {
	trust := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile != "" {
		data, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("read the cluster's authority: %w", err)
		}
		trust.RootCAs = x509.NewCertPool()
		if !trust.RootCAs.AppendCertsFromPEM(data) {
			return nil, fmt.Errorf("%s has no certificate; wanted: PEM, -----BEGIN CERTIFICATE-----", caFile)
		}
	}
	near := true
	for _, u := range urls {
		near = near && isLoopback(u)
	}
	dialer := &net.Dialer{
		Timeout: 5 * time.Second,
		// A node that lost its power is noticed within half a minute.
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3},
	}
	return &door{&http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		TLSClientConfig:     trust,
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     90 * time.Second,
		DisableCompression:  near, // within a machine it costs more than it saves
	}}, nil
}
