"""A story's names as its page shows them: what is undecided in groups, the text with marks, the decisions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from app.database.people import ACCOUNT
from app.database.tables import LINK, PERSONA, AnyRow
from app.database.visibility import Action, Actor, today
from app.errors import InvalidText
from app.records.model import Status
from app.services.allowing import may
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.gathering.deciding import (
    EVERYWHERE,
    Decided,
    Decision,
    decisions_of,
    finding_digest,
    settled,
)
from app.services.gathering.finding_words import NAMED, counts
from app.services.gathering.identifying import Finding, Kind
from app.services.gathering.names_desk import At, open_desk
from app.services.gathering.names_text import blocks_of, where_is
from app.services.gathering.others import marked, passage_digest, passages_in, reason_of
from app.services.gathering.told_texts import ADDRESS
from app.services.paging import pager
from app.services.record_names import names_of
from app.services.recording import By, form_digest, story_for
from app.services.states import state_of
from app.services.views import (
    FoundGroup,
    FoundPlace,
    KeyEntry,
    NameDecided,
    NamesPage,
    OpenPassage,
    OthersPassage,
    Pager,
    StoryLine,
)

GROUPS = 20  # on one page
PLACES = 12  # of a group that are shown with the words beside them
BESIDE = 60  # characters on each side
MOST_PASSAGES = 1_000
SETTLED = {
    "agreed": "She agreed",
    "disguised": "It is disguised",
    "recorded": "A steward recorded why it may be told",
}
NO_PAGES = Pager(1, 1, None, None)


def names_address(story_id: str) -> str:
    """The path at which names left behind are decided."""
    return f"/s/{story_id}/names"


def read_names(archive: Archive, actor: Actor, story_id: str, number: int = 1) -> NamesPage:
    """The page for one of the story's team. Raises NotFound or Withdrawn."""
    try:
        at = open_desk(archive, actor, By(), story_id)
    except InvalidText as broken:
        return _unreadable(archive, actor, story_id, str(broken))
    return _read(archive, actor, at, number)


def _unreadable(archive: Archive, actor: Actor, story_id: str, why: str) -> NamesPage:
    """The page of a file in which nothing can be looked for."""
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
    return NamesPage(
        row.id,
        names_address(row.id),
        row.heading,
        story_address="",
        digest="",
        unreadable=why,
        undecided=0,
        pager=NO_PAGES,
        shortened=False,
        may_record=False,
        state=state_of(row, today(archive.now())),
        draft=row.status == Status.DRAFT,
    )


def _read(archive: Archive, actor: Actor, at: At, number: int) -> NamesPage:
    with archive.engine.connect() as connection:
        known = settled(connection, at.row.id)
        digests = [finding_digest(archive, one.kind, one.text) for one in at.found]
        left = [(one, digest) for one, digest in zip(at.found, digests, strict=True) if digest not in known]
        groups = _groups(left)
        pages = pager(len(groups), number, GROUPS, lambda page: _page_address(at, page))
        blocks, shortened = blocks_of(at.texts, at.found, digests, _addresses(at, groups, known))
        names = names_of(archive, connection, actor, [at.row.id])
        return NamesPage(
            id=at.row.id,
            address=names_address(at.row.id),
            heading=at.row.heading,
            story_address=names[at.row.id].address if at.row.id in names else "",
            state=state_of(at.row, today(archive.now())),
            draft=at.row.status == Status.DRAFT,
            digest=form_digest(archive, at.loaded.digest),
            unreadable="",
            undecided=len(groups),
            counts=counts(found[0].kind for found in groups.values()),
            groups=_shown(at, groups, pages.number),
            pager=pages,
            blocks=blocks,
            shortened=shortened,
            decided=_decided(archive, connection, at, set(digests)),
            key=[KeyEntry(name, stands) for name, stands in sorted(at.key.items()) if name != stands],
            slug=at.row.slug,
            named_by=_named_by(archive, connection, actor, at.row.slug),
            others=_others(archive, connection, at),
            passages=_passages(at),
            may_record=may(archive, connection, actor, at.row, Action.ERASE),
        )


def _named_by(archive: Archive, connection: Connection, actor: Actor, slug: str) -> list[StoryLine]:
    """The personas that lose the story when its address changes, as far as she may see them."""
    naming = select(LINK.c.record_id).join(PERSONA, PERSONA.c.id == LINK.c.record_id)
    ids = connection.execute(naming.where(LINK.c.target == slug).distinct()).scalars()
    names = names_of(archive, connection, actor, sorted(ids)).values()
    return [StoryLine(name.label, name.address) for name in names]


def as_typed(page: NamesPage, form: Mapping[str, str], *, shared: bool) -> NamesPage:
    """The page with what was filled in and not done. `shared`: a pseudonym would be two people's."""
    instead, reason, adding = form.get("instead", ""), form.get("reason", ""), form.get("do") == "add"
    groups = [
        replace(one, instead=instead or one.instead, reason=reason, shared=shared)
        if one.digest == form.get("finding")
        else one
        for one in page.groups
    ]
    if not adding:
        return replace(page, groups=groups)
    return replace(page, typed_name=form.get("name", ""), typed_instead=instead, shared=shared)


