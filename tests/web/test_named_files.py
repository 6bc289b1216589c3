"""Problems name other files; never one of a story that the reader may not see."""

import pytest

from tests.archives import take_in
from tests.web.people import look, someone
from tests.web.serving import served, write

OURS = {"organisation": "The archive"}
NOT_FOR = "consent: {uses: [publication], not_for: [Northgate]}"
OPEN = "consent: {uses: [publication]}"
FILES = {
    "Same-Name.md": f"---\ntitle: First\n{NOT_FOR}\n---\nOne.\n",
    "same-name.markdown": f"---\ntitle: Second\ngatherer: J. O.\n{OPEN}\n---\nTwo.\n",
    "quiet/first.md": f"---\nid: s-7w1n0000\ntitle: Third\n{NOT_FOR}\n---\nThree.\n",
    "mine.md": f"---\nid: s-0m1ne000\ntitle: Mine\ngatherer: J. O.\n{OPEN}\n---\nFour.\n",
}
COPIES = {
    "copy.md": f"---\nid: s-7w1n0000\ntitle: Copy\n{NOT_FOR}\n---\nThree.\n",
    "of-another.md": "---\nid: s-0m1ne000\ntitle: Of another\ngatherer: A. N.\n---\nFour.\n",
}


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    folder = tmp_path_factory.mktemp("named")
    with served(folder, FILES) as web:
        write(folder / "stories", COPIES)
        take_in(web.archive)
        yield web


def test_a_steward_is_told_of_every_file(web):
    text = look(web, "/desk/problems", someone(web.archive, "Sue", "steward", **OURS)).text
    for name in (
        "stories/quiet/first.md",
        "stories/copy.md",
        "that of Same-Name.md",
        "stories/of-another.md",
    ):
        assert name in text


def test_a_steward_whose_organisation_is_kept_out_is_told_of_none_that_is_closed_to_her(web):
    text = look(web, "/desk/problems", someone(web.archive, "Nor", "steward", organisation="Northgate")).text
    assert "quiet/first" not in text and "copy.md" not in text and "Same-Name" not in text
    assert "Its name differs from that of a file that is not open to you" in text


def test_a_gatherer_is_told_what_to_mend_and_not_whose_file_is_in_the_way(web):
    cookie = someone(web.archive, "Jo", "gatherer", gathers_as="J. O.", **OURS)
    for address in ("/mine", "/stories/mine"):
        text = look(web, address, cookie).text
        assert "Another file has the same id: a file that is not open to you." in text
        assert "of-another" not in text and "Delete the id line" in text


def test_a_gatherer_is_not_told_the_name_of_a_story_that_stands_where_hers_would(web):
    """It is a record like hers, of people whose organisation she does not belong to."""
    told = {}
    for name, belongs in (("Ned", "Northgate"), ("Joan", "The archive")):
        cookie = someone(web.archive, name, "gatherer", gathers_as="J. O.", organisation=belongs)
        told[name] = look(web, "/mine", cookie).text
    assert "Same-Name" not in told["Ned"] and "not open to you" in told["Ned"]
    assert "that of Same-Name.md" in told["Joan"]
