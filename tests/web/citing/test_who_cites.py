"""What leaves is what a reader may take, and says what it may be used for."""

import pytest
from sqlalchemy import select

from app.database.ledgers import AUDIT
from tests.web.citing.archive import AT, CLOSED, FORMS, ID, told
from tests.web.marking.doing import one
from tests.web.people import look, someone

KEPT = ("White British", "0123", "brother", "s-des1gn00")


@pytest.mark.parametrize("query", ["", f"?at={AT}"])
@pytest.mark.parametrize("form", FORMS)
def test_a_file_says_what_the_story_may_be_used_for_and_nothing_that_readers_do_not_see(web, form, query):
    text = told(web, f"/s/{ID}.{form}{query}").replace("\\", "")
    assert "May be used for publication" in text
    assert not [word for word in (*KEPT, CLOSED) if word in text]


@pytest.mark.parametrize("form", [*(f".{form}" for form in FORMS), "/cite"])
def test_whoever_may_not_read_a_story_is_told_nothing_of_it(web, ann, form):
    nowhere = look(web, "/nowhere")
    assert look(web, f"/s/s-des1gn00{form}") == nowhere
    assert look(web, f"/s/s-draft000{form}") == nowhere
    assert look(web, f"/s/s-draft000{form}", ann).status == 404
    assert look(web, f"/s/s-des1gn00{form}", ann).status == 200
    assert look(web, f"/s/s-taken000{form}").status == 410
    assert "Zinnia" not in look(web, f"/s/s-taken000{form}").text


@pytest.mark.parametrize("form", [*(f".{form}" for form in FORMS), "/cite"])
def test_a_steward_does_not_take_out_what_nobody_agreed_to(web, sue, form):
    answer = look(web, f"/s/s-draft000{form}", sue)
    assert answer.status == (200 if form == "/cite" else 403)
    assert "It can not be cited as it stands: the story is a draft." in answer.text
    assert "Dana (" not in answer.text and "quotation-plain" not in answer.text
    assert look(web, f"/s/s-taken000{form}", sue).status == 410


def test_members_cite_what_is_for_design_and_it_says_so(web, ann):
    page = told(web, "/s/s-des1gn00/cite", ann)
    assert "May be used for design sessions." in page and "Devon (no date) ‘For teams’" in page


def test_a_story_that_may_not_be_taken_has_no_way_to_cite_it(web, sue):
    page = told(web, "/stories/draft", sue)
    assert (
        "/cite?" not in page
        and "data-cites" not in page
        and "citation_title" not in page
        and "data-n=" in page
    )
    assert "link" not in dict(look(web, "/stories/draft", sue).headers)


def test_a_quote_is_cited_under_its_own_address(web, ann):
    quote = one(web, ann, "move the chair", anchor=AT)
    page = told(web, f"/q/{quote}/cite")
    assert f"/q/{quote}" in page and "paragraph 1" in page and "“move the chair”" in page
    for form in FORMS:
        text = told(web, f"/q/{quote}.{form}").replace("\\", "")
        assert f"/q/{quote}" in text and "move the chair" in text and CLOSED not in text
    assert f'<a href="/q/{quote}/cite" rel="nofollow" data-cite>cite</a>' in told(web, "/stories/open")


def test_a_quote_that_she_may_not_see_is_absent(web, ann):
    quote = one(web, ann, "move the chair", anchor=AT, address="/s/s-des1gn00/mark")
    for form in (*(f".{form}" for form in FORMS), "/cite"):
        assert look(web, f"/q/{quote}{form}") == look(web, "/nowhere")
    assert "Devon" in told(web, f"/q/{quote}/cite", ann)


def test_that_words_left_is_noted_at_their_story_so_that_she_can_be_told(web):
    june = someone(web.archive, "June", "commissioner", organisation="There")
    told(web, f"/s/{ID}.md", june)
    told(web, f"/s/{ID}.ris?at={AT}")  # of whoever has not signed in nothing is noted
    with web.archive.engine.connect() as connection:
        rows = connection.execute(select(AUDIT).where(AUDIT.c.event == "downloaded")).all()
    assert {"format": "md"} in [row.data for row in rows if row.record_id == ID]
    assert {"format": "ris"} not in [row.data for row in rows if row.account is None]


def test_whoever_asks_for_the_headers_alone_has_no_copy(web):
    def noted():
        with web.archive.engine.connect() as connection:
            return len(connection.execute(select(AUDIT).where(AUDIT.c.event == "downloaded")).all())

    ola, before = someone(web.archive, "Ola", "member", organisation="There"), noted()
    assert web.ask("HEAD", f"/s/{ID}.dc.xml", headers=[ola]).status == 200
    assert noted() == before
    told(web, f"/s/{ID}.dc.xml", ola)
    assert noted() == before + 1
