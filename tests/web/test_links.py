"""Every link of the sample archive leads somewhere, and nothing but a storyteller's words leads outside."""

import html
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from app.config import Settings
from app.services.reconcile import reconcile
from tests.web.asking import AT_THE_MACHINE
from tests.web.crawling import crawl
from tests.web.people import someone
from tests.web.serving import served, story

EXIT = Settings.model_fields["exit_address"].default


class Page(HTMLParser):
    """The ids of a page, and where its links lead; those in a story's body apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.headings = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.headings += tag == "h1"
        if named.get("id"):
            self.ids.append(str(named["id"]))
        self.addresses += [
            str(named[name]) for name in ("href", "src", "action") if named.get(name) is not None
        ]


@pytest.fixture(scope="module")
def pages(sample):
    """Every page that can be reached from the first, as HTML, by address."""
    met = crawl(sample, "/api/docs", "/search?q=waiting")
    assert {status for status, _, _ in met.values()} <= {200, 302, 303}
    html_pages = [
        a
        for a, (_, headers, _) in met.items()
        if dict(headers).get("content-type", "").startswith("text/html")
    ]
    return {address: Page(met[address][2].decode()) for address in html_pages}


def test_every_page_can_be_reached(sample, pages):
    for name in ("stories", "personas", "themes"):
        for item in sample.get(f"/api/v1/{name}?size=100").json["items"]:
            assert f"/{name}/{item['slug']}" in pages


def test_no_link_of_the_frame_leads_to_another_host(pages):
    outside = {
        link
        for page in pages.values()
        for link in page.addresses
        if urlsplit(link).netloc or ":" in link[:12]
    }
    assert outside == {EXIT}  # a reader may leave for it; no page asks it for anything


def test_every_fragment_is_there_on_its_page(pages):
    lost = []
    for address, page in pages.items():
        for link in page.addresses:
            target, _, fragment = urljoin(address, html.unescape(link)).partition("#")
            if fragment and fragment not in pages[target].ids:
                lost.append((address, link))
    assert lost == []


def test_a_page_names_each_id_once_and_has_one_first_heading(pages):
    for address, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), address
        assert page.headings == 1, address


EVERY_STATE = {
    "open.md": story("Open."),
    "design.md": story("For the teams.", uses="design"),
    "draft.md": story("Unfinished.", "status: draft"),
    "ended.md": "---\nconsent: {uses: [publication], until: 2020-01-01}\n---\nOver.\n",
    "mended.md": story("Read once."),
}
DESK = {
    "stranger": (),
    "machine": ("/desk", "/desk/problems"),
    "gatherer": ("/desk", "/mine"),
    "steward": ("/desk",),
}


@pytest.mark.parametrize("reader", DESK)
def test_whoever_is_at_the_desk_is_led_to_no_page_that_is_not_there(tmp_path, reader):
    """While there is no steward the desk is open at the machine, and stories are as for a stranger."""
    with served(tmp_path, EVERY_STATE, at_loopback=True) as web:
        (tmp_path / "stories" / "mended.md").write_text("---\ntitle: [\n---\nBroken.\n")
        reconcile(web.archive)
        how = {"client": AT_THE_MACHINE}
        if reader in ("gatherer", "steward"):
            how = {"headers": [someone(web.archive, "Ann", reader, gathers_as="J. O.")]}
        met = crawl(web, *DESK[reader], **({} if reader == "stranger" else how))
    lost = {address: status for address, (status, _, _) in met.items() if status not in (200, 302, 303, 405)}
    assert lost == {} and (reader == "stranger" or "/desk/codebook" in met)


def test_a_file_with_a_problem_leads_to_its_page_where_that_opens(tmp_path):
    """Of a file that could never be read there is no page."""
    files = EVERY_STATE | {
        "odd.md": story("Odd.", "status: draft", "gathered: whenever"),
        "never.md": "---\n[\n---\n",
    }
    with served(tmp_path, files, at_loopback=True) as web:
        (tmp_path / "stories" / "mended.md").write_text("---\ntitle: [\n---\nBroken.\n")
        reconcile(web.archive)
        told = web.get("/desk/problems", client=AT_THE_MACHINE).text
        alone = Page(told).addresses
        steward = someone(web.archive, "Sue", "steward")
        page = Page(web.get("/desk/problems", headers=[steward]).text).addresses
    assert {one for one in page if one.startswith("/stories/")} == {
        f"/stories/{name}" for name in ("odd", "mended", "draft", "design", "ended")
    }
    assert "<code>stories/draft.md</code>" in told
    assert not [one for one in alone if one.startswith("/stories/")]


def test_a_link_out_of_a_story_is_marked_and_opens_nothing_of_ours(tmp_path):
    with served(
        tmp_path, {"a.md": story("[Out](https://example.org/a?b=c&d) and [mail](mailto:a@example.org).")}
    ) as web:
        anchors = re.findall(r"<a [^>]*example\.org[^>]*>", web.get("/stories/a").text)
        assert len(anchors) == 2
        assert all("noopener" in one and "noreferrer" in one for one in anchors)
