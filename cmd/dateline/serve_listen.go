package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// listen listens on an address and port, or on "unix:PATH"; where other machines can reach it
// only if open.
func listen(addr string, open bool) (net.Listener, error) {
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		return listenUnix(path)
	}
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil || addr == "" {
		return nil, &usageError{fmt.Sprintf("an address and a port is wanted, such as 127.0.0.1:8080, "+
			"or unix:PATH, and not %q", addr), "serve"}
	}
	if err := mayListen(at, open); err != nil {
		return nil, err
	}
	return net.ListenTCP("tcp", at)
}

// mayListen refuses an address that other machines can reach unless open.
func mayListen(at net.Addr, open bool) error {
	if tcp, ok := at.(*net.TCPAddr); open || ok && tcp.IP.IsLoopback() || at.Network() == "unix" {
		return nil
	}
	return &usageError{fmt.Sprintf("%s can be reached from other machines; say who may read the archive with "+
		"--auth or --trust-header, or add --public if everybody there may", at), "serve"}
}

// listenUnix listens on a socket, in the place of one that a server left that was killed.
func listenUnix(path string) (net.Listener, error) {
	if info, err := os.Stat(path); err == nil && info.Mode().Type() == os.ModeSocket {
		c, err := net.DialTimeout("unix", path, time.Second)
		if err == nil {
			c.Close()
			return nil, fmt.Errorf("listen on %s: another server does", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("listen on %s: %w", path, err)
		}
	}
	return net.Listen("unix", path)
}
