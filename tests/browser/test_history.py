"""What changed in a story, and going back, with a browser: every screen, light and dark, without script."""

import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import become_first_steward, first_link, sits
from tests.proofs.processes import wait_until

HERON = "s-her0n000"
HEAD = f"---\nid: {HERON}\nstoryteller: Marisa\nconsent: {{uses: [publication], given: 2026-01-02}}\n"
FIRST = HEAD + "---\nThe heron came at noon.\n\nNobody rang for eleven months.\n\nThen somebody did.\n"
SECOND = FIRST.replace("eleven months", "a whole year").replace("---\nThe", "role: Aunt\n---\nThe")
CLOSED = SECOND.replace("Then somebody did.", "::: closed\nThen somebody did.\n:::")


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/heron.md": FIRST})
    with serving(tmp_path) as place:
        yield place


def versions(visit, number):
    """Wait until the watcher has seen so many versions."""

    def there() -> bool:
        visit.go(f"/s/{HERON}/history")
        return visit.page.get_by_role("heading", level=1).inner_text().endswith(f"{number} versions")

    wait_until(there)


@pytest.mark.parametrize("script", [True, False])
def test_what_git_brings_is_seen_compared_and_taken_back_again(visit, place, script):
    steward = visit(place, java_script_enabled=script)
    become_first_steward(steward, first_link(place))
    stories = place.folder / "stories"
    elsewhere = place.folder / "elsewhere"
    git(stories, "init", "-q")
    commit(stories, FIRST)
    git(place.folder, "clone", "-q", str(stories), str(elsewhere))
    commit(elsewhere, SECOND)
    git(stories, "pull", "-q", "--ff-only", str(elsewhere), "main")
    versions(steward, 2)
    expect(steward.page.get_by_text("from the folder")).to_have_count(2)
    steward.page.get_by_role("button", name="Compare the two chosen").click()
    expect(steward.page.locator(".diff ins")).to_have_text("a whole year")
    expect(steward.page.locator(".keys ins")).to_have_text("Aunt")
    steward.page.get_by_role("link", name="Version 1", exact=True).click()
    expect(steward.page.get_by_text("This is an older version.")).to_be_visible()
    steward.page.get_by_role("button", name="Bring version 1 back").click()
    expect(steward.page.get_by_text("Version 1 is back")).to_be_visible()
    assert (stories / "heron.md").read_text() == FIRST
    steward.page.get_by_role("link", name="Version 2", exact=True).click()
    steward.page.get_by_role("button", name="Bring version 2 back").click()
    assert (stories / "heron.md").read_text() == SECOND


def git(folder, *arguments):
    named = ["-c", "user.name=Ga", "-c", "user.email=ga@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder, text):
    (folder / "heron.md").write_text(text)
    git(folder, "add", "heron.md")
    git(folder, "commit", "-q", "-m", "as she tells it")


def test_every_page_about_versions_fits_every_screen_and_every_reader(visit, place):
    steward = visit(place)
    become_first_steward(steward, first_link(place))
    write(place.folder, {"stories/heron.md": SECOND})
    versions(steward, 2)
    write(place.folder, {"stories/heron.md": CLOSED})
    versions(steward, 3)
    for address in ("history", "history?from=1&to=3", "v/1", "v/3", "history?restored=2"):
        steward.go(f"/s/{HERON}/{address}")
        sits(steward)
    stranger = visit(place)
    assert stranger.go(f"/s/{HERON}/v/2").status == 404
    assert stranger.go(f"/s/{HERON}/v/3").status == 200
    sits(stranger)
