"""One theme at the desk: all that the codebook says of it, in one form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.tables import AnyRow
from app.database.visibility import ANONYMOUS, Actor
from app.errors import EditConflict, InvalidText, NotFound
from app.records.model import Digest
from app.services.archive import Archive
from app.services.cards import theme_address
from app.services.codebook import DESK, codebook_address
from app.services.colours import PALETTE, colour_of
from app.services.dates import date_label
from app.services.defining import MOST, legible, tidied
from app.services.marking.checking import EntryRefused, aliases_written, colour_written, example_written
from app.services.marking.entries import TEXTS, Entry, entries_of, entry_digest
from app.services.marking.knowing import Known, headings_of, known_to, line_above, may_say
from app.services.marking.known_as import closed_aliases
from app.services.marking.lines import lines_of, quotes_listed
from app.services.marking.own_themes import known_from_now
from app.services.marking.steps import last_step, take_step
from app.services.views import Choice, CodebookThemePage, ColourChoice, QuoteLine, Said

KEPT = "This theme is a steward’s to write. Nothing was changed."
CHANGED = "Somebody else has written here meanwhile, so nothing was changed."
LABELS = {
    "definition": "What belongs under this",
    "use_when": "Use it when",
    "not_when": "Not when",
    "colour": "Colour",
    "example": "Example",
    "aliases": "Also known as",
}


@dataclass(frozen=True)
class Written:
    """What a form says of a theme; None for what it does not speak of."""

    definition: str
    use_when: str | None = None
    not_when: str | None = None
    colour: str | None = None
    example: str | None = None
    aliases: str | None = None

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the form, with a mark for each character that can not be read."""
        said = {name: legible(text) for name, text in vars(self).items() if text is not None}
        return {"text" if name == "definition" else name: text for name, text in said.items()}


def read_codebook_theme(
    archive: Archive, actor: Actor, slug: str, *, saved: bool = False
) -> CodebookThemePage:
    """One theme and its form. Raises NotFound for one that is not this person's to see."""
    with archive.engine.connect() as connection:
        known = known_to(archive, connection, actor)
        one = _known(known, slug)
        entry = _now(connection, one) or Entry(one.label)
        digest = entry_digest(entry)
        step = last_step(connection, slug) if not one.own else None
        above = headings_of(connection, known)
        shown = slug in known_to(archive, connection, ANONYMOUS)
        before = _before(one, entry, step)
        told = _Told(archive, connection, actor, (entry, before))
        entry, before = told.of(entry), told.of(before) if before else None
        example = _example(archive, connection, actor, entry.example)
    return CodebookThemePage(
        label=one.label,
        address=codebook_address(slug),
        colour=colour_of(slug, {slug: entry.colour} if entry.colour is not None else None),
        stories=one.stories,
        quotes=one.quotes,
        state=one.state,
        readers_address=theme_address(slug) if shown else None,
        text=entry.definition,
        use_when=entry.use_when,
        not_when=entry.not_when,
        aliases="\n".join(entry.aliases.values()),
        example=entry.example,
        example_line=example,
        colours=_colours(entry.colour),
        digest=digest,
        definition=entry.definition or None,
        before=before.definition if before else None,
        now=_said(entry, LABELS),
        was=_said(before, _different(before, entry)) if before else (),
        put_back=_fields(before, entry) if before else (),
        written_label=_day(one.row.written, archive.settings.language) if one.row is not None else "",
        saved=saved,
        most=MOST,
        above=_links(known, line_above(slug, above)),
        children=_links(known, sorted(child for child, parent in above.items() if parent == slug)),
        new_address=f"{DESK}/new?{urlencode({'under': one.label})}",
    )


class _Told:
    """Says of themes what somebody may be told: no name and no quote that rest on hidden stories alone."""

    def __init__(
        self, archive: Archive, connection: Connection, actor: Actor, entries: Iterable[Entry | None]
    ) -> None:
        wanted = {entry.example for entry in entries if entry is not None and entry.example}
        seen = quotes_listed(archive, actor, QUOTE.c.id, where=[QUOTE.c.id.in_(wanted)])
        self.quotes = set(connection.execute(seen).scalars())
        self.closed = closed_aliases(archive, connection, actor)

    def of(self, entry: Entry) -> Entry:
        names = {slug: name for slug, name in entry.aliases.items() if slug not in self.closed}
        return replace(entry, aliases=names, example=entry.example if entry.example in self.quotes else "")


def _now(connection: Connection, one: Known) -> Entry | None:
    """What the codebook says of a theme; of one that is met as somebody's own word alone, nothing."""
    return entries_of(connection, [one.slug]).get(one.slug) if not one.own else None


def _known(known: Mapping[str, Known], slug: str) -> Known:
    one = known.get(slug)
    if one is None or (one.row is not None and one.row.merged_into is not None):
        raise NotFound
    return one


def _links(known: Mapping[str, Known], slugs: Iterable[str]) -> list[Choice]:
    return [Choice(slug, known[slug].label, codebook_address(slug), current=False) for slug in slugs]


def _example(archive: Archive, connection: Connection, actor: Actor, quote_id: str) -> list[QuoteLine]:
    """The quote, for who finds it in lists."""
    if not quote_id:
        return []
    keys = connection.execute(select(QUOTE.c.key).where(QUOTE.c.id == quote_id)).scalars().all()
    return lines_of(archive, connection, actor, keys)


