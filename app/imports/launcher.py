"""Becomes another program, with less memory, time and output than this one has. Run by path, never imported.

A program of its own instead of `preexec_fn`, which may hang where other threads run.
"""

import os
import resource
import signal
import sys


def _limit(limit: int, value: int) -> None:
    try:
        resource.setrlimit(limit, (value, value))
    except (OSError, ValueError):  # macOS knows no limit of memory; where there is one, nothing runs without
        if sys.platform == "linux":
            raise


def main() -> None:
    memory, seconds, output, *command = sys.argv[1:]
    limits = {
        resource.RLIMIT_AS: int(memory),
        resource.RLIMIT_CPU: int(seconds),
        resource.RLIMIT_FSIZE: int(output),
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        _limit(limit, value)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it, and what it becomes would too
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
