"""Every kind of page is HTML as the standard has it: read by the Nu Html Checker, which is not ours."""

import re

import pytest

from app.web import templating
from tests import validator
from tests.proofs.canaries.specifications import PATH
from tests.proofs.canaries.world import world
from tests.web.every_page import Page, pages_of, pages_of_rooms
from tests.web.people import look, someone
from tests.web.serving import served
from tests.web.sessions.doing import PERSONAS, STORIES
from tests.web.test_templates import PAGES

MEANT = (  # where, what it says, and why it stays
    (
        "/lenses/",
        r"^The “(role|row|cell|table|rowgroup|columnheader|rowheader)” (attribute|role) ",
        "on narrow screens the cells stand as blocks, and some browsers would not tell that it is a table",
    ),
    (
        "uses|table.html",
        r"^Attribute “placeholder” is only allowed",
        "a browser that has no days to pick shows how to write one, and no other does",
    ),
    (
        "table.html",
        r"^(Resource|Inline script) violates Content Security Policy",
        "the policy allows pictures as data and names the digest of the script: a browser runs it",
    ),
)
PRINTED = {  # for WeasyPrint: nobody is sent them
    "sessions/report_paper.html": "/sessions/d-planted/report.pdf",
    "specifications/paper.html": f"{PATH}/file.pdf",
}
GUESSED = "This document appears to be written in "
MAIL = {"smtp_url": "smtp://127.0.0.1:9", "base_url": "http://localhost:8000"}
LISTS = ("stories", "personas", "themes")


@pytest.fixture
def shown(monkeypatch):
    """The names of all templates that pages were made of."""
    environment, names = templating.environment(), set[str]()
    plain = environment.get_template

    def get_template(name, *more, **named):
        names.add(name if isinstance(name, str) else str(name.name))
        return plain(name, *more, **named)

    monkeypatch.setattr(environment, "get_template", get_template)
    return names


def pages_of_sample(sample):
    """The stories and personas that a fresh clone shows, with all that they are written with."""
    for name in LISTS:
        for one in sample.get(f"/api/v1/{name}?size=100").json["items"]:
            address = f"/{name}/{one['slug']}"
            yield address, look(sample, address).content


def pages_to_print(made):
    """What PDF files alone are made of."""
    (who,) = made.readers["steward"]
    for template, address in PRINTED.items():
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("app.services.paper.making.pdf_of", lambda printed: printed.html.encode())
            answer = look(made.web, address, who)
        assert answer["content-type"] == "application/pdf", address
        yield f"{address} of {template}", answer.content


def reasons(found):
    """Why this stays."""
    return [
        why for where, words, why in MEANT if re.search(where, found.page) and re.search(words, found.words)
    ]


def is_guessed(found):
    """Whether it takes words that were planted, which are of no language, for those of another one."""
    return found.words.startswith(GUESSED) and not found.page.startswith("/")


def every_page(folder, sample, empty) -> list[Page]:
    found = [*pages_of_sample(sample), ("an empty archive", look(empty, "/").content)]
    with world(folder / "world") as made:
        found += pages_of(made)
        found += pages_to_print(made)
    with served(folder / "rooms", STORIES, PERSONAS, **MAIL) as web:
        found += pages_of_rooms(web, someone(web.archive, "Ann", "member", "steward"))
    return found


def test_every_kind_of_page_is_valid(tmp_path, sample, empty, shown):
    if validator.missing():
        pytest.skip(validator.missing())
    pages = {content: name for name, content in every_page(tmp_path, sample, empty)}
    assert set(PAGES) - shown == set()
    (folder := tmp_path / "pages").mkdir()
    found = validator.findings({name: content for content, name in pages.items()}, folder)
    wrong = [one for one in found if not is_guessed(one)]
    assert [one for one in wrong if reasons(one) == []] == []
    assert {why for one in wrong for why in reasons(one)} == {why for _, _, why in MEANT}
