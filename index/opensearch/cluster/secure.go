package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// User is who may do everything in a secure cluster.
const User = "admin"

// CAFile is the certificate that signs those of a secure cluster's nodes.
func (c *Cluster) CAFile() string { return c.file("ca.pem") }

// PasswordFile holds User and its password, as in admin:secret, and is for its owner alone.
func (c *Cluster) PasswordFile() string { return c.file("password") }

// secrets are the files of a secure cluster. All nodes have one certificate; the CA's own key is not kept.
var secrets = []string{"ca.pem", "node.pem", "node.key", "password"}

// makeSecrets makes the cluster's certificates and its password, if they are not there.
func (c *Cluster) makeSecrets() error {
	if _, err := os.Stat(c.PasswordFile()); err == nil { // the last that is written
		return nil
	}
	ca, cert, key, err := certificates()
	if err != nil {
		return err
	}
	for i, data := range [][]byte{ca, cert, key, []byte(User + ":" + rand.Text() + "\n")} {
		mode := os.FileMode(0o600)
		if secrets[i] == "ca.pem" {
			mode = 0o644
		}
		if err := replace(c.file(secrets[i]), data, mode); err != nil {
			return err
		}
	}
	return nil
}

// certificates returns a new CA's certificate, and one of a node with its key, as PEM.
func certificates() (ca, cert, key []byte, err error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, nil, err
	}
	nodeKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, nil, err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "dateline cluster CA"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	node := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "node"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
	}
	caDER, err := x509.CreateCertificate(rand.Reader, authority, authority, caKey.Public(), caKey)
	if err != nil {
		return nil, nil, nil, err
	}
	nodeDER, err := x509.CreateCertificate(rand.Reader, node, authority, nodeKey.Public(), caKey)
	if err != nil {
		return nil, nil, nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(nodeKey)
	if err != nil {
		return nil, nil, nil, err
	}
	return inPEM("CERTIFICATE", caDER), inPEM("CERTIFICATE", nodeDER), inPEM("PRIVATE KEY", keyDER), nil
}

func inPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// password returns the password of User.
func (c *Cluster) password() (string, error) {
	data, err := os.ReadFile(c.PasswordFile())
	return strings.TrimPrefix(strings.TrimSpace(string(data)), User+":"), err // older ones have it alone
}

// secureSettings are the lines of opensearch.yml that make a node secure.
const secureSettings = `plugins.security.ssl.transport.pemcert_filepath: node.pem
plugins.security.ssl.transport.pemkey_filepath: node.key
plugins.security.ssl.transport.pemtrustedcas_filepath: ca.pem
plugins.security.ssl.transport.enforce_hostname_verification: false
plugins.security.ssl.http.enabled: true
plugins.security.ssl.http.pemcert_filepath: node.pem
plugins.security.ssl.http.pemkey_filepath: node.key
plugins.security.ssl.http.pemtrustedcas_filepath: ca.pem
plugins.security.nodes_dn: ["CN=node"]
plugins.security.allow_default_init_securityindex: true
`

// configureSecure puts into a node's folder config what it needs of the secrets, and the plugin's own
// settings with one user.
func (c *Cluster) configureSecure(config, home string) error {
	for _, file := range []string{"ca.pem", "node.pem", "node.key"} {
		data, err := os.ReadFile(c.file(file))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(config, file), data, 0o600); err != nil {
			return err
		}
	}
	settings := filepath.Join(config, "opensearch-security")
	if err := os.RemoveAll(settings); err != nil {
		return err
	}
	if err := os.CopyFS(settings, os.DirFS(filepath.Join(home, "plugins", "opensearch-security", "config"))); err != nil {
		return err
	}
	password, err := c.password()
	if err != nil {
		return err
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		return err
	}
	users := fmt.Sprintf("_meta: {type: internalusers, config_version: 2}\n"+
		"%s: {hash: '%s', reserved: true, backend_roles: [admin]}\n", User, hash)
	return os.WriteFile(filepath.Join(settings, "internal_users.yml"), []byte(users), 0o600)
}
