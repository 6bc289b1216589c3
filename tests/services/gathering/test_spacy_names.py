"""What spaCy adds where it is installed; without it nothing is different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.gathering import spacy_names
from app.services.gathering.identifying import find_names
from app.services.gathering.spacy_names import _in_parts, people_in

TEXT = "Then she met Zanthe Okonjo-Reyes by the river, and they walked home.\n"


def names(text, **told):
    return [one.text for one in find_names(text, **told)]


@pytest.mark.skipif(spacy_names.model() is not None, reason="spaCy is here")
def test_without_it_a_name_that_nothing_tells_is_not_found():
    assert names(TEXT) == [] and list(people_in(TEXT, ())) == []


@pytest.mark.skipif(spacy_names.model() is None, reason="spaCy and a model are not installed")
def test_with_it_a_name_that_nothing_else_tells_is_found():
    assert names(TEXT) == ["Zanthe Okonjo-Reyes"]
    assert names(TEXT, own=["Zanthe Okonjo-Reyes"]) == []


@given(st.text(alphabet="ab \n", max_size=300))
def test_a_text_is_read_in_parts_and_none_of_it_is_left_out(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spacy_names, "PART", 20)
        parts = list(_in_parts(text))
    assert "".join(part for _, part in parts) == text
    assert all(text[at : at + len(part)] == part and 0 < len(part) <= 20 for at, part in parts)
