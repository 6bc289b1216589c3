"""Taking a story back with a browser: the impact report, one button, what everybody else finds then."""

from collections.abc import Iterator

import pytest

from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import become_first_steward, first_link, sits

A = "s-7k3fq2mx"
PUBLIC = "consent: {uses: [publication]}"
HEAD = f"id: {A}\ntitle: Lantern\nstoryteller: Marisa\nthemes: [dusk]\n{PUBLIC}"
STORY = f"---\n{HEAD}\n---\nThe heron came at noon.\n"
OTHER = f"---\nid: s-2m9tb3rw\nstoryteller: Dev\nthemes: [waiting]\n{PUBLIC}\n---\nSee [her](marisa.md).\n"
PERSONA = f"---\nname: Elena\nuses: [publication]\nstories: [{A}]\n---\nElena waits.\n"


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/marisa.md": STORY, "stories/dev.md": OTHER, "personas/elena.md": PERSONA})
    with serving(tmp_path) as place:
        yield place


@pytest.mark.parametrize("script", [True, False])
def test_a_steward_takes_a_story_back_and_gives_it_back(visit, place, script):
    steward = visit(place, java_script_enabled=script)
    become_first_steward(steward, first_link(place))
    steward.go("/stories/marisa")
    steward.page.get_by_role("link", name="Take this story back").click()
    for said in ("What leans on it", "Elena", "Dev", "Who has to know", "Sue", "What can not be called back"):
        assert steward.sees(said), said
    steward.page.get_by_role("button", name="Take this story back").click()
    assert steward.sees("The story is taken back") and steward.sees("Still to do")
    reader = visit(place, java_script_enabled=script)
    assert reader.go("/stories/marisa").status == 410
    assert reader.sees(A) and not reader.page.get_by_text("Marisa").count()
    reader.go("/stories")
    assert not reader.page.get_by_text("Marisa").count()
    steward.go(f"/s/{A}/withdraw")
    steward.page.get_by_role("button", name="Show the story again").click()
    assert reader.go("/stories/marisa").status == 200


def test_erasing_says_how_far_it_is_until_it_is_done(visit, place):
    steward = visit(place)
    become_first_steward(steward, first_link(place))
    steward.go(f"/s/{A}/withdraw")
    steward.page.get_by_role("button", name="Erase this story for good").click()
    steward.page.get_by_role("link", name="Look now").click()
    steward.page.get_by_text("All of it is done.").wait_for()
    assert not (place.folder / "stories/marisa.md").exists()
    assert visit(place).go("/stories/marisa").status == 410


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_fit_every_screen(visit, place, scheme):
    steward, reader = visit(place, color_scheme=scheme), visit(place, color_scheme=scheme)
    become_first_steward(steward, first_link(place))
    steward.go(f"/s/{A}/withdraw")
    sits(steward)
    steward.page.get_by_role("button", name="Take this story back").click()
    sits(steward)
    steward.go(f"/s/{A}/withdraw")
    sits(steward)
    reader.go("/stories/marisa")
    sits(reader)
