"""A story's consent as its page shows it: what is in force, the form, and how it came to be."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, select

from app.database.ledgers import CONSENT_ENTRY, CONSENT_TEXT
from app.database.people import ACCOUNT
from app.database.tables import STORY, AnyRow
from app.database.visibility import Action, Actor, Role, belongs_nowhere
from app.errors import NotFound, Withdrawn
from app.records.ids import normal_id
from app.records.model import Consent, Status, Use
from app.services.agreeing import Filled
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.defining import MOST, legible
from app.services.ledger import Basis, Medium, Source, organisation_digest
from app.services.limits import NO_LIMITS, Limits, standing_limits
from app.services.reading import standing_label, uses_label
from app.services.record_names import names_of
from app.services.recording import UNREADABLE, Loaded, form_digest, load_file, story_for
from app.services.views import Box, ConsentForm, ConsentPage, LedgerEntry

USES = {
    Use.DESIGN: ("Design", "Design teams work with it in design sessions."),
    Use.LEARNING: ("Learning", "It is told in inductions, learning labs and conferences of the programme."),
    Use.COMMISSIONING: ("Commissioning", "Commissioners read it, and cite it when they specify a service."),
    Use.PUBLICATION: ("Publication", "Everybody may read it, also people who have not signed in."),
}
MEDIA = {
    Medium.TEXT: ("Text", "The words, written down."),
    Medium.AUDIO: ("Audio", "The voice, recorded."),
    Medium.IMAGE: ("Image", "Pictures of the storyteller, or that the storyteller made."),
}
BASES = {
    Basis.NOT_RECORDED: ("Not recorded", "Nobody has written it down yet."),
    Basis.CONSENT: ("Consent", "The storyteller agreed that the data are used, and can end it as easily."),
    Basis.CONTRACT: ("Contract", "A contract with the storyteller needs it."),
    Basis.LEGAL_OBLIGATION: ("Legal obligation", "A law demands it."),
    Basis.VITAL_INTERESTS: ("Vital interests", "Somebody’s life depends on it."),
    Basis.PUBLIC_TASK: ("Public task", "A public body’s task in law needs it."),
    Basis.LEGITIMATE_INTERESTS: (
        "Legitimate interests",
        "Somebody’s good reasons, weighed against the storyteller’s.",
    ),
}
TAKEN_OR_GIVEN = {  # entries as pages name them; the chain keeps what it was written with
    Source.WITHDRAWN.value: "taken back",
    Source.LIFTED.value: "given back",
    Source.ANONYMISED.value: "another text took its place",
}
TAKEN_BACK = "The storyteller has taken the story back. Nothing more is recorded; this is what was."
GONE = "There is no story here any more. This is what was recorded of its consent."
NO_USE = "No use has been agreed."


def consent_address(story_id: str) -> str:
    """The path at which a story's consent is recorded."""
    return f"/s/{story_id}/consent"


def read_consent_page(
    archive: Archive, actor: Actor, record_id: str, *, filled: Filled | None = None
) -> ConsentPage:
    """What this person may know of a story's consent; with what she typed, where it was refused.

    Stewards read the ledger also of a story that was taken back. Raises NotFound or Withdrawn.
    """
    with archive.engine.connect() as connection:
        try:
            row = story_for(archive, connection, actor, record_id, Action.EDIT)
        except (NotFound, Withdrawn):
            return _ledger_alone(archive, connection, actor, record_id)
        limits = standing_limits(connection, row.id)
        entries = _entries(archive, connection, row.id)
        last = last_recorded(connection, row.id)
        names = names_of(archive, connection, actor, [row.id])
    loaded = load_file(archive, row)
    page = ConsentPage(
        id=row.id,
        address=consent_address(row.id),
        heading=row.heading,
        story_address=names[row.id].address if row.id in names else "",
        now_label=_now_label(archive, row),
        form=_form(archive, loaded, filled or as_recorded(loaded, last)),
        closed_reason="",
        entries=entries,
        limits_label=_limits_label(archive, limits) if limits and limits != NO_LIMITS else "",
        without_organisation=belongs_nowhere(actor),
    )
    return page if page.form else replace(page, closed_reason=UNREADABLE)


def _ledger_alone(archive: Archive, connection: Connection, actor: Actor, record_id: str) -> ConsentPage:
    """The ledger of a story in which nothing can be recorded. Raises NotFound or Withdrawn."""
    story_id = normal_id(record_id) or ""
    if Role.STEWARD not in actor.roles:
        story_for(archive, connection, actor, story_id, Action.EDIT)
    try:
        row = story_for(archive, connection, actor, story_id, Action.READ)
        names = names_of(archive, connection, actor, [row.id])
        address = names[row.id].address if row.id in names else ""
        heading, reason = row.heading, TAKEN_BACK
    except NotFound:
        if connection.execute(select(STORY.c.id).where(STORY.c.id == story_id)).first():
            raise
        _refuse_excluded(archive, connection, actor, story_id)
        heading, address, reason = f"Story {story_id}", "", GONE
    entries = _entries(archive, connection, story_id)
    return ConsentPage(story_id, consent_address(story_id), heading, address, "", None, reason, entries)


