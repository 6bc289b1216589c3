"""The archive of planted words, its readers, and the clock that a step may move."""

import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from app.database.gathering import DOOR_ENTRY, WHAT_CAME
from app.database.insight import (
    BOARD,
    BOARD_CLUSTER,
    BOARD_QUOTE,
    LENS,
    LENS_LINE,
    LENS_QUOTE,
    LENS_THEME,
    MEMO,
)
from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.database.tables import PASSAGE, REVISION, STORY
from app.database.visibility import ANONYMOUS, TERMINAL
from app.services.codebook_theme import Written, read_codebook_theme, write_theme
from app.services.gathering.pictures import keep_pictures
from app.services.indexing import update_search
from app.services.insight.memos import folded
from app.services.marking.giving import themes_given
from app.services.reconcile import reconcile
from app.services.signing_in import SignedIn
from app.services.tokens import Scope, make_token
from tests.archives import Clock
from tests.proofs.canaries.planting import GATHERER, PERSONAS, Planted, everybody, planted
from tests.proofs.canaries.sessions import plant_in_sessions, plant_session, plant_without
from tests.proofs.canaries.specifications import plant_bare, plant_requirement, plant_specification
from tests.proofs.canaries.table import READERS, Kind, may_know, meets, reads
from tests.proofs.canaries.words import anchor
from tests.web.asking import Answer, Web
from tests.web.people import account, session
from tests.web.serving import served, write

KEY = "5" * 64  # the same for two archives that are compared
TODAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
OURS, NORTHGATE = "The archive", "NORTHGATE  trust"
WHO: dict[str, tuple[list[str], str]] = {
    "no role": ([], OURS),
    "member": (["member"], OURS),
    "commissioner": (["commissioner"], OURS),
    "gatherer": (["gatherer"], OURS),
    "own gatherer": (["gatherer"], OURS),
    "steward": (["steward"], OURS),
    "member and commissioner": (["member", "commissioner"], OURS),
    "Northgate member": (["member"], NORTHGATE),
    "Northgate steward": (["steward"], NORTHGATE),
    "Northgate own gatherer": (["gatherer"], NORTHGATE),
    "member of nowhere": (["member"], ""),
}


@dataclass
class World:
    """The served archive, what is planted in it, and a cookie for each reader."""

    web: Web
    folder: Path
    clock: Clock
    stories: list[Planted]
    accounts: dict[str, int] = field(default_factory=dict)
    readers: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)

    def story(self, name: str) -> Planted:
        """The story of this name."""
        return next(one for one in self.stories if one.name == name)

    def get(self, address: str, reader: str, *headers: tuple[str, str]) -> Answer:
        """A page, as this reader."""
        return self.web.get(address, headers=[*self.readers[reader], *headers])

    def write(self, *stories: Planted) -> None:
        """Write the files of stories and have the archive notice, as its watcher does."""
        write(self.folder, {one.path: one.text() for one in stories})
        self.take_in()

    def sign_in(self) -> None:
        """A session for everybody who has an account."""
        kept = self.web.archive
        self.readers = {"anonymous": ()} | {
            name: (session(kept, key),) for name, key in self.accounts.items()
        }

    def make_tokens(self) -> None:
        """A token for everybody who has an account, as a header."""
        for name, key in self.accounts.items():
            self.tokens[name] = ("authorization", f"Bearer {_token(self, key)}")

    def take_in(self) -> None:
        """What the keeper does after a change."""
        reconcile(self.web.archive)
        update_search(self.web.archive)

    def forbidden(self, reader: str) -> dict[str, str]:
        """Each word, id and anchor that must not reach this reader, and where it stands."""
        found = {}
        for story in self.stories:
            for word, place, kind in story.secrets():
                known = may_know(kind, story.state, reader, hers=story.hers)
                known |= story.state == "gone" and (place, reader) == ("quote board", "steward")  # her own
                if not (known or ("steward" in reader and place in story.left())):
                    found[word] = f"{story.name}: {place}"
        for persona in PERSONAS:
            for word, place, kind in persona.secrets():
                if kind is Kind.NEVER or not reads(persona.state, reader, hers=False):
                    found[word] = f"persona {persona.state}: {place}"
        return found

    def written(self, reader: str, story_id: str) -> set[str]:
        """The words that stand in a story's file alone, for whoever may edit that."""
        hers = [one for one in self.stories if one.id == story_id]
        return {
            word
            for one in hers
            for word, _, kind in one.secrets()
            if kind is Kind.NEVER and may_know(Kind.KEPT, one.state, reader, hers=one.hers)
        }

    def required(self, reader: str) -> dict[str, str]:
        """Each word that this reader must meet somewhere, else an empty archive would pass."""
        found = {}
        for story in self.stories:
            if meets(story.state, reader, hers=story.hers):
                for word, place, kind in story.secrets():
                    if story.shows(place, kind) and may_know(kind, story.state, reader, hers=story.hers):
                        found[word] = f"{story.name}: {place}"
        for persona in PERSONAS:
            if reads(persona.state, reader, hers=False):
                shown = (word for word in persona.secrets() if word[2] is Kind.OPEN)
                found |= {word: f"{persona.state}: {place}" for word, place, _ in shown}
        return found


