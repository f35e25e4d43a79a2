package opensearch

import "time"

// Machine is how a lock tells this machine.
func Machine() string { return machine() }

// SetDeadAfter sets for how long another's lock is watched, and returns what sets it back.
func SetDeadAfter(d time.Duration) (back func()) {
	was := deadAfter
	deadAfter = d
	return func() { deadAfter = was }
}
