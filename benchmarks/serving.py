"""A server of its own process, for what can only be measured from outside."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

import httpx

ROOT = Path(__file__).parent.parent


class Server:
    """`storyhold serve` on a free port, from entering to leaving."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self._environment, self._arguments = environment, arguments

    def __enter__(self) -> "Server":
        command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", "0"]
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("STORYHOLD_")}
        self.started, self.log = time.perf_counter(), tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [*command, *self._arguments], cwd=ROOT, env=inherited | self._environment,
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )  # fmt: skip
        found = re.search(r"http://\S+", self.process.stdout.readline())
        assert found, self.logged()
        self.address = found.group()
        self.client = httpx.Client(base_url=self.address, timeout=30)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.client.close()
        self.stop()
        self.log.close()

    def stop(self) -> float:
        """Ask the server to end; how many seconds it took. Killed, and an error, after 20."""
        asked = time.perf_counter()
        self.process.terminate()
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return time.perf_counter() - asked

    def logged(self) -> str:
        """What the server said on standard error."""
        self.log.seek(0)
        return self.log.read()

    def seconds_to_be_ready(self) -> float:
        """How long after its start it was able to answer."""
        while not self._ready():
            time.sleep(0.05)
        return time.perf_counter() - self.started

    def _ready(self) -> bool:
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def get(self, address: str) -> str:
        """A page's text."""
        answer = self.client.get(address)
        answer.raise_for_status()
        return answer.text

    def megabytes(self) -> float:
        """What the process holds in memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024
