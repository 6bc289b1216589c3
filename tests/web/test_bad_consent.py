"""A consent that is not plain opens nothing, to anybody, anywhere; and a person is told what to mend."""

import pytest

from app.services.checking import check_archive
from tests.archives import take_in
from tests.web.people import look, someone
from tests.web.serving import always, served, write

NOW = "2026-05-04T12:00:00+00:00"
CONSENTS = {
    "off": "consent: off",
    "yes": "consent: yes",
    "public": "consent: public",
    "everyone": "consent: everyone",
    "a-list": "consent: [publication]",
    "future": "consent: {uses: [publication], given: 2026-05-05}",
    "unknown-use": "consent: {uses: [publication, marketing]}",
    "until-first": "consent: {uses: [publication], given: 2026-03-01, until: 2026-02-28}",
    "no-day": "consent: {uses: [publication], until: later}",
    "empty": "consent:",
    "empty-uses": "consent: {uses: }",
    "no-uses": "consent: {given: 2026-03-01}",
    "capital": "Consent: {uses: [publication]}",
    "plural": "consents: {uses: [publication]}",
    "slip": "concent: {uses: [publication]}",
    "indented": "uses: [publication]",
    "use": "consent: {use: [publication]}",
    "both": "consent: {uses: [publication]}\nConsents: {uses: [design]}",
}
SILENT = {"empty-uses"}  # no use, said plainly: nothing to mend
ROLES = ("anonymous", "member", "commissioner", "another gatherer")
LISTS = ("/stories", "/stories?layout=table", "/", "/search?q=heliotrope", "/themes", "/themes/waiting")
LISTS += ("/api/v1/stories", "/api/v1/search?q=heliotrope", "/api/v1/themes", "/feed.xml", "/sitemap.xml")
OURS = {"organisation": "The archive"}


def file_of(slug: str, consent: str) -> str:
    keys = f"title: Titled {slug}\ngatherer: J. O.\nthemes: [waiting]\n{consent}"
    return f"---\n{keys}\n---\nThe heliotrope of {slug}.\n"


def readers(archive):
    return {
        "anonymous": None,
        "member": someone(archive, "Mo", "member", **OURS),
        "commissioner": someone(archive, "Co", "commissioner", **OURS),
        "another gatherer": someone(archive, "An", "gatherer", gathers_as="A. N.", **OURS),
        "own gatherer": someone(archive, "Jo", "gatherer", gathers_as="J. O.", **OURS),
        "steward": someone(archive, "Sue", "steward", **OURS),
    }


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    files = {f"{slug}.md": file_of(slug, consent) for slug, consent in CONSENTS.items()}
    with served(tmp_path_factory.mktemp("consent"), files, clock=always(NOW), unstated_uses="design") as web:
        yield web


@pytest.fixture(scope="module")
def cookies(web):
    return readers(web.archive)


@pytest.fixture(scope="module")
def checked(web):
    return check_archive(web.archive.settings, web.archive.now())


@pytest.mark.parametrize("reader", ROLES)
@pytest.mark.parametrize("slug", CONSENTS)
def test_it_opens_the_page_to_nobody(web, cookies, slug, reader):
    for place in ("", "/api/v1"):
        nothing = look(web, f"{place}/stories/never-was", cookies[reader])
        assert look(web, f"{place}/stories/{slug}", cookies[reader]) == nothing


@pytest.mark.parametrize("reader", ROLES)
@pytest.mark.parametrize("address", LISTS)
def test_no_list_and_no_search_knows_it(web, cookies, address, reader):
    text = look(web, address, cookies[reader]).text.replace('value="heliotrope"', "")
    assert "Titled" not in text and "heliotrope of" not in text.replace("<mark>", "").replace("</mark>", "")
    assert look(web, "/api/v1/complete?q=helio", cookies[reader]).json["items"] == []


@pytest.mark.parametrize("reader", ["own gatherer", "steward"])
@pytest.mark.parametrize("slug", CONSENTS)
def test_its_gatherer_and_stewards_read_it_meanwhile(web, cookies, slug, reader):
    assert f"The heliotrope of {slug}." in look(web, f"/stories/{slug}", cookies[reader]).text


