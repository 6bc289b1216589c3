"""Rows of the catalogue as the rule looks at them, for tests that ask SQL."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert

from app.database.tables import NOT_FOR, STORY
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Facts, Role

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DECIDING = ("id", "uses", "status", "until", "understood", "set_aside")
LISTS = ("content_notes", "kinds", "moments", "strengths", "hopes", "sections", "other_keys")
TEXTS = (
    "path", "digest", "title", "heading", "storyteller", "role", "site", "site_slug", "gathered",
    "gatherer", "language", "summary", "quote", "body_html",
)  # fmt: skip
REST = {"revision": 0, "words": 0, "own_name": False, "folded": False, "stated": True}

actors = st.builds(
    lambda roles, organisation, own: Actor(roles, organisation, own, signed_in=True),
    st.frozensets(st.sampled_from(Role)),
    st.sampled_from([None, "Northgate Trust", "ＮＯＲＴＨＧＡＴＥ  trust", "Harbour", ""]),
    st.frozensets(st.sampled_from(["s-1", "s-2"])),
) | st.sampled_from([ANONYMOUS, TERMINAL])
records = st.builds(
    Facts,
    id=st.sampled_from(["s-1", "s-2", "s-3"]),
    uses=st.integers(0, 15),
    status=st.sampled_from(["ready", "draft", "withdrawn"]),
    until=st.sampled_from([None, "2026-11-20", "2026-11-21", "2026-11-22", "2031-01-01"]),
    understood=st.booleans(),
    set_aside=st.booleans(),
    not_for=st.frozensets(st.sampled_from(["northgate trust", "harbour"])),
)
moments = st.builds(lambda hours: NOON + timedelta(hours=hours), st.integers(-60, 60))


def store(connection: Connection, facts: Facts, consent_class: str = "") -> None:
    """Make this the only story of the catalogue."""
    connection.execute(delete(NOT_FOR))
    connection.execute(delete(STORY))
    values = {name: getattr(facts, name) for name in DECIDING} | REST
    values |= {name: [] for name in LISTS} | dict.fromkeys(TEXTS, "")
    named = {"slug": facts.id, "excludes": bool(facts.not_for), "consent_class": consent_class}
    connection.execute(insert(STORY), [values | named])
    for name in facts.not_for:
        connection.execute(insert(NOT_FOR), {"story_id": facts.id, "organisation": name})
