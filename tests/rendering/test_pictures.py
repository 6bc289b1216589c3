"""Where the pictures of a story stand among its passages."""

from app.rendering.markdown import render
from app.rendering.pictures import pictures_by_passage
from tests.rendering.conftest import LINKS

ONE, TWO = "a" * 64, "b" * 64
TEXT = f"""![first](/media/{ONE})

Hello there.

::: closed
World ![x & y](/media/{TWO}) end.
:::

![last](/media/{ONE})
"""


def test_each_picture_stands_with_the_passage_before_it_and_the_first_with_the_one_after():
    rendered = render(TEXT, links=LINKS, show_closed=True)
    hello, world = (passage.anchor for passage in rendered.passages)
    assert pictures_by_passage(rendered.html) == {
        hello: [(ONE, "first")],
        world: [(TWO, "x & y"), (ONE, "last")],
    }


def test_a_story_of_pictures_alone_has_them_beside_no_passage():
    html = render(f"![A chair](/media/{ONE})\n", links=LINKS).html
    assert pictures_by_passage(html) == {"": [(ONE, "A chair")]}