def _before(one: Known, entry: Entry, step: AnyRow | None) -> Entry | None:
    """What stood here before the last change by this form; None where nothing was ever changed."""
    if step is not None:
        plain = step.before[one.slug]
        return replace(Entry(""), **plain) if plain else Entry(one.label)
    if one.row is not None and (one.row.definition or one.row.before):
        return replace(entry, definition=one.row.before)
    return None


def _different(before: Entry, now: Entry) -> list[str]:
    return [name for name in LABELS if getattr(before, name) != getattr(now, name)]


def _fields(before: Entry, now: Entry) -> list[tuple[str, str]]:
    """The fields of a form that brings back what was otherwise."""
    wanted = ["definition", *(name for name in _different(before, now) if name != "definition")]
    return [(name, as_field(before, name)) for name in wanted]


def as_field(entry: Entry, name: str) -> str:
    """What is said of a theme as a field of its form has it."""
    if name == "aliases":
        return "\n".join(entry.aliases.values())
    if name == "colour":
        return "" if entry.colour is None else str(entry.colour)
    return str(getattr(entry, name))


def _said(entry: Entry, names: Iterable[str]) -> list[Said]:
    """What is said of a theme, in words."""
    texts = {name: as_field(entry, name) for name in names}
    if texts.get("colour"):
        texts["colour"] = PALETTE[int(texts["colour"])]
    return [Said(LABELS[name], text) for name, text in texts.items() if text]


def _colours(chosen: int | None) -> list[ColourChoice]:
    return [
        ColourChoice(str(number), name, chr(ord("A") + number), number, number == chosen)
        for number, name in enumerate(PALETTE)
    ]


def _day(moment: date, language: str) -> str:
    return date_label(moment.isoformat()[:10], language)


def read_refused(
    archive: Archive, actor: Actor, slug: str, written: Written, refused: InvalidText | EditConflict
) -> CodebookThemePage:
    """The form with what was written still in it, and why it was not kept."""
    page = read_codebook_theme(archive, actor, slug)
    conflict = isinstance(refused, EditConflict)
    typed = dict(written.typed)
    colour = typed.pop("colour", None)
    if colour is not None:
        page = replace(page, colours=[replace(one, current=one.value == colour) for one in page.colours])
    wrong, address = "definition", ""
    if isinstance(refused, EntryRefused):
        wrong, address = refused.field, refused.address
    problem = CHANGED if conflict else str(refused)
    page = replace(page, problem=problem, conflict=conflict, wrong="" if conflict else wrong)
    return replace(page, merge_address=address, **typed)  # type: ignore[arg-type]


def write_definition(
    archive: Archive, actor: Actor, slug: str, text: str, *, expected: Digest, by: int | None = None
) -> None:
    """Say what belongs under a theme and nothing else; an empty text takes it away. As `write_theme`."""
    write_theme(archive, actor, slug, Written(text), expected=expected, by=by)


def write_theme(
    archive: Archive, actor: Actor, slug: str, written: Written, *, expected: Digest, by: int | None = None
) -> None:
    """Keep what a form says of a theme, which is in the codebook from now on.

    Raises NotFound, InvalidText, or EditConflict when what stands there is no longer what was `expected`.
    """
    texts = _tidied(written)
    with archive.writing() as connection:
        known = known_to(archive, connection, actor)
        one = _known(known, slug)
        if not may_say(one, entries_of(connection, [slug]).get(slug)):
            raise InvalidText(KEPT)
        now = _now(connection, one) or Entry(one.label)
        entry = replace(now, **texts, adopted=True)  # type: ignore[arg-type]
        if written.colour is not None:
            entry = replace(entry, colour=colour_written(written.colour))
        if written.aliases is not None:
            closed = closed_aliases(archive, connection, actor)
            kept = {alias: name for alias, name in now.aliases.items() if alias in closed}
            listed = aliases_written(connection, known, slug, now, written.aliases)
            entry = replace(entry, aliases=dict(sorted((kept | listed).items())))
        if written.example is not None:
            entry = replace(entry, example=_chosen(archive, connection, actor, now, written.example))
        if replace(entry, adopted=now.adopted) != now:
            if entry_digest(now) != expected:
                raise EditConflict(slug)
            take_step(archive, connection, "save", {slug: entry}, by)
            known_from_now(connection, [slug] if one.own else [])
        connection.commit()


def _tidied(written: Written) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name in TEXTS:
        text = getattr(written, name)
        if text is not None:
            try:
                texts[name] = tidied(text)
            except InvalidText as refused:
                raise EntryRefused(str(refused), name) from None
    return texts


def _chosen(archive: Archive, connection: Connection, actor: Actor, now: Entry, text: str) -> str:
    """The id of the quote that is meant; one that this person does not find stays where she says nothing."""
    quote_id = example_written(text)
    if quote_id == now.example or (not quote_id and not now.example):
        return quote_id
    seen = {one for one in (quote_id, now.example) if one}
    where = [QUOTE.c.id.in_(seen)]
    found = set(connection.execute(quotes_listed(archive, actor, QUOTE.c.id, where=where)).scalars())
    if quote_id and quote_id not in found:
        raise EntryRefused("There is no such quote. Open the quote, and copy its address.", "example")
    return now.example if not quote_id and now.example not in found else quote_id
