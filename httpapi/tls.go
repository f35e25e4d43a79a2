package httpapi

import (
	"crypto/tls"
	"fmt"
	"log/slog"
)

// TLS returns a configuration with the certificate and the key of two files in PEM. They are
// read again whenever they have changed, and what is wrong with them then goes to log.
func TLS(certFile, keyFile string, log *slog.Logger) (*tls.Config, error) {
	pair, err := keep(log, func() (*tls.Certificate, error) {
		c, err := tls.LoadX509KeyPair(certFile, keyFile)
		if err != nil {
			return nil, fmt.Errorf("certificate %s and key %s: %w", certFile, keyFile, err)
		}
		return &c, nil
	}, certFile, keyFile)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return pair.get(), nil
		},
	}, nil
}
