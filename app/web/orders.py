"""What somebody asks to have on paper, by the address that she asks at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import Request

from app.database.visibility import Actor, Role
from app.services.archive import Archive
from app.services.marking.asking import chosen_of
from app.services.marking.one_quote import quote_now
from app.services.marking.places import PLACES
from app.services.marking.taking import Taking, purpose_of
from app.services.paper.leaving import Asking
from app.services.paper.packs import Chosen
from app.services.reading import address_by_id
from app.web.desk import desk_actor
from app.web.frame import whole_address
from app.web.pages.taking import asked_of
from app.web.sessions import acting

SIZES = {"a3": "A3", "a2": "A2"}
SHEETS = {"a3": "A3: four personas or eight quotes", "a4": "A4: two personas or four quotes"}
FILE = "file"  # in the address of a page that says how far one is
KEPT = ("poster", "card", "sheet", "size", "for", "words")
MOST_CHOSEN = 240


@dataclass(frozen=True)
class Order:
    """What somebody wants printed, where that stands, and where she came from."""

    path: str
    chosen: Chosen
    asking: Asking
    back: str
    back_label: str
    query: Sequence[tuple[str, str]] = ()  # all that was chosen
    slides: bool = False
    poster: bool = False

    def address(self, ending: str = "", **changed: str) -> str:
        """The same in another form, or with something chosen otherwise; empty takes a choice back."""
        named = [(name, value) for name, value in self.query if name not in changed]
        named += [(name, value) for name, value in changed.items() if value]
        return f"{self.path}{ending}{'?' if named else ''}{urlencode(named)}"


def _asking(request: Request, actor: Actor) -> Asking:
    query, base = request.query_params, whole_address(request, "")
    size = query.get("size", "")
    purpose = purpose_of(actor, query.get("for", ""))
    return Asking(base, purpose, size if size in SIZES else "a3", query.get("words") == "yes")


def _query(request: Request) -> list[tuple[str, str]]:
    """What was chosen, without what nobody could have chosen."""
    items = request.query_params.multi_items()
    named = [(name, value) for name, value in items if 0 < len(value) <= 200 and name != FILE]
    return list(dict.fromkeys(named))[:MOST_CHOSEN]


def _single(request: Request, actor: Actor, record_id: str, path: str, back: str) -> Order:
    query = [(name, value) for name, value in _query(request) if name in ("size", "for", "words")]
    poster = path.endswith("/poster")
    chosen = Chosen(posters=[record_id]) if poster else Chosen(cards=[record_id], sheet="a5")
    return Order(
        path,
        chosen,
        _asking(request, actor),
        back,
        "The quote" if path.startswith("/q/") else "The page",
        query,
        slides=path.startswith("/p/") and not poster,
        poster=poster,
    )


def order_of_record(request: Request, archive: Archive, actor: Actor, record_id: str, form: str) -> Order:
    """An order of one story or persona. Raises NotFound or Withdrawn."""
    kind = request.url.path.split("/")[1]
    prefix = "s-" if kind == "s" else "who-"
    whole = record_id == record_id.strip() and record_id.lower().startswith(prefix)
    back = address_by_id(archive, actor, record_id if whole else "")
    return _single(request, actor, record_id, f"/{kind}/{record_id}/{form}", back)


def order_of_quote(request: Request, archive: Archive, actor: Actor, quote_id: str) -> Order:
    """An order of one quote. Raises NotFound."""
    found = quote_now(archive, actor, quote_id)
    return _single(request, actor, found, f"/q/{found}/card", f"/q/{found}")


def order_of_pack(request: Request, actor: Actor) -> Order:
    """An order of all that an address names."""
    query = request.query_params
    asking, asked = replace(_asking(request, actor), size="a3"), asked_of(request).as_(actor)
    places = chosen_of(query.multi_items(), PLACES)
    taking = None
    if asked.chosen or asked.q or places:
        desk = desk_actor(request, set(Role))
        asked = replace(asked, chosen={**asked.chosen, **places}, desk=desk)
        taking = Taking(asked, acting(request), asking.base, asking.purpose)
    sheet = query.get("sheet", "a3")
    chosen = Chosen(
        query.getlist("poster")[:MOST_CHOSEN],
        query.getlist("card")[:MOST_CHOSEN],
        taking,
        sheet if sheet in SHEETS else "a3",
    )
    slides = any(one.lower().startswith("who-") for one in chosen.cards)
    back = f"/paper?{urlencode(_query(request))}".rstrip("?")
    return Order("/paper/sheets", chosen, asking, back, "Choose again", _query(request), slides=slides)
