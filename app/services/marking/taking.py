"""Taking quotes out: what may leave with whom, what is left out and why, and that it left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, select

from app.database.marking import CODEBOOK, QUOTE
from app.database.tables import STORY, AnyRow
from app.database.visibility import (
    USE_BITS,
    Actor,
    agreed_to,
    held_back,
    listed_to,
    may_mark,
    quotes_of,
    takeable_by,
    uses_of,
    uses_to_take,
    visible_to,
)
from app.errors import InvalidText
from app.exports.quoted import LeftOut, Taken, TakenQuote, TakenTheme
from app.records.model import Use
from app.rendering.selecting import around
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.auditing import note_download
from app.services.cards import shown_label, theme_address
from app.services.dates import date_label
from app.services.faceting import USE_TITLES
from app.services.marking.asking import AskedQuotes, address_of, wanted
from app.services.marking.describing import described
from app.services.marking.known_as import closed_aliases
from app.services.marking.lines import IN_STORIES, NEWEST, quotes_listed, rows_listed
from app.services.marking.margin import themes_of
from app.services.marking.naming import known_themes
from app.services.marking.of_theme import TAKE
from app.services.marking.own_themes import own_themes, themes_seen
from app.services.marking.places import BOARDS, CELLS, TOGETHER, place_address, place_label
from app.services.marking.taking_clusters import clusters_taken
from app.services.reading import USE_LABELS
from app.services.recording import By
from app.services.views import Chip, Choice, TakeFormat, TakePage

MOST, MOST_CARDS = 5_000, 120
FORMATS = {
    "docx": (
        "Word report",
        "A title page, what is in it, a heading for each theme or cluster, and what was left out.",
    ),
    "md": ("Markdown", "The same as plain text, by theme."),
    "csv": ("CSV", "A line for each quote, for a spreadsheet or a program."),
    "jsonld": ("Web Annotation", "W3C JSON-LD, for programs that work with annotations."),
}
TOO_MANY = (
    "These are {:,} quotes, and {:,} is the most in one file. Choose a theme, a story or a person, "
    "and take them out one after the other."
)
WHY = {
    "draft": "the story is a draft",
    "not understood": "what the file says of consent can not be understood",
    "ended": "what the storyteller agreed to has ended",
    "no use": "the storyteller has agreed to no use",
    "purpose": "the storyteller did not agree to {}",
    "changed": "its words were changed after it was marked, and nobody has looked at it since",
    "own": "the story is your own, and others may not read it yet",
}
MORE = (STORY.c.uses, STORY.c.until, STORY.c.stated, STORY.c.kinds)


@dataclass(frozen=True)
class Taking:
    """Who takes what out, and what for. `base` is the archive's whole address."""

    asked: AskedQuotes
    by: By
    base: str
    purpose: Use | None = None


def purposes(actor: Actor) -> tuple[Use, ...]:
    """For which uses this reader may take quotes out."""
    return uses_of(uses_to_take(actor))


def purpose_of(actor: Actor, text: str) -> Use | None:
    """The use that an address names, where it is one for which this reader may take quotes out."""
    return next((use for use in purposes(actor) if use.value == text), None)


def read_take(archive: Archive, actor: Actor, taking: Taking, problem: str = "") -> TakePage:
    """What would leave and what would not, before it does; `problem` is why a file was not made."""
    asked = taking.asked
    with archive.engine.connect() as connection:
        where = wanted(archive, connection, actor, asked)
        taken, left_out = _counts(archive, connection, actor, taking, where)
        lines = described(archive, connection, actor, asked)
        stories = _stories(archive, connection, actor, taking, where)
    return TakePage(
        asked=lines,
        taken=taken,
        stories=stories,
        left_out=[one.sentence for one in left_out],
        purposes=_choices(actor, taking),
        purpose=USE_TITLES[taking.purpose.value].lower() if taking.purpose else "",
        kept=_kept(asked),
        formats=[
            TakeFormat(label, _address(f"/quotes.{form}", taking), about)
            for form, (label, about) in FORMATS.items()
            if 0 < taken <= MOST
        ],
        problem=TOO_MANY.format(taken, MOST) if taken > MOST else problem,
        back=place_address(asked.chosen) or str(address_of("/search", asked, ("in", "quotes"))),
        works=may_mark(actor),
        anybody=not actor.signed_in,
        cards_address=_address("/paper/sheets", taking) if 0 < taken <= MOST_CARDS else "",
    )


