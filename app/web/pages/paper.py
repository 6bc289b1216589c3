"""On paper: posters, cards and packs, as pages that a browser prints, as PDF files and as slides."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.visibility import Actor
from app.errors import InvalidText, NotFound
from app.services.archive import Archive
from app.services.faceting import USE_TITLES
from app.services.marking.taking import purposes
from app.services.paper.choosing import read_choice
from app.services.paper.making import begin, file_now, how_far
from app.services.paper.noting import note_paper
from app.services.paper.packs import TITLE, Pack, read_pack
from app.services.paper.printing import PrintingBusy, PrintingMissing
from app.services.paper.slides import slides_of
from app.services.views import Choice, MakingPage, PaperPage
from app.web.frame import Reader, TheArchive, has_read, page_answer, private_answer
from app.web.orders import FILE, KEPT, SHEETS, SIZES, Order, order_of_pack, order_of_quote, order_of_record
from app.web.printed import printed
from app.web.sessions import account_asking

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ALL_USES = "Whatever all of it was agreed to"


def _page(actor: Actor, order: Order, pack: Pack, problem: str = "") -> PaperPage:
    printable = bool(pack.sheets)
    return PaperPage(
        title=pack.title or "Nothing to print",
        sheets=pack.sheets,
        bare=False,
        back=order.back,
        back_label=order.back_label,
        pdf_address=order.address(".pdf") if printable else "",
        slides_address=order.address(".pptx") if printable and order.slides else "",
        purposes=_purposes(actor, order),
        sizes=_sizes(order),
        words=_words(order, pack),
        left_out=pack.left_out,
        problem=problem,
        anybody=not actor.signed_in,
    )


def _purposes(actor: Actor, order: Order) -> list[Choice]:
    now, listed = order.asking.purpose, purposes(actor)
    if len(listed) < 2:
        return []
    every = Choice("", ALL_USES, order.address(**{"for": ""}), now is None)
    return [every] + [
        Choice(use.value, USE_TITLES[use.value], order.address(**{"for": use.value}), now is use)
        for use in listed
    ]


def _sizes(order: Order) -> list[Choice]:
    if order.poster:
        now = order.asking.size
        return [Choice(size, label, order.address(size=size), now == size) for size, label in SIZES.items()]
    if order.path != "/paper/sheets":
        return []
    now = order.chosen.sheet
    return [Choice(size, label, order.address(sheet=size), now == size) for size, label in SHEETS.items()]


def _words(order: Order, pack: Pack) -> Choice | None:
    """Where words of a story with a content note are left off, or shown by somebody's wish."""
    now = order.asking.words
    if not now and not any(sheet.story is not None and sheet.story.withheld for sheet in pack.sheets):
        return None
    label = "Leave their words off" if now else "Show their words all the same"
    return Choice("words", label, order.address(words="" if now else "yes"), now)


def _shown(request: Request, archive: Archive, actor: Actor, order: Order) -> Response:
    """The sheets as a page that a browser prints."""
    try:
        pack, problem, status = read_pack(archive, actor, order.asking, order.chosen), "", HTTPStatus.OK
    except InvalidText as refused:
        pack, problem, status = Pack(), str(refused), HTTPStatus.UNPROCESSABLE_ENTITY
    for one in pack.records:
        has_read(request, one)
    page = _page(actor, order, pack, problem)
    if problem or order.chosen.quotes:
        return private_answer(request, "paper/sheets.html", page, status)
    return page_answer(request, "paper/sheets.html", page)


def _pdf(request: Request, archive: Archive, actor: Actor, order: Order) -> Response:
    """The sheets as a file; the page that says what to do, where there is none."""
    pack = Pack()
    try:
        pack = read_pack(archive, actor, order.asking, order.chosen)
        page = _page(actor, order, pack)
        if not pack.sheets:  # why stands there
            return RedirectResponse(order.address(), HTTPStatus.SEE_OTHER)
        content = file_now(archive, printed(request, page))
    except InvalidText as refused:
        return _refused(request, order, pack, refused)
    if content is None:
        return RedirectResponse(_making(order, printed(request, page).digest), HTTPStatus.SEE_OTHER)
    return _file(request, archive, pack, content, PDF, "pdf")


def _refused(request: Request, order: Order, pack: Pack, refused: InvalidText) -> Response:
    missing = isinstance(refused, PrintingMissing)
    later = missing or isinstance(refused, PrintingBusy)
    status = HTTPStatus.SERVICE_UNAVAILABLE if later else HTTPStatus.UNPROCESSABLE_ENTITY
    page = MakingPage(
        title=pack.title or "Nothing to print",
        done=0,
        total=0,
        ready=False,
        address="",
        file_address="",
        sheets_address=order.address(),
        problem=str(refused),
        missing=missing,
    )
    return private_answer(request, "paper/making.html", page, status)


