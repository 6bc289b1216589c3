"""Waiting for a server, and what Linux tells about its processes: who holds a lock, who has a connection."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

from benchmarks.serving import Server

ESTABLISHED = "01"
SOON = 30  # seconds in which a server has seen every file, on a machine that does other things too


def holders_of(lock: Path) -> set[int]:
    """The processes that hold this file's lock."""
    inode = str(lock.stat().st_ino)
    rows = [line.split() for line in Path("/proc/locks").read_text("ascii").splitlines()]
    return {int(row[4]) for row in rows if row[1] == "FLOCK" and row[5].rpartition(":")[2] == inode}


def connected_workers(parent: int, port: int) -> set[int]:
    """The children of a process that have a reader connected at this port."""
    sockets = _sockets_at(port)
    return {child for child in _children(parent) if _open_sockets(child) & sockets}


def _sockets_at(port: int) -> set[str]:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return {row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == ESTABLISHED}


def _children(parent: int) -> set[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii")
    return {int(child) for child in listed.split()}


def _open_sockets(process: int) -> set[str]:
    found = set()
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):
            found.update(re.findall(r"socket:\[(\d+)\]", str(link.readlink())))
    return found


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something that has to happen soon."""
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def answers(server: Server) -> bool:
    """Whether a server is ready."""
    try:
        return server.client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False
