"""Reading as each role: one story in each state, and what each reader finds of it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import WIDTHS, Visit
from tests.browser.people import Cookies, come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_pages import ANYTHING_WIDER, AXE_WIDTHS, examine

PUBLIC = "consent: {uses: [publication], given: 2026-01-01, until: 2040-03-04}"
CLOSED = "::: closed\n## About her brother\n\nHe never rang back, she said.\n\n- Not once\n:::"
SPOKEN = "She moved the chair. <!-- Real name: M. -->"
STATES = {
    "public": ("Marisa", f"storyteller: Marisa\n{PUBLIC}"),
    "noted": ("Idris", f"storyteller: Idris\ncontent_notes: [self-harm, bereavement]\n{PUBLIC}"),
    "for-design": ("Owen", "storyteller: Owen\nconsent: {uses: [design]}"),
    "for-commissioning": ("Iris", "storyteller: Iris\nconsent: {uses: [commissioning]}"),
    "draft": ("Nia", f"storyteller: Nia\nstatus: draft\ninterview_room: the small one\n{PUBLIC}"),
    "no-consent": ("Bea", "storyteller: Bea"),
    "ended": ("Cal", "storyteller: Cal\nconsent: {uses: [publication], until: 2025-01-01}"),
    "not-for": (
        "Dot",
        "storyteller: Dot\nconsent: {uses: [publication], not_for: [Northgate Trust]}",
    ),
    "taken-back": ("Eli", f"storyteller: Eli\nstatus: withdrawn\n{PUBLIC}"),
    "unreadable": ("Fay", f"storyteller: Fay\n{PUBLIC}"),
}
EVERYBODY = {"public", "noted", "not-for"}
READS = {
    "anonymous": EVERYBODY,
    "member": EVERYBODY | {"for-design"},
    "commissioner": EVERYBODY | {"for-commissioning"},
    "gatherer": set(STATES) - {"taken-back"},
    "colleague": EVERYBODY | {"for-design"},
    "steward": set(STATES),
    "excluded": set(STATES) - {"not-for"},
}
NOTICE = {"anonymous", "member", "commissioner", "gatherer", "colleague"}  # 410 of what was public
OURS = {"organisation": "The archive"}
PEOPLE = {
    "member": (("member",), OURS),
    "commissioner": (("commissioner",), OURS),
    "gatherer": (("gatherer",), OURS | {"gathers_as": "J. O."}),
    "colleague": (("gatherer",), OURS),
    "steward": (("steward",), OURS),
    "excluded": (("steward",), {"organisation": "NORTHGATE trust"}),
}
OPEN_ALL = "for (const one of document.querySelectorAll('main details')) one.open = true"
INSTEAD = "A passage is closed here."


def file_of(number: int, keys: str) -> str:
    named = f"id: s-0state{number:02}\ntitle: The chair\ngatherer: J. O.\ngathered: 2026-03-{number + 1:02}"
    return f"---\n{named}\n{keys}\n---\n{SPOKEN}\n\n{CLOSED}\n\nShe sat down.\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("states")
    files = {f"stories/{slug}.md": file_of(n, keys) for n, (slug, (_, keys)) in enumerate(STATES.items())}
    write(folder, files)
    with serving(folder) as place:
        write(folder, {"stories/unreadable.md": files["stories/unreadable.md"].replace("title:", "title: [")})
        yield place


@pytest.fixture(scope="module")
def cookies(place) -> Cookies:
    return sign_in_all(place, PEOPLE)


@pytest.mark.parametrize("who", READS)
def test_each_reader_finds_her_own_part_of_the_archive(visit, place, cookies, who):
    reader = come_as(visit, place, cookies.get(who))
    _wait_until_set_aside(reader)
    for slug, (name, _) in STATES.items():
        answer = reader.go(f"/stories/{slug}")
        if slug in READS[who]:
            assert answer.status == 200, slug
            expect(reader.page.get_by_role("heading", level=1, name=name)).to_be_visible()
        else:
            assert answer.status == (410 if slug == "taken-back" and who in NOTICE else 404), slug
            expect(reader.page.get_by_text(name, exact=True)).to_have_count(0)


def _wait_until_set_aside(reader: Visit) -> None:
    """The watcher sees a change in the folder after a moment."""
    stranger = reader.page.context.browser.new_context()
    page = stranger.new_page()
    for _ in range(100):
        if page.goto(f"{reader.address}/stories/unreadable").status == 404:
            break
        page.wait_for_timeout(100)
    stranger.close()


@pytest.mark.parametrize("who", READS)
def test_what_is_closed_is_read_by_the_team_and_its_place_by_everybody(visit, place, cookies, who):
    reader = come_as(visit, place, cookies.get(who))
    reader.go("/stories/public")
    team = who in ("gatherer", "steward", "excluded")
    expect(reader.page.get_by_text("He never rang back")).to_have_count(int(team))
    expect(reader.page.get_by_role("group", name="Closed passage")).to_have_count(int(team))
    expect(reader.page.get_by_text(INSTEAD)).to_have_count(int(not team))
    expect(reader.page.get_by_text("Only you and stewards see this")).to_have_count(int(team))
    assert "Real name" not in reader.page.content()


def test_on_paper_a_closed_passage_is_closed_for_everybody(visit, place, cookies):
    steward = come_as(visit, place, cookies["steward"])
    steward.go("/stories/public")
    steward.page.emulate_media(media="print")
    expect(steward.page.get_by_text("He never rang back")).to_be_hidden()
    expect(steward.page.get_by_text("Only you and stewards see this")).to_be_hidden()
    box = steward.page.locator(".story div.closed")
    assert INSTEAD.replace("'", "’") in box.evaluate("box => getComputedStyle(box, '::before').content")


PAGES = {
    "a story of her own": "/stories/draft",
    "a story that can not be read": "/stories/unreadable",
    "a story with a content note": "/stories/noted",
    "her stories": "/mine",
    "who is named": "/s/s-0state04/people",
    "the list with her own apart": "/stories",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_page_for_the_team_fits_every_screen_and_every_reader(visit, place, cookies, address):
    gatherer = come_as(visit, place, cookies["gatherer"])
    for width in WIDTHS:
        gatherer.page.set_viewport_size({"width": width, "height": 900})
        assert gatherer.go(address).status == 200
        gatherer.page.evaluate(OPEN_ALL)
        assert gatherer.page.evaluate(ANYTHING_WIDER) == "", f"at {width} pixels"
        if width in AXE_WIDTHS:
            examine(gatherer, width)


def test_an_empty_page_of_one_s_own_fits_too(visit, place, cookies):
    colleague = come_as(visit, place, cookies["colleague"])
    for width in AXE_WIDTHS:
        colleague.page.set_viewport_size({"width": width, "height": 900})
        colleague.go("/mine")
        assert colleague.sees("No story is yours yet")
        examine(colleague, width)


@pytest.mark.parametrize("script", [True, False])
def test_a_colleague_who_is_named_reads_at_once(visit, place, cookies, script):
    gatherer = come_as(visit, place, cookies["gatherer"], java_script_enabled=script)
    colleague = come_as(visit, place, cookies["colleague"])
    assert colleague.go("/stories/draft").status == 404
    gatherer.go("/mine")
    hers = gatherer.page.locator(".own > li", has_text="Nia")
    hers.get_by_role("link", name="Who is named on it").click()
    gatherer.page.get_by_label("Somebody who gathers stories").select_option(label="colleague, The archive")
    gatherer.page.get_by_role("button", name="Name her").click()
    assert gatherer.sees("The name is added.")
    assert colleague.go("/stories/draft").status == 200
    gatherer.page.get_by_role("button", name="Take off colleague").click()
    assert gatherer.sees("The name is taken off.")
    assert colleague.go("/stories/draft").status == 404