def _kept(asked: AskedQuotes) -> list[tuple[str, str]]:
    named = [(name, value) for name, values in asked.chosen.items() for value in values]
    return [(name, value) for name, value in (("q", asked.q), *named) if value]


def _choices(actor: Actor, taking: Taking) -> list[Choice]:
    now = taking.purpose
    listed = purposes(actor)
    first = [Choice("", "Whatever each of them was agreed to", "", now is None)] if len(listed) > 1 else []
    return first + [Choice(use.value, USE_TITLES[use.value], "", now is use) for use in listed]


def _address(path: str, taking: Taking) -> str:
    kept = (("for", taking.purpose.value),) if taking.purpose else ()
    return str(address_of(path, taking.asked, *kept))


def take_out(archive: Archive, actor: Actor, taking: Taking, form: str) -> Taken:
    """The quotes that leave, with what was left out; that they left is noted. Raises InvalidText."""
    taken = may_be_taken(archive, actor, taking)
    if actor.signed_in and taken.quotes:
        with archive.writing() as connection:
            stories = dict.fromkeys(quote.story_id for quote in taken.quotes)
            note_download(archive, connection, taking.by.account, stories, f"quotes.{form}")
            connection.commit()
    return taken


def may_be_taken(
    archive: Archive, actor: Actor, taking: Taking, *more: ColumnElement[bool], most: int | None = None
) -> Taken:
    """The quotes that may leave, and what is left out; `more` are further conditions. Nothing is noted.

    Raises InvalidText where they are more than `most`, or than there is room for in a file.
    """
    most = MOST if most is None else most
    with archive.engine.connect() as connection:
        where = [*wanted(archive, connection, actor, taking.asked), *more]
        number, left_out = _counts(archive, connection, actor, taking, where)
        if number > most:
            raise InvalidText(TOO_MANY.format(number, most))
        may = _may_leave(archive, actor, taking)
        keys = quotes_listed(archive, actor, QUOTE.c.key, where=(*where, may)).order_by(*NEWEST)
        found = list(connection.execute(keys.limit(most)).scalars())
        rows = rows_listed(archive, connection, actor, found, *MORE, where=(may,))
        return _taken(archive, connection, actor, taking, rows, left_out)


def _may_leave(archive: Archive, actor: Actor, taking: Taking) -> ColumnElement[bool]:
    agreed = takeable_by(actor, archive.now())
    purpose = [agreed_to(USE_BITS[taking.purpose])] if taking.purpose else []
    return and_(agreed, QUOTE.c.state != "changed", *purpose)


def _counts(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    taking: Taking,
    where: Sequence[ColumnElement[bool]],
) -> tuple[int, list[LeftOut]]:
    """How many of those whom this reader finds leave, and of the others how many do not for each reason."""
    now = archive.now()
    other = [(not_(agreed_to(USE_BITS[taking.purpose])), "purpose")] if taking.purpose else []
    why = case(
        (not_(takeable_by(actor, now)), held_back(now)),
        *other,
        (QUOTE.c.state == "changed", "changed"),
        else_="",
    ).label("why")
    counted = quotes_listed(archive, actor, why, func.count().label("many"), where=where).group_by(why)
    found = {row.why: row.many for row in connection.execute(counted)}
    found["own"] = _own(archive, connection, actor, where)
    use = USE_TITLES[taking.purpose.value].lower() if taking.purpose else ""
    return found.pop("", 0), [LeftOut(WHY[one].format(use), found[one]) for one in WHY if found.get(one)]


def _own(archive: Archive, connection: Connection, actor: Actor, where: Sequence[ColumnElement[bool]]) -> int:
    """How many stand in stories that she may read as her own alone: no list has them."""
    if not actor.own:
        return 0
    now = archive.now()
    hers = and_(quotes_of(visible_to(actor, now)), not_(listed_to(actor, now)))
    counted = select(func.count()).select_from(IN_STORIES).where(*where, hers)
    return int(connection.execute(counted).scalar_one())


def _stories(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    taking: Taking,
    where: Sequence[ColumnElement[bool]],
) -> int:
    may = _may_leave(archive, actor, taking)
    number = func.count(QUOTE.c.story_id.distinct())
    return int(connection.execute(quotes_listed(archive, actor, number, where=(*where, may))).scalar_one())


