"""A server of its own process, for what can only be measured from outside."""

import os
import re
import signal
import subprocess
import sys
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
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [*command, *self._arguments], cwd=ROOT, env=inherited | self._environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        said = self.process.stdout.readline()
        self.address = re.search(r"http://\S+", said).group()
        self.client = httpx.Client(base_url=self.address, timeout=30)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)

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
