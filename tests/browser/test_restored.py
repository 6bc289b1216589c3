"""After a real restore: a steward looks at what came back, and opens it for everybody with one button."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.search.engines import choose_engine
from app.services.archive import open_archive
from app.services.backing_up import back_up
from app.services.restoring import Request, restore
from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, settings_for, take_in, write
from tests.browser.test_signing_in import sits
from tests.proofs.processes import wait_until

PUBLIC = "consent: {uses: [publication]}"
FILES = {
    f"stories/{n}.md": f"---\ntitle: Lantern {n}\n{PUBLIC}\n---\nThe heron came at noon.\n" for n in range(3)
}


@pytest.fixture
def restored(tmp_path) -> Iterator[Place]:
    """An archive whose list of withdrawals was lost with it: the backup is all there is."""
    write(tmp_path, FILES)
    take_in(tmp_path)
    settings, backup = settings_for(tmp_path), tmp_path / "kept.storyhold"
    archive = open_archive(settings, choose_engine(settings))
    back_up(archive, backup)
    archive.close()
    settings.withdrawals.unlink(missing_ok=True)
    assert restore(Request(backup, settings, choose_engine, settings.withdrawals)).withheld
    with serving(tmp_path) as place:
        yield place


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_steward_confirms_what_came_back_and_everybody_reads_it(visit, restored, scheme):
    cookies = sign_in_all(restored, {"Sue": (("steward",), {})})
    steward = come_as(visit, restored, cookies["Sue"], color_scheme=scheme)
    reader = visit(restored)
    assert reader.go("/stories/1").status == 404
    steward.go("/desk/problems")
    steward.page.get_by_role("link", name="until one of them confirms it").click()
    expect(steward.page.get_by_role("link", name="Lantern 1")).to_be_visible()
    sits(steward)
    steward.page.get_by_role("button", name="Open the stories again").click()
    expect(steward.page.get_by_text("Nothing waits to be confirmed.")).to_be_visible()
    sits(steward)
    wait_until(lambda: reader.go("/stories/1").status == 200)  # the files are read again
    assert reader.sees("The heron came at noon.")
