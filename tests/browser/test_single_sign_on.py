"""Signing in at a provider with a browser, and a token made and ended there; every screen."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from app.search.engines import choose_engine
from app.services.archive import open_archive
from tests.browser.browsing import Visit
from tests.browser.serving import Place, serving, settings_for, write
from tests.browser.test_signing_in import STORY, sits
from tests.provider import Provider, providing
from tests.web.people import account


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as provider:
        yield provider


@pytest.fixture
def place(tmp_path, provider) -> Iterator[Place]:
    write(tmp_path, {"stories/heron.md": STORY})
    told = provider.settings(oidc_roles_claim="groups")
    with serving(tmp_path, **told) as place:
        archive = open_archive(settings_for(tmp_path), choose_engine(settings_for(tmp_path)))
        account(archive, "Sue", "steward")
        archive.close()
        yield place


def only_there(visit: Visit, provider: Provider) -> None:
    """Her browser asked no other host than the provider."""
    there = f"request to another host: {provider.address}"
    visit.complaints[:] = [one for one in visit.complaints if not one.startswith(there)]


def reads(place: Place, token: str) -> int:
    """What a program with this token is answered."""
    bearer = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{place.address}/api/v1/stories/heron", headers=bearer).status_code


@pytest.mark.parametrize("script", [True, False])
def test_somebody_signs_in_where_she_works_and_gives_a_program_a_token(visit, place, provider, script):
    provider.person.more = {"groups": ["member"]}
    reader = visit(place, java_script_enabled=script)
    reader.go("/account")
    reader.page.get_by_role("button", name="Sign in with Northgate Trust").click()
    reader.page.wait_for_url(f"{place.address}/account")
    assert reader.go("/stories/heron").status == 200
    reader.go("/account")
    reader.page.get_by_label("What it is for").fill("The newsletter")
    expect(reader.page.get_by_label("90 days")).to_be_checked()
    reader.page.get_by_role("button", name="Make the token").click()
    token = reader.page.get_by_label("The token", exact=True).input_value()
    assert reads(place, token) == 200
    reader.go("/account")
    assert token not in reader.page.content()
    reader.page.get_by_role("button", name="End this one The newsletter").click()
    expect(reader.page.get_by_text("It is ended.")).to_be_visible()
    assert reads(place, token) == 401
    only_there(reader, provider)


def test_every_page_of_it_fits_every_screen_and_every_reader(visit, place, provider):
    provider.person.more = {"groups": ["member"]}
    reader = visit(place)
    reader.go("/login?next=%2Faccount")
    sits(reader)
    provider.switches.refuses = "access_denied"
    reader.page.get_by_role("button", name="Sign in with Northgate Trust").click()
    expect(reader.page.get_by_text("broken off there")).to_be_visible()
    sits(reader)
    provider.reset()
    provider.person.more = {"groups": ["member"]}
    reader.page.get_by_role("button", name="Sign in with Northgate Trust").click()
    reader.page.wait_for_url(f"{place.address}/")
    reader.go("/account")
    reader.page.get_by_label("What it is for").fill("The newsletter of " + "Northgate " * 10)
    reader.page.get_by_label("May change things too").check()
    reader.page.get_by_role("button", name="Make the token").click()
    expect(reader.page.get_by_text("Copy it now")).to_be_visible()
    sits(reader)
    reader.page.get_by_label("What it is for").fill("  ")
    reader.page.get_by_role("button", name="Make the token").click()
    expect(reader.page.get_by_text("is missing")).to_be_visible()
    sits(reader)
    only_there(reader, provider)