@pytest.mark.parametrize("slug", sorted(CONSENTS.keys() - SILENT))
def test_check_and_the_pages_of_those_who_can_mend_it_say_what_is_wrong(web, cookies, checked, slug):
    assert [one for one in checked.problems if one.file.endswith(f"/{slug}.md") and one.remedy]
    assert "To mend in the file" in look(web, f"/stories/{slug}", cookies["own gatherer"]).text
    assert f"stories/{slug}.md" in look(web, "/desk/problems", cookies["steward"]).text


PUBLISHED = "consent: {uses: [publication, design, commissioning]}"
TROUBLES = {
    "never closed": "---\ntitle: The chair\n",
    "no YAML": file_of("chair", "consent: {uses: [publication"),
    "a key twice": file_of("chair", f"{PUBLISHED}\ntitle: Another"),
    "a tag": file_of("chair", "consent: !!python/object {}"),
    "no UTF-8": file_of("chair", PUBLISHED).encode().replace(b"heliotrope", b"\xff\xfe"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_public_story_whose_file_can_not_be_read_is_its_team_s_until_it_is_mended(tmp_path, trouble):
    whole = {"chair.md": file_of("chair", PUBLISHED), "other.md": file_of("other", PUBLISHED)}
    with served(tmp_path, whole, clock=always(NOW)) as web:
        cookies = readers(web.archive)
        before = {reader: found(web, cookie) for reader, cookie in cookies.items()}
        assert set(before.values()) == {(200, 200, True, True, True)}
        write(tmp_path / "stories", {"chair.md": TROUBLES[trouble]})
        take_in(web.archive)
        for reader in ROLES:
            assert found(web, cookies[reader]) == (404, 404, False, False, False), reader
        for reader in ("own gatherer", "steward"):
            assert found(web, cookies[reader]) == (200, 200, False, False, False), reader
            assert "The heliotrope of chair." in look(web, "/stories/chair", cookies[reader]).text
        write(tmp_path / "stories", whole)
        take_in(web.archive)
        assert {reader: found(web, cookie) for reader, cookie in cookies.items()} == before


def found(web, cookie):
    """The story's page and data, and whether lists, the API's list and search know it."""
    statuses = (look(web, f"{place}/stories/chair", cookie).status for place in ("", "/api/v1"))
    listed = "Titled chair" in look(web, "/stories?layout=table", cookie).text
    data, search = (look(web, f"/api/v1/{a}", cookie).json for a in ("stories", "search?q=heliotrope"))
    known = ("chair" in [one["slug"] for one in of] for of in (data["items"], search["results"]))
    return (*statuses, listed, *known)


WIDE = "".join(chr(ord(letter) + 0xFEE0) for letter in "Northgate")  # as some keyboards write it
SPELLINGS = (
    "Northgate Trust",
    "NORTHGATE TRUST",
    "  northgate   trust ",
    f"{WIDE} Trust",
    "Northgate\u00a0Trust",
)
KEPT_OUT = "consent: {uses: [publication], not_for: [NorthGate  trust]}"


@pytest.mark.parametrize("role", ["", "member", "commissioner", "gatherer", "steward"])
def test_an_organisation_s_people_find_nothing_whatever_their_role_and_its_spelling(tmp_path, role):
    with served(tmp_path, {"chair.md": file_of("chair", KEPT_OUT)}) as web:
        roles = [role] if role else []
        for number, name in enumerate(("", *SPELLINGS)):
            told = {"organisation": name, "gathers_as": "J. O."}
            cookie = someone(web.archive, f"N{number}", *roles, **told)
            assert found(web, cookie) == (404, 404, False, False, False), name
            assert look(web, "/stories/chair", cookie) == look(web, "/nowhere")
            assert "heliotrope of" not in look(web, "/themes/waiting", cookie).text
        ours = someone(web.archive, "Ours", *roles, organisation="Northgate Trust and Friends")
        assert found(web, None) == found(web, ours) == (200, 200, True, True, True)
