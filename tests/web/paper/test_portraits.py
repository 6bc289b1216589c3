"""A persona’s portrait on paper: round, in the place of her weave, with its words."""

import io

import pytest
from pptx import Presentation

from app.services.gathering.pictures import keep_pictures, path_of
from app.services.reconcile import reconcile
from tests.imports.photographs import photograph
from tests.web.paper.printing import PERSONAS, STORIES
from tests.web.paper.test_files import structure
from tests.web.people import look
from tests.web.pictured import drawn
from tests.web.serving import served

WHO, WORDS = "who-e1ena000", "A bus stop in the rain"
PICTURE = drawn(photograph())


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    key = f'portrait: {{picture: "{PICTURE.digest}", words: {WORDS}}}\n'
    elena = next(name for name, text in PERSONAS.items() if WHO in text)
    faces = {**PERSONAS, elena: PERSONAS[elena].replace(f"id: {WHO}\n", f"id: {WHO}\n{key}")}
    with served(tmp_path_factory.mktemp("portraits"), STORIES, faces) as web:
        keep_pictures(web.archive, WHO, [PICTURE.content])
        yield web


@pytest.mark.parametrize("address", [f"/p/{WHO}/poster", f"/p/{WHO}/card", f"/paper/sheets?card={WHO}"])
def test_it_stands_on_posters_and_cards_for_browsers(web, address):
    page = look(web, address).text
    assert f'<img class="weave portrait" src="/media/{PICTURE.digest}"' in page
    assert f'alt="{WORDS}"' in page and f"/weave/{WHO}.svg" not in page


@pytest.mark.parametrize("address", [f"/p/{WHO}/poster.pdf", f"/p/{WHO}/card.pdf"])
def test_it_stands_in_the_file_with_its_words(web, address):
    content = look(web, address).content
    figures = [one for one in structure(content) if one.get("/S") == "/Figure"]
    assert WORDS in [one.get("/Alt") for one in figures]
    assert b"/DCTDecode" in content  # the picture itself, and not its words alone


def test_it_stands_on_slides_round_with_its_words(web):
    answer = look(web, f"/p/{WHO}/card.pptx")
    (slide,) = Presentation(io.BytesIO(answer.content)).slides
    (picture,) = [
        one
        for one in slide.shapes
        if one.shape_type == 13 and one._element.nvPicPr.cNvPr.get("descr") == WORDS
    ]
    assert picture.image.blob == PICTURE.content and picture.auto_shape_type.name == "OVAL"
    assert round(picture.crop_left, 3) == round(picture.crop_right, 3) == round(20 / 60 / 2, 3)
    assert picture.crop_top == picture.crop_bottom == 0


def test_where_personas_are_chosen_for_a_pack_it_stands_too(web):
    assert f'alt="{WORDS}"' in look(web, "/paper").text


def test_where_the_picture_is_not_kept_the_weave_is_printed(web):
    path = path_of(web.archive, WHO, PICTURE.digest)
    assert path
    path.unlink()
    reconcile(web.archive)
    for address in (f"/p/{WHO}/card", f"/p/{WHO}/card.pdf", f"/p/{WHO}/card.pptx"):
        assert look(web, address).status == 200
    assert f"/weave/{WHO}.svg" in look(web, f"/p/{WHO}/card").text
    keep_pictures(web.archive, WHO, [PICTURE.content])