@contextmanager
def world(
    folder: Path,
    moving: Iterable[tuple[str, str]] = (),
    without: Collection[str] = (),
    personas: Collection[str] = (),
) -> Iterator[World]:
    """An archive of all that is planted, but for the stories and the states of personas named."""
    stories = planted(moving)
    there = [one for one in stories if one.name not in without]
    files = {f"{one.slug}.md": one.text(_first(one.state), first=True) for one in there}
    faces = {f"{one['file']}.md": one.text() for one in PERSONAS if one.state not in personas}
    faces["every-body.md"] = everybody(stories)
    clock = Clock(TODAY)
    write(folder / "state", {"secret.key": KEY})
    with served(folder, files, faces, at_loopback=True, clock=clock) as web:
        made = World(web, folder, clock, there)
        for one in PERSONAS:
            if one.state not in personas:
                keep_pictures(web.archive, one.id, [one.picture()])
        _begin(made, stories)
        yield made


def _first(state: str) -> str:
    """What is set aside has been whole before."""
    return "publication" if state == "set aside" else state


def _begin(made: World, everywhere: Iterable[Planted]) -> None:
    """`everywhere`: also those that are not in this archive. What is nobody's story is in both."""
    made.write(*made.stories)
    for one in made.stories:
        _say_why(made, one)
        pictures = [one.picture(place) for place in ("picture", "closed picture")]
        keep_pictures(made.web.archive, one.id, pictures)
    for name, (roles, organisation) in WHO.items():
        told = {"organisation": organisation, "gathers_as": GATHERER if "own" in name else "Somebody Else"}
        made.accounts[name] = account(made.web.archive, name.replace(" ", "-"), *roles, **told)
    made.sign_in()
    made.make_tokens()
    assert tuple(made.readers) == READERS
    _make_of_quotes(made)
    for one in everywhere:
        if one in made.stories:
            _define(made, one)
            _at_her_door(made, one)
        if one not in made.stories or not _mark(made, one):
            with made.web.archive.writing() as connection:
                plant_without(connection, made.clock.time)
                plant_bare(connection, one, made.clock.time)
                connection.commit()
    for reader in WHO:
        for one in made.stories:
            if one.state == "publication" and WHO[reader][0]:
                _mark_as(made, one, reader)
    update_search(made.web.archive)


def _mark_as(made: World, one: Planted, reader: str) -> None:
    """She marks words of it herself, under the theme that it has; later she may not read it any more."""
    now = made.clock.time
    with made.web.archive.writing() as connection:
        there = connection.execute(select(QUOTE).where(QUOTE.c.id == one.quote)).mappings().one()
        hers = {
            "id": f"q-{sha256(f'{one.id}{reader}'.encode()).hexdigest()[:8]}",
            "account": made.accounts[reader],
            "note": "",
        }
        place = {name: there[name] for name in ("story_id", "anchor", "start", "located", "revision")}
        words = {"exact": there["exact"][: one.passage.index(" is")], "made": now, "changed": now}
        quote = {**hers, **place, **words, "size": len(words["exact"])}
        key = connection.execute(insert(QUOTE).values(quote)).inserted_primary_key[0]
        of = select(QUOTE_THEME.c.theme).where(QUOTE_THEME.c.quote == there["key"])
        for theme in connection.execute(of).scalars().all():
            connection.execute(insert(QUOTE_THEME).values(quote=key, theme=theme))
        connection.commit()


def _at_her_door(made: World, one: Planted) -> None:
    """She said something at her own door, was answered, and reads what has come of it."""
    now, text = made.clock.time, f"She said {one['said at her door']}."
    entry = {"story_id": one.id, "kind": "comment", "anchor": anchor(one.passage), "passage": one.passage}
    entry |= {"text": text, "reply": f"We said {one['answer at her door']}.", "data": {}, "revision": 1}
    came = {"story_id": one.id, "kind": "promised", "text": f"We do {one['what came of it']}.", "at": now}
    with made.web.archive.writing() as connection:
        connection.execute(insert(DOOR_ENTRY).values(way="door", at=now, state="open", **entry))
        connection.execute(insert(WHAT_CAME).values(**came))
        connection.commit()


