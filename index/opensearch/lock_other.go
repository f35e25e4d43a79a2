//go:build !unix

package opensearch

// isRunning tells whether there may be a process with a number on this machine.
func isRunning(int) bool { return true }
