"""Stories that the search tests put into an index, and ways to ask for them."""

from collections.abc import Collection, Sequence

from app.search.model import (
    ConsentClass,
    Document,
    IndexedPassage,
    Page,
    Results,
    SearchIndex,
)
from app.search.query import build_query

PUBLIC, MEMBERS = ConsentClass("public"), ConsentClass("members")
FIRST = Page()


def story(key: str, text: str = "", consent_class: ConsentClass = PUBLIC, **other) -> Document:
    """A story whose text is one passage for each line."""
    lines = [line for line in text.split("\n") if line]
    passages = tuple(IndexedPassage(f"p-{number:06}", line) for number, line in enumerate(lines, 1))
    given = {"title": key, "slug": key, "passages": passages} | other
    return Document(key=key, consent_class=consent_class, **given)


HARBOUR = story(
    "s-harbour",
    "By lamplight the harbour is quiet.\nI had told it so often that it stopped sounding like mine.",
    title="The harbour",
    storyteller="Marisa",
    gathered="2026-03-04",
    themes=("telling it twice",),
    facets={"theme": ("telling-it-twice", "waiting"), "site": ("northgate",), "year": ("2026",)},
)
BAKERY = story(
    "s-bakery",
    "The bread was always warm & the <door> open.\nWaiting for an assessment took eleven months.",
    title="Bread",
    storyteller="Tomasz",
    gathered="2025-11",
    facets={"theme": ("waiting",), "site": ("southgate",), "year": ("2025",)},
)
CLINIC = story(
    "s-clinic",
    "They waited with me. Nobody had an assessment for waiting.\nThe café owner’s sister rang back.",
    title="A clinic",
    gathered="2026",
    facets={"theme": ("being-heard",), "site": ("northgate",), "year": ("2026",)},
)
ALL = (HARBOUR, BAKERY, CLINIC)


def ask(
    index: SearchIndex,
    q: str,
    *,
    readable: Collection[ConsentClass] = (PUBLIC,),
    page: Page = FIRST,
    sort: str = "match",
    stories: Sequence[Document] = ALL,
    **facets: Sequence[str],
) -> Results:
    """What a reader of these classes is answered."""
    passages = {document.key: document.passages for document in stories}
    return index.find(
        build_query(q, facets, sort),
        readable=readable,
        page=page,
        passages_of=lambda key: passages.get(key, ()),
    )


def found(index: SearchIndex, q: str, **asked) -> list[str]:
    """The keys of the hits, in order."""
    return [hit.key for hit in ask(index, q, **asked).hits]
