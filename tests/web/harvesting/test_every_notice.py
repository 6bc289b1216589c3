"""What was public and is no longer: what each of its addresses says, in each format, however it is asked."""

import pytest

from app.database.visibility import TERMINAL
from app.rendering.passages import anchor_of
from app.services.citing.files import FILES, TEXTS
from app.services.finishing import finish_jobs
from app.services.reconcile import reconcile
from app.services.withdrawing import Outcome, Request, withdraw
from tests.web.harvesting.conftest import STORIES, A, B, story
from tests.web.harvesting.test_notices import BOATS, FORMS, WORDS, marked
from tests.web.people import look, someone
from tests.web.serving import write

AT = anchor_of(BOATS)
JSON = [("accept", "application/json")]
PLAIN = ("", f"?at={AT}", "/cite", f"/cite?at={AT}&style=apa", "/poster")
NAMED = [f".{form}" for form in (*FILES, *TEXTS)]
HTML, PROBLEM = "text/html; charset=utf-8", "application/problem+json"


def addresses(quote):
    """Every address of a story, and of a quote in it, with the media type of what is said there."""
    pages = [f"/s/{A}{end}" for end in (*PLAIN, "/v/1", "/v/2", "/poster.pdf")]
    pages += [f"/q/{quote}{end}" for end in ("", "/cite", "/card", "/card.pdf")]
    pages += ["/stories/a", "/stories/moved/here"]
    files = [(f"/{kind}{end}", FORMS[end[1:]]) for kind in (f"s/{A}", f"q/{quote}") for end in NAMED]
    files += [(f"/s/{A}.bib?at={AT}", FORMS["bib"])]
    told = [(f"/api/v1/{end}", PROBLEM) for end in ("stories/moved/here", "stories/a", f"quotes/{quote}")]
    return [*((page, HTML) for page in pages), *files, *told]


@pytest.fixture
def quote(web):
    """A quote of a story that has lived at two addresses, in two versions."""
    found = marked(web, A, BOATS, "counted eleven boats")
    folder = web.archive.settings.stories
    (folder / "a.md").unlink()
    write(
        folder, {"moved/here.md": STORIES["a.md"].replace("eleven boats before", "eleven boats long before")}
    )
    reconcile(web.archive)
    write(folder, {"moved/here.md": STORIES["a.md"]})
    reconcile(web.archive)
    for address, _ in addresses(found):
        if "/cite" not in address and ".pdf" not in address:  # these are slow, and asked where they are gone
            assert look(web, address).status in (200, 302), address
    return found


@pytest.mark.parametrize("outcome", [Outcome.KEEP, Outcome.ERASE])
def test_every_address_of_what_was_taken_back_says_so_in_its_own_format(web, quote, outcome):
    withdraw(web.archive, TERMINAL, A, Request(outcome, replacement=B))
    finish_jobs(web.archive)
    for address, kind in addresses(quote):
        for headers in ((), JSON):
            answer = web.get(address, headers=headers)
            assert (answer.status, answer["content-type"]) == (410, kind), address
        for said in (A, f"/s/{B}", "stories@example.org"):
            assert said in answer.text, address
        assert "4 May 2026" in answer.text or "2026-05-04" in answer.text, address
        assert [one for one in (*WORDS, AT, quote, "moved") if one in answer.text] == [], address
        assert (answer["cache-control"], answer["x-robots-tag"]) == ("no-store", "noindex"), address
        assert not {"etag", "last-modified", "link"} & dict(answer.headers).keys(), address
        head = web.ask("HEAD", address)
        assert (head.status, head.body, head["content-type"]) == (410, b"", kind), address


@pytest.mark.parametrize("again", [None, Outcome.KEEP, Outcome.ERASE])
def test_at_the_addresses_of_an_old_text_a_notice_stands_and_says_whose_it_was_to_nobody(web, quote, again):
    """Another text stands in its place, or is taken back as well: the old words lead to neither."""
    new = story("Somebody counted boats at dusk.", "title: Another evening", "themes: [waiting]")
    withdraw(web.archive, TERMINAL, A, Request(Outcome.ANONYMISE, text=new.encode(), slug="evening"))
    finish_jobs(web.archive)
    if again:
        withdraw(web.archive, TERMINAL, A, Request(again))
        finish_jobs(web.archive)
    old = [one for one in addresses(quote) if quote in one[0] or "/stories/" in one[0]]
    for address, kind in old:
        answer = web.get(address, headers=JSON)
        assert (answer.status, answer["content-type"]) == (410, kind), address
        assert "4 May 2026" in answer.text or "2026-05-04" in answer.text, address
        assert [one for one in (*WORDS, A, "vening", quote, "moved") if one in answer.text] == [], address
    assert web.get(f"/s/{A}").status == (410 if again else 302)


def test_a_program_that_knows_an_old_address_is_led_to_the_new_one(web, quote):
    answer = web.get("/api/v1/stories/a")
    assert (answer.status, answer["location"]) == (302, "/api/v1/stories/moved/here")
    assert web.get(answer["location"]).json["id"] == A


@pytest.mark.parametrize("narrowed", ["ended", "regraded", "a draft"])
def test_what_ended_or_was_regraded_is_absent_at_every_address(web, quote, narrowed):
    """Nobody took it back, so there is no notice. Harvesters, who have a copy, are told that it is gone."""
    uses = "{uses: [publication]}"
    told = {
        "ended": uses.replace("]}", "], until: 2026-05-03}"),
        "regraded": "{uses: [design]}",
        "a draft": f"{uses}\nstatus: draft",
    }
    changed = STORIES["a.md"].replace(f"consent: {uses}", f"consent: {told[narrowed]}")
    assert changed != STORIES["a.md"]
    write(web.archive.settings.stories, {"moved/here.md": changed})
    reconcile(web.archive)
    nowhere, unknown = web.get("/nowhere"), web.get("/api/v1/stories/nowhere")
    for address, _ in addresses(quote):
        answer = web.get(address, headers=JSON)
        assert answer == (unknown if address.startswith("/api/") else nowhere), address
        assert web.ask("HEAD", address).status == 404, address


@pytest.mark.parametrize("outcome", [Outcome.KEEP, Outcome.ERASE])
def test_an_old_address_with_somebodys_name_in_it_leads_to_no_notice(web, outcome):
    folder = web.archive.settings.stories
    for slug in ("marisa", "interviews/jane-smith", "quiet"):
        for path in [path for path in folder.rglob("*.md") if A in path.read_text()]:
            path.unlink()
        write(folder, {f"{slug}.md": STORIES["a.md"]})
        reconcile(web.archive)
    withdraw(web.archive, TERMINAL, A, Request(outcome))
    finish_jobs(web.archive)
    for slug, status in (("quiet", 410), ("a", 410), ("marisa", 404), ("interviews/jane-smith", 404)):
        assert web.get(f"/stories/{slug}").status == status, slug


def test_whoever_could_never_read_it_is_told_nothing_where_it_was(web):
    """A story for design teams that was taken back: to members it is gone, to everybody else it never was."""
    story = "s-4hd8n0qe"
    withdraw(web.archive, TERMINAL, story, Request())
    finish_jobs(web.archive)
    member, nowhere = someone(web.archive, "Mo", "member"), web.get("/nowhere")
    for end in ("", "/cite", "/v/1", *NAMED):
        assert web.get(f"/s/{story}{end}") == nowhere
        assert look(web, f"/s/{story}{end}", member).status == 410