def _refuse_excluded(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> None:
    """Of a story that was not for her organisation, she finds nothing after it is gone either."""
    last = connection.execute(
        select(CONSENT_ENTRY)
        .where(CONSENT_ENTRY.c.story_id == story_id)
        .order_by(CONSENT_ENTRY.c.number.desc())
        .limit(1)
    ).first()
    if last is None:
        raise NotFound
    named = actor.organisation and organisation_digest(archive, actor.organisation) in last.not_for
    if last.not_for and actor.signed_in and not actor.terminal and (named or actor.organisation is None):
        raise NotFound


def _now_label(archive: Archive, row: AnyRow) -> str:
    with archive.engine.connect() as connection:
        label = standing_label(archive, connection, row)
    if row.status == Status.DRAFT:
        return f"{label} It is a draft, which only its gatherers and stewards read."
    return label


def _limits_label(archive: Archive, limits: Limits) -> str:
    """What was narrowed in the archive before, and what is left."""
    names = len(limits.not_for)
    if limits == Limits(not_for=limits.not_for):
        return f"{_organisations(names)} may not read it. Only a steward takes one off again."
    label = uses_label(limits.uses, limits.until, archive.settings.language)
    left = f"{label[:-1]}{f', and not for {_organisations(names)}' if names else ''}."
    return f"Its consent was narrowed here before. What is left: {left} Only a steward opens more."


def _organisations(number: int) -> str:
    return "1 organisation" if number == 1 else f"{number} organisations"


def _form(archive: Archive, loaded: Loaded, shown: Filled) -> ConsentForm | None:
    if loaded.story is None or loaded.row.set_aside:
        return None
    return ConsentForm(
        uses=[Box(use, *USES[use], use in shown.uses) for use in Use],
        given=legible(shown.given),
        until=legible(shown.until),
        co_crafted=legible(shown.co_crafted),
        not_for=legible(shown.not_for),
        medium=[Box(medium, *MEDIA[medium], medium in shown.medium) for medium in Medium],
        bases=[Box(basis, *BASES[basis], basis == shown.basis) for basis in Basis],
        sheet=legible(shown.sheet),
        note=legible(shown.note),
        digest=form_digest(archive, loaded.digest),
        most=MOST,
        open_to_all=Use.PUBLICATION in shown.uses and bool(shown.not_for.strip()),
    )


def last_recorded(connection: Connection, story_id: str) -> AnyRow | None:
    """The last entry that somebody recorded, with its words: a file says nothing of medium or basis."""
    recorded = CONSENT_ENTRY.c.source.in_((Source.ARCHIVE.value, Source.TERMINAL.value))
    which = with_texts().where(CONSENT_ENTRY.c.story_id == story_id, recorded)
    return connection.execute(which.limit(1)).first()


def as_recorded(loaded: Loaded, last: AnyRow | None) -> Filled:
    """The form as it stands: terms from the file, the rest from the last recording, without its note."""
    consent = loaded.story.consent if loaded.story else Consent()
    return Filled(
        uses=tuple(consent.uses),
        given=consent.given or "",
        until=consent.until or "",
        co_crafted=consent.co_crafted or "",
        not_for="\n".join(consent.not_for),
        medium=tuple(last.medium) if last else (),
        basis=last.basis if last else "",
        sheet=(last.sheet_text or "") if last else "",
    )


def _entries(archive: Archive, connection: Connection, story_id: str) -> Sequence[LedgerEntry]:
    """The story's ledger, newest first."""
    rows = connection.execute(with_texts().where(CONSENT_ENTRY.c.story_id == story_id)).all()
    names = _names(connection, {row.account for row in rows if row.account is not None})
    return [_entry(archive, row, names) for row in rows]


def with_texts() -> Select[Any]:
    """Entries with what was written beside them, newest first."""
    entry, text = CONSENT_ENTRY, CONSENT_TEXT
    return (
        select(entry, text.c.sheet.label("sheet_text"), text.c.note.label("note_text"))
        .outerjoin(text, text.c.number == entry.c.number)
        .order_by(entry.c.number.desc())
    )


def _names(connection: Connection, accounts: Iterable[int]) -> dict[int, str]:
    rows = connection.execute(
        select(ACCOUNT.c.key, ACCOUNT.c.name, ACCOUNT.c.email).where(ACCOUNT.c.key.in_(list(accounts)))
    )
    return {row.key: row.name or row.email for row in rows}


def _entry(archive: Archive, row: AnyRow, names: dict[int, str]) -> LedgerEntry:
    return LedgerEntry(
        number=row.number,
        when_label=date_label(row.at[:10], archive.settings.language),
        who=_who(row, names),
        source=TAKEN_OR_GIVEN.get(row.source, row.source),
        uses_label=_agreed_label(row),
        facts=[(name, value) for name, value in _facts(archive, row) if value],
        note=row.note_text or "",
    )


def _who(row: AnyRow, names: dict[int, str]) -> str:
    if row.account is not None:
        return names.get(row.account, "somebody who has no account any more")
    if row.source in (Source.FIRST_SEEN, Source.BY_HAND):
        return "the file"
    if row.source == Source.DOOR:
        return "the storyteller"
    return "the terminal" if row.source == Source.TERMINAL else "this machine"


def _agreed_label(row: AnyRow) -> str:
    if not row.understood:
        return "What the file said could not be understood: no use."
    if row.status == Status.WITHDRAWN:
        return "Taken back: no use."
    return uses_label(row.uses, None, "en")


def _facts(archive: Archive, row: AnyRow) -> Sequence[tuple[str, str]]:
    language = archive.settings.language
    return [
        ("Story", row.status if row.status != Status.READY else ""),
        ("Given", date_label(row.given or "", language)),
        ("Until", date_label(row.until or "", language)),
        ("Gone through together", date_label(row.co_crafted or "", language)),
        ("Not for", _organisations(len(row.not_for)) if row.not_for else ""),
        ("Medium", ", ".join(row.medium)),
        ("Lawful basis", row.basis),
        ("Information sheet", (row.sheet_text or "erased") if row.sheet else ""),
        ("Note", "erased" if row.note and not row.note_text else ""),
    ]
