"""A real server of an archive in a folder, which can be killed and is back a second later."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from app.search.engines import choose_engine
from app.services.archive import Archive, open_archive
from tests.proofs.processes import wait_until
from tests.web.serving import settings_for

ROOT = Path(__file__).parents[2]
PLACES = ("stories", "personas", "state", "search_index")


class ForkedServer:
    """Serves a folder's archive from entering to leaving, whatever is killed between them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.settings = folder, settings_for(folder)
        self.process = self.kills = 0

    def opened(self) -> Archive:
        """The archive, for this process too."""
        return open_archive(self.settings, choose_engine(self.settings))

    def __enter__(self) -> Self:
        places = {f"STORYHOLD_{name.upper()}": str(self.folder / name) for name in PLACES}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STORYHOLD_")}
        with (self.folder / "log").open("w") as log:
            self.forks = subprocess.Popen(
                [sys.executable, "-m", "tests.proofs.forking"], cwd=ROOT, env=kept | places, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        assert self.forks.stdout.readline() == "ready\n", self.logged()
        self.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.client.close()
        self.forks.stdin.close()
        os.kill(self.process, signal.SIGTERM)
        wait_until(self.is_gone)
        self.forks.wait(20)
        self.forks.stdout.close()

    def start(self) -> None:
        """Start a server and wait until it says that it is ready."""
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.forks.stdin.write(f"{port}\n")
        self.forks.stdin.flush()
        self.process = int(self.forks.stdout.readline())
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        wait_until(self.is_ready)

    def logged(self) -> str:
        return (self.folder / "log").read_text()[-2_000:]

    def is_ready(self) -> bool:
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def is_gone(self) -> bool:
        return not Path(f"/proc/{self.process}").exists()

    def kill(self) -> None:
        """Kill the server, and wait until the system has let go of all that it held."""
        self.client.close()
        os.kill(self.process, signal.SIGKILL)
        wait_until(self.is_gone)
        self.kills += 1
