"""What part of a page the policy takes, by profile: `nice -n 10 python -m benchmarks.policy --stories 10000`.

Whole requests go through the application in one thread, so that the profile sees all of each. Policy is
everything below `decide`, `visible_to`, `listed_to`, `readable_classes` and `answer_to`; beside it stands
finding out who asks, which is one query of the session. What the database does with the condition is in
its own time, like the rest of a query.
"""

import argparse
import asyncio
import cProfile
import pstats
from collections.abc import Callable
from typing import Any, TypeVar

import fastapi.dependencies.utils
import fastapi.routing
import httpx
from fastapi import FastAPI
from sqlalchemy import insert, select

from app.database.people import ACCOUNT
from app.services.archive import Archive
from app.services.signing_in import open_session
from app.web.app import create_app
from benchmarks import corpus, files

POLICY = {"decide", "visible_to", "listed_to", "readable_classes", "answer_to", "may"}
WHO_ASKS = {"reader_of", "signed_in", "token_holder", "session_of"}
ROUNDS = 300
Result = TypeVar("Result")


def main() -> None:
    """Make the archive, profile each kind of request, print the policy's part of each."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stories", type=int, default=10_000)
    given = asked.parse_args()
    with files.filled_archive(given.stories) as archive:
        print(f"stories {given.stories:,}; {ROUNDS} requests of each kind; part of the time that is policy")
        asyncio.run(_measure(create_app(archive, watching=False), archive, given.stories))


async def _measure(app: FastAPI, archive: Archive, stories: int) -> None:
    app.state.keeper.complete.set()
    fastapi.routing.run_in_threadpool = _at_once  # type: ignore[attr-defined]
    fastapi.dependencies.utils.run_in_threadpool = _at_once  # type: ignore[attr-defined]
    pages = [f"/stories/{files.slug_of(number * 7 % stories)}" for number in range(ROUNDS)]
    searches = [f"/search?q={corpus.QUESTIONS[n % len(corpus.QUESTIONS)]}" for n in range(ROUNDS)]
    for who, cookie in (("anonymous", {}), ("a member", {"storyhold": _member(archive)})):
        for what, addresses in (("story page", pages), ("search page", searches)):
            found = await _profiled(app, cookie, addresses)
            policy, asking = _below(found, POLICY), _below(found, WHO_ASKS)
            print(f"{what}, {who}: policy {policy:.1%}, who asks {asking:.1%}")


async def _at_once(act: Callable[..., Result], *given: Any, **named: Any) -> Result:
    return act(*given, **named)


async def _profiled(app: FastAPI, cookies: dict[str, str], addresses: list[str]) -> pstats.Stats:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", cookies=cookies) as client:
        for address in addresses[:20]:
            (await client.get(address)).raise_for_status()
        profile = cProfile.Profile()
        profile.enable()
        for address in addresses:
            await client.get(address)
        profile.disable()
    return pstats.Stats(profile)


def _below(found: pstats.Stats, names: set[str]) -> float:
    """The part of the time that was spent below these functions, counted where others call them."""
    rows: dict[Any, Any] = found.stats  # type: ignore[attr-defined]
    spent = sum(
        timing[3]
        for (_, _, name), (*_, callers) in rows.items()
        if name in names
        for (_, _, caller), timing in callers.items()
        if caller not in names
    )
    return float(spent / found.total_tt)  # type: ignore[attr-defined]


def _member(archive: Archive) -> str:
    """The cookie of a member."""
    told = {
        "email": "member@example.org",
        "password": "-",
        "roles": ["member"],
        "organisation": "The archive",
    }
    with archive.writing() as connection:
        connection.execute(insert(ACCOUNT).values(created=archive.now(), name="Mo", **told))
        row = connection.execute(select(ACCOUNT)).one()
        cookie = open_session(archive, connection, row)
        connection.commit()
    return cookie


if __name__ == "__main__":
    main()
