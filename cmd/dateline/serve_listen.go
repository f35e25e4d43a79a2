package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
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

// listen fills in the listeners: those that systemd passes, else those that the flags name.
func (s *service) listen(ctx *cli.Context, getenv func(string) string, open bool) (err error) {
	if s.listener, s.metricsListener, err = passed(getenv); err != nil {
		return err
	}
	if s.listener != nil {
		if err := mayListen(s.listener.Addr(), open); err != nil {
			return err
		}
	} else if s.listener, err = listen(ctx.String("listen"), open); err != nil {
		return err
	}
	if addr := ctx.String("metrics-listen"); addr != "" && s.metricsListener == nil {
		s.metricsListener, err = listen(addr, true)
	}
	return err
}

// The sockets that systemd passes to a program that it starts (sd_listen_fds(3)) are files
// from firstPassed on. The one that is named metricsSocket is for metrics.
const (
	firstPassed   = 3
	metricsSocket = "metrics"
)

// passed returns the listeners that systemd has passed, nil where there are none: the one of
// the page, and that of metrics.
func passed(getenv func(string) string) (page, metrics net.Listener, err error) {
	n, _ := strconv.Atoi(getenv("LISTEN_FDS"))
	if getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
		return nil, nil, nil
	}
	names := strings.Split(getenv("LISTEN_FDNAMES"), ":")
	for i := range n {
		file := os.NewFile(uintptr(firstPassed+i), "socket")
		l, err := net.FileListener(file) // of a copy
		file.Close()
		if err != nil {
			return nil, nil, fmt.Errorf("the socket that systemd passed: %w", err)
		}
		switch {
		case i < len(names) && names[i] == metricsSocket:
			metrics = l
		case page == nil:
			page = l
		default:
			return nil, nil, errors.New("systemd passed two sockets for the page; there can be one, and one named " + metricsSocket)
		}
	}
	return page, metrics, nil
}
