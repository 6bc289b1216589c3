"""The storytellers who are counted, and what each said of herself. Nothing is inferred."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from app.database.tables import CONTEXT, STORY
from app.database.visibility import TERMINAL, Actor, fold_name, listed_to, takeable_by, today
from app.services.archive import Archive
from app.services.coverage.batches import Placed, counted_now, placed_anew, read_places, write_places

NOT_ASKED, RATHER_NOT = "not asked", "rather not say"
APART = frozenset({NOT_ASKED, RATHER_NOT})
OF_HERSELF, OF_STORY = ("age_band", "gender", "ethnicity"), ("site", "kind", "role")
TRAITS = {
    "age_band": "Age",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "site": "Site",
    "kind": "Kind",
    "role": "Role",
}
SAME = "person"  # the key that says which stories are one person's
_DECLINED = {
    "rather not say",
    "would rather not say",
    "prefer not to say",
    "prefers not to say",
    "preferred not to say",
    "declined to say",
}


@dataclass(frozen=True)
class Teller:
    """A storyteller by one of her stories. `answers` are as she gave them, by trait; one at least of each."""

    story: str
    consent_class: str
    answers: Mapping[str, Sequence[str]]
    person: str = ""  # the mark that several stories of hers share


def counted_tellers(archive: Archive, actor: Actor) -> list[Teller]:
    """Whom a reader's figures count: people with whole batches, by stories that lists show to her."""
    with archive.engine.connect() as connection:
        waiting = bool(_anew(archive, *_everybody(archive, connection)))
    if waiting:
        with suppress(OperationalError):  # on a disk that is full, those who wait do so a little longer
            _place(archive)
    with archive.engine.connect() as connection:
        placed, tellers, _ = _everybody(archive, connection)
        seen = set(connection.execute(select(STORY.c.id).where(listed_to(actor, archive.now()))).scalars())
    counted = counted_now(placed, _classes(tellers)) & seen
    return [teller for teller in tellers if teller.story in counted]


def _place(archive: Archive) -> None:
    """Write down who is counted together from now on; by then another process may have."""
    with archive.writing() as connection:
        write_places(connection, _anew(archive, *_everybody(archive, connection)))
        connection.commit()


def _everybody(
    archive: Archive, connection: Connection
) -> tuple[dict[str, Placed], list[Teller], frozenset[str]]:
    """Every batch that was made, and who may be counted; kept until the catalogue changes, or the day."""
    placed = read_places(connection)
    name = ("tellers", today(archive.now()), frozenset(placed))
    tellers, again = archive.generation.keep(connection, name, lambda: _tellers(archive, connection, placed))
    return placed, tellers, again


def _anew(
    archive: Archive, placed: Mapping[str, Placed], tellers: Iterable[Teller], again: Set[str]
) -> dict[str, Placed]:
    classes = _classes(tellers)
    order = {story: archive.keyed("counted together", story) for story in classes}
    return placed_anew(placed, classes, order, again)


def _classes(tellers: Iterable[Teller]) -> dict[str, str]:
    return {teller.story: teller.consent_class for teller in tellers}


def _tellers(
    archive: Archive, connection: Connection, placed: Mapping[str, Placed]
) -> tuple[list[Teller], frozenset[str]]:
    """Everybody who may be counted, each by one story; and stories of those counted by another before."""
    every = _by_story(archive, connection)
    people: dict[str, list[Teller]] = defaultdict(list)
    for teller in every:
        people[teller.person or teller.story].append(teller)
    chosen = [min(stories, key=lambda one: _first(one, placed)) for stories in people.values()]
    before = {one.person for one in every if one.person and one.story in placed}
    again = {one.story for one in chosen if one.person in before and one.story not in placed}
    return sorted(chosen, key=lambda one: one.story), frozenset(again)


def _first(teller: Teller, placed: Mapping[str, Placed]) -> tuple[bool, int, str]:
    """Of one person's stories that by which she is counted already, else the one that most may read."""
    audiences = ("public", "members-commissioners", "members", "commissioners")
    known = teller.consent_class in audiences
    width = audiences.index(teller.consent_class) if known else len(audiences)
    return teller.story not in placed, width, teller.story


def _by_story(archive: Archive, connection: Connection) -> list[Teller]:
    """Of every story with a use that is agreed to and in force."""
    columns = (STORY.c.id, STORY.c.consent_class, STORY.c.site, STORY.c.role, STORY.c.kinds)
    rows = connection.execute(select(*columns).where(takeable_by(TERMINAL, archive.now()))).all()
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(select(CONTEXT)):
        said[row.story_id][row.key] = row.value
    return [
        Teller(
            row.id,
            row.consent_class,
            {trait: answers_of(said[row.id].get(trait, "")) for trait in OF_HERSELF}
            | {"site": answers_of(row.site), "kind": answers_of(*row.kinds), "role": answers_of(row.role)},
            fold_name(said[row.id].get(SAME, "")),
        )
        for row in rows
    ]


def answers_of(*said: str) -> list[str]:
    """What somebody said, each once; NOT_ASKED where that is nothing, RATHER_NOT where she would not."""
    given = {folded: one for one in said if (folded := fold_name(one)) and folded != NOT_ASKED}
    if not given:
        return [NOT_ASKED]
    spoken = [one for folded, one in given.items() if folded not in _DECLINED]
    return spoken or [RATHER_NOT]