def _taken(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    taking: Taking,
    rows: Sequence[AnyRow],
    left_out: Sequence[LeftOut],
) -> Taken:
    themes = themes_of(archive, connection, actor, [row.key for row in rows])
    works = may_mark(actor)
    names = names_by_key(connection, [row.account for row in rows]) if works else {}
    written = _themes(archive, connection, actor, taking, [chip for row in rows for chip in themes[row.key]])
    chosen = [slug for name in ("theme", TOGETHER) for slug in taking.asked.chosen.get(name, ())]
    closed = closed_aliases(archive, connection, actor) if chosen else ()
    keys = known_themes(connection, chosen, closed).values() if chosen else ()
    asked = {row.slug for row in themes_seen(archive, connection, actor, keys).values()}
    places = _places(archive, connection, taking.asked)
    day = archive.now().astimezone(UTC).date().isoformat()
    use = USE_TITLES[taking.purpose.value].lower() if taking.purpose else ""
    return Taken(
        title=_title([*places, *(written[slug].label for slug in sorted(asked) if slug in written)]),
        archive=archive.settings.title,
        address=f"{taking.base}{_address(TAKE, taking)}",
        consent_address=f"{taking.base}/help/consent",
        asked=described(archive, connection, actor, taking.asked),
        purpose=f"For {use}" if use else "",
        day=day,
        date=date_label(day, archive.settings.language),
        by=taking.by.name if works else "",
        themes=sorted(written.values(), key=lambda theme: theme.label.casefold()),
        groups=[slug for slug in written if slug in asked or not chosen],
        quotes=[_quote(archive, taking, row, themes[row.key], names if works else None) for row in rows],
        left_out=left_out,
        clusters=clusters_taken(archive, connection, taking.asked, rows, works=works),
    )


def _places(archive: Archive, connection: Connection, asked: AskedQuotes) -> list[str]:
    """The boards and cells from which they are taken."""
    return [
        place_label(archive, connection, name, value, asked.desk, asked.account)
        for name in (BOARDS, CELLS)
        for value in asked.chosen.get(name, ())
    ]


def _title(parts: Sequence[str]) -> str:
    return f"Quotes: {', '.join(parts)}" if parts else "Quotes"


def _themes(
    archive: Archive, connection: Connection, actor: Actor, taking: Taking, chips: Iterable[Chip]
) -> dict[str, TakenTheme]:
    own = own_themes(archive, connection, actor)
    slugs = list({chip.slug: None for chip in chips})
    rows = [
        own.get(row.key, row)
        for start in range(0, len(slugs), 400)
        for row in connection.execute(select(CODEBOOK).where(CODEBOOK.c.slug.in_(slugs[start : start + 400])))
    ]
    listed = sorted(rows, key=lambda row: shown_label(row.name).casefold())
    return {
        row.slug: TakenTheme(
            row.slug, shown_label(row.name), row.definition, f"{taking.base}{theme_address(row.slug)}"
        )
        for row in listed
    }


def _quote(
    archive: Archive, taking: Taking, row: AnyRow, themes: Sequence[Chip], names: Mapping[int, str] | None
) -> TakenQuote:
    language = archive.settings.language
    before, after = around(row.text, row.start, row.start + row.size)
    works = names is not None
    return TakenQuote(
        id=row.id,
        address=f"{taking.base}/q/{row.id}",
        story_id=row.story_id,
        story_address=f"{taking.base}/s/{row.story_id}",
        teller=row.heading,
        role=row.role,
        site=row.site,
        kinds=tuple(row.kinds),
        gathered=row.gathered,
        date=date_label(row.gathered, language),
        language=row.language,
        words=row.text[row.start : row.start + row.size],
        before=before,
        after=after,
        anchor=row.anchor,
        revision=row.located,
        themes=tuple(chip.slug for chip in themes),
        agreed=_agreed(row, language),
        uses=tuple(use.value for use in uses_of(row.uses)),
        until=row.until or "",
        content_notes=tuple(row.content_notes),
        made=f"{row.made:%Y-%m-%dT%H:%M:%SZ}",
        note=row.note if works else "",
        by=named(row.account, names) if names is not None else "",
        stays=row.stays and works,
        stated=row.stated,
    )


def _agreed(row: AnyRow, language: str) -> str:
    labels = [USE_LABELS[use] for use in uses_of(row.uses)]
    listed = " and ".join(part for part in (", ".join(labels[:-1]), labels[-1]) if part)
    until = f", until {date_label(row.until, language)}" if row.until else ""
    return (
        f"{listed}{until}" if row.stated else f"{listed}, as this archive assumes where nothing is recorded"
    )
