"""What a story's team does about names left behind: replace, keep, ignore, undo; and the key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from app.database.tables import AnyRow
from app.database.visibility import Action, Actor
from app.errors import EditConflict, InvalidText, NotFound
from app.records.model import RecordKey, RecordKind, Slug
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.gathering.deciding import (
    EVERYWHERE,
    LONGEST_REASON,
    Decided,
    Decision,
    decide,
    decisions_of,
    finding_digest,
    shown_in,
    take_back,
    without_words,
)
from app.services.gathering.identifying import Finding, Kind
from app.services.gathering.people_names import parts_of
from app.services.gathering.pseudonyms import (
    bracketed,
    forget_name,
    in_place_of,
    keep_names,
    key_of,
    refuse_shared,
    usable,
)
from app.services.gathering.replacing import changes_for, places_of, undoing
from app.services.gathering.told_texts import Change, StoryTexts, findings_in, texts_of, with_changes
from app.services.intents import EDITOR, Intent
from app.services.recording import UNREADABLE, By, Loaded, form_digest, load_file, story_for
from app.services.saving import save_record

NOTE = "Names left behind: {number} replaced."
BACK = "Names left behind: {number} put back."
NO_REASON = "Say in a few words, up to 500 characters, why it may stay."
NOTHING_BACK = "Nothing of it was found again in the text as it is now, so nothing was put back."


@dataclass(frozen=True)
class At:
    """Who works on which story, with the file as it is now and what is found in it."""

    archive: Archive
    actor: Actor
    by: By
    row: AnyRow
    loaded: Loaded
    texts: StoryTexts
    key: dict[str, str]
    found: Sequence[Finding]

    def group(self, digest: str) -> list[Finding]:
        """The findings that are one. Raises EditConflict where there are none any more."""
        same = [one for one in self.found if finding_digest(self.archive, one.kind, one.text) == digest]
        if not same:
            raise EditConflict(self.row.id)
        return same


def open_desk(archive: Archive, actor: Actor, by: By, story_id: str, expected: str | None = None) -> At:
    """The story's names, for who may edit it.

    Raises NotFound, Withdrawn, InvalidText where the file can not be read, and EditConflict where it is not
    the one that `expected`, a form's digest, was made from.
    """
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        key, shown = key_of(archive, connection, row.id), shown_in(archive, connection, row.id)
    loaded = load_file(archive, row)
    if expected is not None and form_digest(archive, loaded.digest) != expected:
        raise EditConflict(row.id)
    if loaded.parsed is None or row.set_aside:
        raise InvalidText(UNREADABLE)
    texts = texts_of(loaded.content, row.slug)
    return At(archive, actor, by, row, loaded, texts, key, findings_in(texts, key, shown))


def replace_finding(
    at: At, digest: str, instead: str, place: int | None = None, *, same: bool = False
) -> int:
    """Put other words in the place of a finding: everywhere, or in one of its places. How many were replaced.

    A name goes into the key where it is replaced everywhere, with all forms of it. `same`: it may stand for
    somebody already, because they are one person. Raises InvalidText, PseudonymTaken, EditConflict, and
    what save_record raises.
    """
    group, instead = at.group(digest), usable(instead)
    if group[0].kind is Kind.NAME and not same:
        name = whole_name(group[0].text, at.found)
        refuse_shared(instead, name, at.key, at.texts.storyteller)
    if place is not None:
        if not 0 <= place < len(group):
            raise EditConflict(at.row.id)
        return _replace(at, group[0], _with(at, [group[place]], instead))
    if group[0].kind is not Kind.NAME:
        return _replace(at, group[0], _with(at, group, instead))
    return _replace_name(at, group[0], whole_name(group[0].text, at.found), instead)


def add_to_key(at: At, name: str, instead: str, *, same: bool = False) -> int:
    """Put a name into the key and replace it wherever it stands. Raises as replace_finding."""
    name, instead = usable(name), usable(instead)
    if not same:
        refuse_shared(instead, name, at.key, at.texts.storyteller)
    kept = {**at.key, name: instead}
    at = replace(at, found=findings_in(at.texts, kept))
    first = Finding(0, 0, Kind.NAME, name, 1)
    return _replace_name(at, first, name, instead)


def whole_name(text: str, found: Iterable[Finding]) -> str:
    """The longest form of a name where the text has one alone: 'Marisa Jones' for 'Marisa'."""
    parts = set(parts_of(text))
    longer = {one.text for one in found if one.kind is Kind.NAME and parts < set(parts_of(one.text))}
    return longer.pop() if len(longer) == 1 else text


def _with(at: At, findings: Iterable[Finding], instead: str) -> list[Change]:
    whole = at.texts.whole
    return [
        Change(one.start, one.end, bracketed(instead, whole[one.end : one.end + 1]))
        for one in findings
        if one.start < at.texts.written
    ]


def _replace_name(at: At, first: Finding, name: str, instead: str) -> int:
    """The key is kept before the file changes: a crash between them loses no name."""
    with at.archive.writing() as connection:
        key = keep_names(at.archive, connection, at.row.id, {name: instead})
        connection.commit()
    written = [one for one in at.found if one.start < at.texts.written]
    hers = [one for one in written if in_place_of(one.text, {name: instead}) is not None]
    changes = changes_for(at.texts.whole, hers, key)
    chosen = at.texts.storyteller
    called = in_place_of(chosen, {name: instead}) if chosen and not at.texts.own_name else None
    return _replace(at, first, changes, called)


def _replace(at: At, first: Finding, changes: Sequence[Change], called: str | None = None) -> int:
    """The log is written before the file: from then on no earlier version with the name is anybody else's."""
    before = _logged(at, first)
    places = [one.as_kept() for one in places_of(at.texts.whole, changes)]
    _log(at, first, [*before, *places], len(places))
    try:
        if changes or called:
            save(at, with_changes(at.texts, changes, called), NOTE.format(number=len(changes)))
    except BaseException:
        _unlog(at, first, before)
        raise
    return len(changes)