def _page_address(at: At, page: int) -> str:
    return f"{names_address(at.row.id)}?page={page}" if page > 1 else names_address(at.row.id)


def _groups(left: Iterable[tuple[Finding, str]]) -> dict[str, list[Finding]]:
    """What is the same finding, names first and the most frequent first among each kind."""
    groups: dict[str, list[Finding]] = {}
    for one, digest in left:
        groups.setdefault(digest, []).append(one)
    return dict(sorted(groups.items(), key=lambda one: _rank(one[1])))


def _rank(found: Sequence[Finding]) -> tuple[int, int, int]:
    return list(Kind).index(found[0].kind), -len(found), found[0].start


def _addresses(at: At, groups: Mapping[str, Sequence[Finding]], known: Collection[str]) -> dict[str, str]:
    """Where each undecided finding is decided."""
    return {
        digest: f"{_page_address(at, 1 + place // GROUPS)}#{_anchor(digest)}"
        for place, digest in enumerate(groups)
        if digest not in known
    }


def _anchor(digest: str) -> str:
    return f"f-{digest[:12]}"


def _shown(at: At, groups: Mapping[str, Sequence[Finding]], page: int) -> list[FoundGroup]:
    here = list(groups.items())[(page - 1) * GROUPS : page * GROUPS]
    return [_group(at, digest, found) for digest, found in here]


def _group(at: At, digest: str, found: Sequence[Finding]) -> FoundGroup:
    kind, written = found[0].kind, list(dict.fromkeys(one.text for one in found))
    return FoundGroup(
        anchor=_anchor(digest),
        digest=digest,
        kind=NAMED[kind],
        text=written[0],
        also=written[1:PLACES],
        total=len(found),
        places=[_place(at, number, one) for number, one in enumerate(found[:PLACES])],
        more=max(0, len(found) - PLACES),
        instead="" if kind is Kind.NAME else NAMED[kind],
        is_name=kind is Kind.NAME,
        in_address=all(at.texts.key_at(one.start) == ADDRESS for one in found),
    )


def _place(at: At, number: int, one: Finding) -> FoundPlace:
    whole = at.texts.whole
    before = whole[max(0, one.start - BESIDE) : one.start].rpartition("\n\n")[2]
    after = whole[one.end : one.end + BESIDE].partition("\n\n")[0]
    apart = one.start >= at.texts.written
    return FoundPlace(number, where_is(at.texts, one), before, one.text, after, apart)


def _decided(archive: Archive, connection: Connection, at: At, found: Collection[str]) -> list[NameDecided]:
    """This story's decisions, and those made everywhere of what is found in it."""
    here = decisions_of(archive, connection, at.row.id)
    everywhere = [one for one in decisions_of(archive, connection, EVERYWHERE) if one.digest in found]
    names = _names(connection)
    texts = {finding_digest(archive, one.kind, one.text): one.text for one in at.found}
    return [
        NameDecided(
            one.key,
            str(one.told.get("text") or texts.get(one.digest, "")),
            NAMED[Kind(one.kind)],
            _said(one),
            names.get(one.account, "somebody") if one.account is not None else "this machine",
            date_label(one.at.date().isoformat(), archive.settings.language),
        )
        for one in (*here, *everywhere)
        if not one.forgotten
    ]


def _names(connection: Connection) -> dict[int, str]:
    rows = connection.execute(select(ACCOUNT.c.key, ACCOUNT.c.name, ACCOUNT.c.email))
    return {row.key: row.name or row.email for row in rows}


def _said(one: Decided) -> str:
    if one.decision is Decision.IGNORED:
        return "ignored everywhere in this archive"
    if one.decision is Decision.KEPT:
        return f"kept: {one.told.get('reason', '')}"
    places = one.told.get("places", ())
    marks = " and ".join(dict.fromkeys(place["instead"].removeprefix("\\") for place in places))
    number = "1 place" if len(places) == 1 else f"{len(places)} places"
    return f"{marks} stands for it in {number}" if places else "in the key"


def _others(archive: Archive, connection: Connection, at: At) -> list[OthersPassage]:
    known = marked(connection, at.row.id)
    passages = passages_in(_body(at)).passages if known else ()
    texts = {passage_digest(archive, one.text): one for one in passages}
    return [_other(archive, row, texts.get(digest)) for digest, row in known.items()]


def _other(archive: Archive, row: AnyRow, passage: object) -> OthersPassage:
    text, closed = getattr(passage, "text", ""), getattr(passage, "closed", True)
    return OthersPassage(row.digest, text, closed, SETTLED.get(row.settled, ""), reason_of(archive, row))


def _passages(at: At) -> list[OpenPassage]:
    passages = passages_in(_body(at), closed=False).passages[:MOST_PASSAGES]
    return [OpenPassage(one.anchor, f"{one.number}. {_first_words(one.text)}") for one in passages]


def _first_words(text: str) -> str:
    words = text[:70].rsplit(" ", 1)[0] if len(text) > 70 else text
    return f"{words} …" if len(words) < len(text) else words


def _body(at: At) -> str:
    return at.texts.whole[: at.texts.texts[0].end]
