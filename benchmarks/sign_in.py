"""Signing in over HTTP with hashes at their default cost: the right password, a wrong one, nobody's, a code.

`taskset -c 0 .venv/bin/python -m benchmarks.sign_in` gives it one core, the asking included.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import httpx
import pyotp

from app.config import load_settings
from app.search.memory import MemoryIndex
from app.services.accounts import Standing
from app.services.archive import Archive, open_archive
from app.services.links import accept, invite
from app.services.second_factor import begin, confirm
from app.services.signing_in import session_of, sign_in
from benchmarks.serving import Server

PASSWORD, WRONG, HERE = "four quiet lamps", "four loud lamps", "203.0.113.9"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
ROUNDS = 10  # as many as there are recovery codes; more would meet the throttle


def join(archive: Archive, email: str) -> None:
    """Somebody who can sign in."""
    token = invite(archive, email, "Ann", Standing())
    accept(archive, token, email=email, name="Ann", password=PASSWORD, again=PASSWORD)


def add_factor(archive: Archive, email: str) -> list[str]:
    """Her recovery codes, which need no waiting for the next half minute."""
    who = session_of(archive, sign_in(archive, email, PASSWORD, address=HERE))
    assert who
    made = begin(archive, who, password=PASSWORD, address=HERE)
    return confirm(archive, who, sealed=made.sealed, code=pyotp.TOTP(made.secret).now()).codes


def post(
    server: Server, address: str, fields: dict[str, str], cookie: str = ""
) -> tuple[float, httpx.Response]:
    """A form, and how many milliseconds its answer took."""
    headers = FROM_HERE | ({"Cookie": cookie} if cookie else {})
    server.client.cookies.clear()
    began = time.perf_counter()
    answer = server.client.post(address, data=fields, headers=headers)
    return 1_000 * (time.perf_counter() - began), answer


def measure(server: Server, codes: list[str]) -> dict[str, list[float]]:
    """Milliseconds of each kind of sign-in, taken in turn so that all meet the same machine."""
    asked = {"right": ("ann", PASSWORD, 303), "wrong": ("ann", WRONG, 422), "unknown": ("nobody", WRONG, 422)}
    found: dict[str, list[float]] = {name: [] for name in (*asked, "password of two", "code of two")}
    for code in codes[:ROUNDS]:
        for name, (who, password, status) in asked.items():
            took, answer = post(server, "/login", {"email": f"{who}@example.org", "password": password})
            assert answer.status_code == status, answer.text
            found[name].append(took)
        took, answer = post(server, "/login", {"email": "cleo@example.org", "password": PASSWORD})
        found["password of two"].append(took)
        cookie = answer.headers["set-cookie"].partition(";")[0]
        took, answer = post(server, "/login/code", {"code": code}, cookie)
        assert answer.headers["location"] == "/", answer.text
        found["code of two"].append(took)
    return found


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places = ("stories", "personas", "search_index", "state")
        environment = {f"STORYHOLD_{name.upper()}": str(Path(folder) / name) for name in places}
        archive = open_archive(load_settings(environment), MemoryIndex())
        for name in ("ann", "cleo"):
            join(archive, f"{name}@example.org")
        codes = add_factor(archive, "cleo@example.org")
        archive.close()
        with Server(environment) as server:
            server.seconds_to_be_ready()
            found = measure(server, codes)
    print(f"{len(os.sched_getaffinity(0))} core(s), load {os.getloadavg()[0]:.1f}, {ROUNDS} of each")
    for name, times in found.items():
        least, middle, most = min(times), statistics.median(times), max(times)
        print(f"{name}: least {least:.0f} ms, median {middle:.0f} ms, most {most:.0f} ms")


if __name__ == "__main__":
    main()
