package opensearch

import "time"

// Machine is how a lock tells this machine.
func Machine() string { return machine() }

// IsRunning tells whether there is a process with a number.
func IsRunning(pid int) bool { return isRunning(pid) }

// SetDeadAfter sets for how long another's lock is watched, and returns what sets it back.
func SetDeadAfter(d time.Duration) (back func()) { return set(&deadAfter, d) }

// SetTrustFor sets for how long a writer takes its lock for its own, and returns what sets it back.
func SetTrustFor(d time.Duration) (back func()) { return set(&trustFor, d) }

func set(v *time.Duration, d time.Duration) (back func()) {
	was := *v
	*v = d
	return func() { *v = was }
}
