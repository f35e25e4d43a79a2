package opensearch

import (
	"context"
	"errors"
	"testing"
)

func TestOnce(t *testing.T) {
	o := newOnce[int]()
	failed := errors.New("failed")
	if _, err := o.get(t.Context(), func() (int, error) { return 1, failed }); err != failed {
		t.Error(err)
	}
	begun, end, done := make(chan bool), make(chan bool), make(chan int)
	go func() {
		n, _ := o.get(context.Background(), func() (int, error) { begun <- true; <-end; return 2, nil })
		done <- n
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.get(ctx, func() (int, error) { return 3, nil }); err != context.Canceled {
		t.Errorf("who waits no more: %v", err)
	}
	close(end)
	if n := <-done; n != 2 || o.known() != 2 {
		t.Error(n, o.known())
	}
	if n, err := o.get(ctx, func() (int, error) { return 3, nil }); n != 2 || err != nil {
		t.Errorf("found out again: %d, %v", n, err)
	}
}