def _mark(made: World, one: Planted) -> bool:
    """Somebody marked words of it, under a theme that no file names; whether there are any."""
    archive, now = made.web.archive, made.clock.time
    with archive.writing() as connection:
        text = select(PASSAGE.c.text).where(
            PASSAGE.c.story_id == one.id, PASSAGE.c.anchor == anchor(one.passage)
        )
        where = connection.execute(text).scalar()
        revision = connection.execute(select(STORY.c.revision).where(STORY.c.id == one.id)).scalar()
        if where is None or revision is None:
            return False
        themes = list(themes_given(archive, connection, TERMINAL, [one["quote theme"]], None).values())
        place = {"anchor": anchor(one.passage), "start": 0, "size": len(where), "located": revision}
        said = {"exact": where, "revision": revision, "note": f"A note on {one['quote note']}."}
        quote = {"id": one.quote, "story_id": one.id, "made": now, "changed": now, **place, **said}
        key = connection.execute(insert(QUOTE).values(quote)).inserted_primary_key[0]
        connection.execute(insert(QUOTE_THEME), [{"quote": key, "theme": each.key} for each in themes])
        _use(made, connection, one, key, themes[0].key)
        connection.commit()
    return True


def _make_of_quotes(made: World) -> None:
    """A lens of one cell, and a board; all that is marked comes on both."""
    now = made.clock.time
    with made.web.archive.writing() as connection:
        connection.execute(insert(LENS).values(key=1, slug="planted", name="Planted", made=now, changed=now))
        for key, axis in ((1, "row"), (2, "column")):
            connection.execute(insert(LENS_LINE).values(key=key, lens=1, axis=axis, place=0, name=axis))
        board = {"key": 1, "id": "b-00000000", "name": "Planted", "made": now, "changed": now}
        connection.execute(insert(BOARD).values(board))
        plant_session(connection, now)
        plant_specification(connection, now)
        connection.commit()


def _use(made: World, connection: Connection, one: Planted, quote: int, theme: int) -> None:
    """The quote stands in the cell, hangs on two boards, and somebody wrote memos about it and its story."""
    now, of_cell = made.clock.time, {"row": 1, "column": 2}
    connection.execute(insert(LENS_QUOTE).values(quote=quote, at=now, **of_cell))
    named = select(CODEBOOK.c.key).where(CODEBOOK.c.slug == one["theme"])
    for each in {theme, connection.execute(named).scalar()} - {None}:
        connection.execute(insert(LENS_THEME).values(theme=each, **of_cell))
    shown = update(CODEBOOK).where(CODEBOOK.c.slug == one["theme"])
    connection.execute(shown.values(example=one.quote))
    board = {"id": one.board, "name": f"Board {one['quote board']}", "made": now, "changed": now}
    own = connection.execute(insert(BOARD).values(account=made.accounts["steward"], **board))
    named = {
        "key": zlib.crc32(one.id.encode()) % 999_999_999 + 1,
        "board": 1,
        "name": f"Cluster {one['quote cluster']}",
    }
    cluster = connection.execute(insert(BOARD_CLUSTER).values(named)).inserted_primary_key[0]
    for key, within in ((1, cluster), (own.inserted_primary_key[0], None)):
        hung = {"board": key, "quote": quote, "cluster": within, "at": now}
        connection.execute(insert(BOARD_QUOTE).values(hung))
    plant_in_sessions(connection, one, quote, now)
    plant_requirement(connection, one, quote, now)
    told = {("quote", one.quote): one["quote memo"], ("story", one.id): one["quote memo of story"]}
    for (about, target), word in told.items():
        words = f"A memo on {word}."
        said = {"about": about, "target": target, "words": words, "folded": folded(words)}
        memo = {"id": one.memo if about == "quote" else f"m-{one.id[2:]}", "made": now, "changed": now}
        connection.execute(insert(MEMO).values(**memo, **said))


def _token(made: World, key: int) -> str:
    who = SignedIn(key, 0, "", "", ANONYMOUS)
    return make_token(made.web.archive, who, "a program", [Scope.READ], 30)


def _say_why(made: World, one: Planted) -> None:
    first = (REVISION.c.record_id == one.id, REVISION.c.number == 1)
    with made.web.archive.writing() as connection:
        connection.execute(update(REVISION).where(*first).values(note=one["revision note"]))
        connection.commit()


def _define(made: World, one: Planted) -> None:
    if one.state == "set aside":
        return
    page = read_codebook_theme(made.web.archive, TERMINAL, one["theme"])
    said = Written(
        f"What belongs here is {one['definition']}.",
        use_when=f"Use it for {one['use when']}.",
        not_when=f"Not for {one['not when']}.",
        aliases=one["alias"],
    )
    write_theme(made.web.archive, TERMINAL, one["theme"], said, expected=page.digest)