def _file(request: Request, archive: Archive, pack: Pack, content: bytes, kind: str, ending: str) -> Response:
    account = account_asking(request)
    note_paper(archive, account, pack.records, f"paper.{ending}")
    only = next((one for one in pack.records), "pack") if len(pack.sheets) == 1 else "pack"
    name = f"{only}-{archive.now():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)


def _slides(request: Request, archive: Archive, actor: Actor, order: Order) -> Response:
    try:
        pack = read_pack(archive, actor, order.asking, order.chosen)
    except InvalidText as refused:
        return _refused(request, order, Pack(), refused)
    if not pack.people:
        return RedirectResponse(order.address(), HTTPStatus.SEE_OTHER)
    return _file(request, archive, pack, slides_of(archive, order.asking, pack.people), PPTX, "pptx")


@router.get("/s/{record_id}/poster")
@router.get("/p/{record_id}/poster")
def poster(request: Request, archive: TheArchive, reader: Reader, record_id: str) -> Response:
    return _shown(request, archive, reader, order_of_record(request, archive, reader, record_id, "poster"))


@router.get("/s/{record_id}/poster.pdf")
@router.get("/p/{record_id}/poster.pdf")
def poster_file(request: Request, archive: TheArchive, reader: Reader, record_id: str) -> Response:
    return _pdf(request, archive, reader, order_of_record(request, archive, reader, record_id, "poster"))


@router.get("/p/{record_id}/card")
def card(request: Request, archive: TheArchive, reader: Reader, record_id: str) -> Response:
    return _shown(request, archive, reader, order_of_record(request, archive, reader, record_id, "card"))


@router.get("/p/{record_id}/card.pdf")
def card_file(request: Request, archive: TheArchive, reader: Reader, record_id: str) -> Response:
    return _pdf(request, archive, reader, order_of_record(request, archive, reader, record_id, "card"))


@router.get("/p/{record_id}/card.pptx")
def card_slides(request: Request, archive: TheArchive, reader: Reader, record_id: str) -> Response:
    return _slides(request, archive, reader, order_of_record(request, archive, reader, record_id, "card"))


@router.get("/q/{quote_id}/card")
def quote_card(request: Request, archive: TheArchive, reader: Reader, quote_id: str) -> Response:
    return _shown(request, archive, reader, order_of_quote(request, archive, reader, quote_id))


@router.get("/q/{quote_id}/card.pdf")
def quote_card_file(request: Request, archive: TheArchive, reader: Reader, quote_id: str) -> Response:
    return _pdf(request, archive, reader, order_of_quote(request, archive, reader, quote_id))


@router.get("/paper")
def choose(request: Request, archive: TheArchive, reader: Reader) -> Response:
    """Where a pack is put together."""
    order = order_of_pack(request, reader)
    page = read_choice(
        archive,
        reader,
        order.asking.purpose,
        purposes=_purposes(reader, order),
        chosen=order.chosen,
        kept=[one for one in order.query if one[0] not in KEPT],
    )
    answer = private_answer if order.chosen.quotes else page_answer
    return answer(request, "paper/pack.html", page)


@router.get("/paper/sheets")
def sheets(request: Request, archive: TheArchive, reader: Reader) -> Response:
    return _shown(request, archive, reader, order_of_pack(request, reader))


@router.get("/paper/sheets.pdf")
def sheets_file(request: Request, archive: TheArchive, reader: Reader) -> Response:
    return _pdf(request, archive, reader, order_of_pack(request, reader))


@router.get("/paper/sheets.pptx")
def sheets_slides(request: Request, archive: TheArchive, reader: Reader) -> Response:
    return _slides(request, archive, reader, order_of_pack(request, reader))


def _making(order: Order, digest: str) -> str:
    return f"/paper/making?{urlencode([*order.query, (FILE, digest)])}"


@router.get("/paper/making")
def making(request: Request, archive: TheArchive, reader: Reader) -> Response:
    """How far the file of a pack is; it is begun where nobody makes it."""
    order, pack, digest = order_of_pack(request, reader), Pack(), request.query_params.get(FILE, "")
    far = how_far(archive, digest)
    if far is None:
        try:
            pack = read_pack(archive, reader, order.asking, order.chosen)
            if not pack.sheets:
                raise NotFound
            page = printed(request, _page(reader, order, pack))
            digest, far = page.digest, begin(archive, page)
        except InvalidText as refused:
            return _refused(request, order, pack, refused)
    told = MakingPage(
        title=TITLE,
        done=far.done,
        total=far.total,
        ready=far.ready,
        address=_making(order, digest),
        file_address=order.address(".pdf"),
        sheets_address=order.address(),
        problem=far.problem,
        missing=far.missing,
    )
    return private_answer(request, "paper/making.html", told)
