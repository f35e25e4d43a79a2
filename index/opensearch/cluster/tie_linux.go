package cluster

import "syscall"

// tie has the system kill a process when the thread that starts it ends.
func tie(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
