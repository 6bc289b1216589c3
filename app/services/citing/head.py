"""What a story's page tells reference managers, harvesters and programs of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import select

from app.database.tables import STORY
from app.database.visibility import Actor, takeable_by
from app.errors import NotFound, Withdrawn
from app.exports.cited import Cited, one_line, one_name
from app.exports.coins import coins
from app.exports.dublin_core import described, dublin_core_elements
from app.exports.story_jsonld import INTERVIEW, SCHEMA, jsonld_html
from app.rendering.numbering import numbered
from app.services.archive import Archive
from app.services.citing.files import FILES, TEXTS, media_type_of
from app.services.citing.page import cite_address
from app.services.citing.reading import AskedCitation, NotToBeTaken, read_cited
from app.services.documents import chunks
from app.services.views import CitedHead, HitView, StoryCard, StoryPage

Link = tuple[str, str, str]  # relation, address and media type


def cited_of(archive: Archive, actor: Actor, record_id: str, base: str) -> Cited | None:
    """What a page may tell of a story that this reader reads; None where it may not leave with her."""
    try:
        return read_cited(archive, actor, AskedCitation(record_id, base)).cited
    except (NotFound, NotToBeTaken, Withdrawn):
        return None


def with_citing(page: StoryPage, cited: Cited | None) -> StoryPage:
    """A story's page with the numbers of its passages, and where it may be taken with ways to cite it."""
    if cited is None:
        return replace(page, body_html=numbered(page.body_html))
    address = cite_address(page.id)
    html = numbered(page.body_html, address)
    return replace(page, body_html=html, head=head_of(cited), cite_address=address)


def head_of(cited: Cited) -> CitedHead:
    """The tags of a story's page."""
    return CitedHead(
        tags=list(_tags(cited)),
        properties=list(_open_graph(cited)) if cited.public else (),
        files=[
            (one.label, f"/s/{cited.story_id}.{form}", one.media_type.partition(";")[0])
            for form, one in FILES.items()
        ],
        jsonld_html=jsonld_html(cited),
    )


def _tags(cited: Cited) -> Iterator[tuple[str, str]]:
    """Those that Zotero and Google Scholar look for: one author, in one piece."""
    told = [
        ("citation_title", one_line(cited.title)),
        ("citation_author", one_name(cited.teller)),
        ("citation_date", cited.gathered.replace("-", "/")),
        ("citation_publisher", one_line(cited.archive)),
        ("citation_language", cited.language),
        ("citation_public_url", cited.address),
    ]
    yield from ((name, value) for name, value in told if value)
    for name, value in dublin_core_elements(described(cited)):
        yield f"DC.{name}", one_name(value) if name == "creator" else value


def _open_graph(cited: Cited) -> Iterator[tuple[str, str]]:
    """Without a type: every one that there is would make something else of an interview."""
    told = [
        ("og:title", ", ".join(dict.fromkeys(one_line(one) for one in (cited.teller, cited.title) if one))),
        ("og:description", one_line(cited.summary)),
        ("og:url", cited.address),
        ("og:site_name", one_line(cited.archive)),
        ("og:locale", cited.language.replace("-", "_")),
    ]
    yield from ((name, value) for name, value in told if value)


def signposts(cited: Cited) -> Iterator[Link]:
    """Where a program finds what belongs to a story, by the relations of signposting (https://signposting.org)."""
    base = f"{cited.archive_address.rstrip('/')}/{'s' if cited.id == cited.story_id else 'q'}/{cited.id}"
    yield "cite-as", base, ""
    yield "type", f"{SCHEMA}AboutPage", ""
    yield "type", f"{SCHEMA}{'CreativeWork' if cited.id == cited.story_id else 'Quotation'}", ""
    yield "type", INTERVIEW, ""
    yield "license", cited.consent_address, ""
    yield from (("describedby", f"{base}.{form}", media_type_of(form)) for form in FILES)
    yield from (("item", f"{base}.{form}", media_type_of(form)) for form in TEXTS)
    whole = cited.id == cited.story_id
    yield "collection", f"{cited.archive_address}stories" if whole else cited.story_address, "text/html"


def link_header(links: Iterable[Link]) -> str:
    """The value of the `Link` header (RFC 8288)."""
    return ", ".join(
        f'<{address}>; rel="{relation}"' + (f'; type="{media_type.partition(";")[0]}"' if media_type else "")
        for relation, address, media_type in links
    )


def with_coins(archive: Archive, actor: Actor, base: str, cards: Iterable[StoryCard]) -> list[StoryCard]:
    """Cards of a list, each with its reference for programs where its story may be taken."""
    listed = list(cards)
    told = _coins(archive, actor, base, [card.id for card in listed])
    return [replace(card, coins=told.get(card.id, "")) for card in listed]


def hits_with_coins(archive: Archive, actor: Actor, base: str, hits: Iterable[HitView]) -> list[HitView]:
    """The same of what a search found."""
    listed = list(hits)
    cards = with_coins(archive, actor, base, (hit.card for hit in listed))
    return [replace(hit, card=card) for hit, card in zip(listed, cards, strict=True)]


def _coins(archive: Archive, actor: Actor, base: str, ids: list[str]) -> Mapping[str, str]:
    columns = [STORY.c[name] for name in ("id", "title", "storyteller", "gathered", "language")]
    told: dict[str, str] = {}
    with archive.engine.connect() as connection:
        for part in chunks(ids):
            may = select(*columns).where(STORY.c.id.in_(part), takeable_by(actor, archive.now()))
            for row in connection.execute(may):
                told[row.id] = coins(
                    f"{base}/s/{row.id}",
                    row.title,
                    row.storyteller,
                    row.gathered,
                    archive.settings.title,
                    row.language or archive.settings.language,
                )
    return told
