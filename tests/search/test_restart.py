"""What another process finds in an index that was changed before it began."""

from app.search.model import Page
from app.search.query import build_query
from app.search.whoosh_index import WhooshIndex
from tests.search.stories import HARBOUR


def test_a_word_of_a_deleted_story_does_no_harm_to_a_process_that_starts_later(tmp_path):
    first = WhooshIndex(tmp_path)
    first.rebuild([HARBOUR])
    first.remove([HARBOUR.key])
    later = WhooshIndex(tmp_path)
    found = later.find(
        build_query("lamplight", {}), readable=[HARBOUR.consent_class], page=Page(), passages_of=lambda _: ()
    )
    assert found.total == 0
    assert later.ready()
