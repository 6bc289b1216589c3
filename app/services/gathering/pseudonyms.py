"""Which name stands for whom in a story: sealed under the archive's key, in no file and in no export."""

import json
import re
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, select

from app.database.gathering import PSEUDONYMS
from app.database.state import upsert
from app.errors import InvalidText
from app.services.archive import Archive
from app.services.gathering.people_names import parts_of
from app.services.sealing import seal, unseal

Key = Mapping[str, str]  # the names as they are, and what stands for each
SEALED_FOR = "pseudonyms"
LONGEST = 80  # characters of a name
MOST = 500  # names of one story
_AMBIGUOUS = "([{:"  # behind brackets these would make something else of them in Markdown
NO_NAME = "Write a name of letters, with no brackets and no more than 80 characters."
TOO_MANY = "There are 500 names in the key, and no room for more."
TAKEN = (
    "{pseudonym} stands for {other} in this story already. Choose another name for {name}; or, if they are "
    "one person, say so at this name."
)
TELLERS = (
    "{pseudonym} is what the storyteller is called in this story. Choose another name for {name}; or, if "
    "{name} is the storyteller’s own name, say so at this name."
)


class PseudonymTaken(InvalidText):
    """Readers would take two people for one."""


def key_of(archive: Archive, connection: Connection, story_id: str) -> dict[str, str]:
    """The story's key. Whoever asks has been let through with Action.EDIT."""
    which = select(PSEUDONYMS.c.sealed).where(PSEUDONYMS.c.story_id == story_id)
    sealed = connection.execute(which).scalar()
    told = unseal(archive, SEALED_FOR, sealed) if sealed else None
    return dict(json.loads(told)) if told else {}


def keep_names(archive: Archive, connection: Connection, story_id: str, more: Key) -> dict[str, str]:
    """Add names to the key, in the caller's transaction; the whole key. Raises InvalidText."""
    added = {usable(name): usable(pseudonym) for name, pseudonym in more.items()}
    key = key_of(archive, connection, story_id) | added
    if len(key) > MOST:
        raise InvalidText(TOO_MANY)
    _write(archive, connection, story_id, key)
    return key


def forget_name(archive: Archive, connection: Connection, story_id: str, name: str) -> bool:
    """Take a name out of the key for good; whether it was there."""
    key = key_of(archive, connection, story_id)
    if key.pop(name, None) is None:
        return False
    _write(archive, connection, story_id, key)
    return True


def _write(archive: Archive, connection: Connection, story_id: str, key: Key) -> None:
    if not key:
        connection.execute(delete(PSEUDONYMS).where(PSEUDONYMS.c.story_id == story_id))
        return
    values = {
        "sealed": seal(archive, SEALED_FOR, json.dumps(dict(key), ensure_ascii=False)),
        "changed": archive.now(),
    }
    made = upsert(connection, PSEUDONYMS).values(story_id=story_id, **values)
    connection.execute(made.on_conflict_do_update(index_elements=["story_id"], set_=values))


def usable(name: str) -> str:
    """A name or pseudonym as it is kept. Raises InvalidText."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST or re.search(r"[\[\]()<>{}`*_\\^|#\x00-\x1f\x7f]", name):
        raise InvalidText(NO_NAME)
    if not any(character.isalpha() for character in name):
        raise InvalidText(NO_NAME)
    return name


def refuse_shared(pseudonym: str, name: str, key: Key, teller: str) -> None:
    """Let no pseudonym stand for two people unasked. `teller` is what the storyteller is called in the story.

    Raises PseudonymTaken.
    """
    for other, stands in key.items():
        if _alike(pseudonym, stands) and not _alike(name, other):
            raise PseudonymTaken(TAKEN.format(pseudonym=stands, other=other, name=name))
    if teller and _alike(pseudonym, teller) and teller not in key.values():
        raise PseudonymTaken(TELLERS.format(pseudonym=pseudonym, name=name))


def _alike(one: str, other: str) -> bool:
    """Whether two names can be forms of one: 'Marisa' and 'Marisa Jones'."""
    parts, others = set(parts_of(one)), set(parts_of(other))
    return parts <= others or others <= parts


def in_place_of(form: str, key: Key) -> str | None:
    """What stands for this form of somebody's name; None where the key does not know or not say whose it is.

    The first name stands for the first name and the last for the last, where the pseudonym has both.
    """
    return all_in_place_of([form], key)[form]


def all_in_place_of(forms: Iterable[str], key: Key) -> Mapping[str, str | None]:
    """The same for many forms of names at once."""
    people = {name: parts_of(name) for name in key}
    return {form: _in_place_of(parts_of(form), people, key) for form in forms}


def _in_place_of(parts: list[str], people: Mapping[str, list[str]], key: Key) -> str | None:
    named = [name for name, whole in people.items() if parts and set(parts) <= set(whole)]
    named = [name for name in named if people[name] == parts] or named
    if len({key[name] for name in named}) != 1:
        return None
    whole, words = people[named[0]], key[named[0]].split()
    if len(words) < 2 or len(parts) == len(whole):
        return key[named[0]]
    return words[-1] if parts == whole[-1:] else words[0]


def bracketed(pseudonym: str, following: str = "") -> str:
    """A pseudonym as it stands before these characters, so that Markdown takes it for words alone."""
    shut = following[:1] in _AMBIGUOUS if following else False
    return f"\\[{pseudonym}]" if shut else f"[{pseudonym}]"
