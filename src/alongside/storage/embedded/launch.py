"""Becomes a PostgreSQL program that ends with its parent. Run as a script of its own, never imported:

    python -I -S launch.py UID GID PARENT program argument…

It gives up root for UID and GID, asks Linux for SIGINT (PostgreSQL's fast, clean stop) when PARENT dies, and
turns into the program, which so is a direct child of PARENT. A script, because code between fork and exec in
a process with threads may hang, and because the order matters: changing the user forgets the death signal.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Read the arguments and become the program."""
    uid, gid, parent = (int(argument) for argument in sys.argv[1:4])
    become(uid, gid)
    end_with(parent)
    os.chdir("/")
    os.umask(0o077)
    for inherited in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(inherited, signal.SIG_DFL)
    os.execv(sys.argv[4], sys.argv[4:])


def become(uid: int, gid: int) -> None:
    """Be this user, with no other groups, if we are root."""
    if os.geteuid() == 0 and uid != 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def end_with(parent: int) -> None:
    """Get SIGINT when the parent dies, also if it is dead already. Elsewhere than on Linux nothing happens:
    there the next start finds and stops what was left running."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The server ended before its database started.")


if __name__ == "__main__":
    main()
