package main

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// fileSystemOf tells what the folder dir lies on, or will when it is made.
func fileSystemOf(dir string) fileSystem {
	var s unix.Statfs_t
	for unix.Statfs(dir, &s) != nil {
		if dir == filepath.Dir(dir) {
			return fileSystem{}
		}
		dir = filepath.Dir(dir)
	}
	is := fileSystem{readOnly: s.Flags&unix.ST_RDONLY != 0}
	switch uint32(s.Type) {
	case unix.NFS_SUPER_MAGIC:
		is.kind, is.network = "NFS", true
	case unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC:
		is.kind, is.network = "SMB", true
	case unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC, unix.CODA_SUPER_MAGIC, unix.CEPH_SUPER_MAGIC:
		is.kind, is.network = "AFS, Coda or Ceph", true
	case unix.V9FS_MAGIC:
		is.kind, is.network = "9P", true
	case unix.TMPFS_MAGIC, unix.RAMFS_MAGIC:
		is.kind, is.lost = "tmpfs", true
	}
	return is
}

// openFiles returns how many files the process may have open; 0: not known.
func openFiles() uint64 {
	var r unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &r) != nil {
		return 0
	}
	return r.Cur
}