def _log(at: At, first: Finding, places: Sequence[dict[str, str]], number: int) -> None:
    with at.archive.writing() as connection:
        _write_log(at, connection, first, places)
        _note(at, connection, Decision.REPLACED, number)
        connection.commit()


def _unlog(at: At, first: Finding, before: Sequence[dict[str, str]]) -> None:
    """The file is as it was, and so is the log."""
    with at.archive.writing() as connection:
        if before:
            _write_log(at, connection, first, before)
        else:
            digest = finding_digest(at.archive, first.kind, first.text)
            same = [one for one in decisions_of(at.archive, connection, at.row.id) if one.digest == digest]
            take_back(connection, *(one.key for one in same))
        connection.commit()


def _write_log(at: At, connection: Connection, first: Finding, places: Sequence[dict[str, str]]) -> None:
    story_id, done, by = at.row.id, Decision.REPLACED, at.by.account
    decide(at.archive, connection, story_id, first.kind, first.text, done, by=by, places=places)


def _logged(at: At, first: Finding) -> list[dict[str, str]]:
    """What was replaced of the same before: a second replacement is undone with the first."""
    digest = finding_digest(at.archive, first.kind, first.text)
    with at.archive.engine.connect() as connection:
        done = [one for one in decisions_of(at.archive, connection, at.row.id) if one.digest == digest]
    return [place for one in done for place in one.told.get("places", ())]


def save(at: At, content: bytes, why: str) -> None:
    """A new revision. Raises what save_record raises."""
    key = RecordKey(RecordKind.STORY, Slug(at.row.slug))
    intent = Intent(EDITOR, at.by.name, why, at.by.account)
    save_record(at.archive, key, content, expected=at.loaded.digest, intent=intent)


def keep_finding(at: At, digest: str, reason: str) -> None:
    """Leave it in this story, with a reason. Raises InvalidText or EditConflict."""
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidText(NO_REASON)
    _decide(at, digest, Decision.KEPT, reason=reason)


def ignore_finding(at: At, digest: str) -> None:
    """Ask about it in no story of this archive any more. Raises EditConflict."""
    _decide(at, digest, Decision.IGNORED)


def _decide(at: At, digest: str, decision: Decision, **told: str) -> None:
    first = at.group(digest)[0]
    with at.archive.writing() as connection:
        decide(at.archive, connection, at.row.id, first.kind, first.text, decision, by=at.by.account, **told)
        _note(at, connection, decision, len(at.group(digest)))
        connection.commit()


def undo(at: At, number: int) -> int:
    """Take a decision back; what was replaced stands there again, in a new revision. How many places did.

    Raises NotFound, InvalidText, and what save_record raises.
    """
    with at.archive.engine.connect() as connection:
        done = _decision(at, connection, number)
    logged = done.told.get("places", ()) if done.decision is Decision.REPLACED else ()
    changes, _ = undoing(at.texts, logged)
    if logged and not changes:
        raise InvalidText(NOTHING_BACK)
    if changes:
        save(at, with_changes(at.texts, changes), BACK.format(number=len(changes)))
    with at.archive.writing() as connection:
        take_back(connection, done.key)
        _note(at, connection, "undone", len(changes))
        connection.commit()
    return len(changes)


def _decision(at: At, connection: Connection, number: int) -> Decided:
    """One of this story's, or of those made everywhere of what is found in it. Raises NotFound."""
    found = {finding_digest(at.archive, one.kind, one.text) for one in at.found}
    here = decisions_of(at.archive, connection, at.row.id)
    everywhere = [one for one in decisions_of(at.archive, connection, EVERYWHERE) if one.digest in found]
    done = next((one for one in (*here, *everywhere) if one.key == number and not one.forgotten), None)
    if done is None:
        raise NotFound
    return done


def forget(at: At, name: str) -> None:
    """Take a name out of the key and out of the log, for good. Raises NotFound.

    That something was replaced stays written down: earlier versions have the name.
    """
    with at.archive.writing() as connection:
        if not forget_name(at.archive, connection, at.row.id, name):
            raise NotFound
        for one in decisions_of(at.archive, connection, at.row.id):
            if one.decision is Decision.REPLACED and in_place_of(str(one.told.get("text", "")), {name: "x"}):
                without_words(connection, one.key)
        _note(at, connection, "forgotten", 1)
        connection.commit()


def _note(at: At, connection: Connection, decision: str, number: int) -> None:
    told = {"decision": str(decision), "places": number}
    note(at.archive, connection, Event.NAMES, by=at.by.account, record_id=at.row.id, **told)
