"""Serves an archive again and again, each time in a forked process: nothing has to be imported anew.

Reads a port from each line of standard input, and answers with the process that serves there.
"""

import os
import signal
import sys
from importlib import import_module

from app.cli_serving import serve


def main() -> None:
    import_module("app.web.app")  # that no child does it again
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who was killed is not waited for
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _serve(int(line))
        print(child, flush=True)


def _serve(port: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    try:
        serve("127.0.0.1", port, 1)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
