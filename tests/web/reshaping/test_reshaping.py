"""The story team reshapes the codebook: themes are renamed, merged, moved and retired."""

from itertools import pairwise

import pytest
from sqlalchemy import insert, select

from app.database.marking import ALIAS, CODEBOOK
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.marking.doing import AT, BODY, marking, one
from tests.web.people import look, send, someone
from tests.web.reshaping.doing import (
    also_known,
    asked,
    books,
    reshaped,
    text,
    texts,
    themes,
    undone,
    work,
    yes,
)
from tests.web.serving import story


def test_a_steward_who_merges_two_themes_sees_first_what_that_changes(web, sue):
    one(web, sue, themes="Bereavement")
    page = asked(web, sue, "bereavement", "merge", to="Loss").text
    assert "‘Bereavement’ becomes part of ‘Loss’." in page and "2 stories" in page
    assert "1 quote follows." in page and "waiting, Bereavement" in page and "waiting, loss" in page
    assert "Bereavement" in text(web, "open") and rows(web.archive, ALIAS) == []


def test_a_merge_rewrites_the_themes_of_the_files_and_nothing_else(web, sue):
    before = texts(web)
    quote = one(web, sue, themes="Bereavement")
    job = reshaped(web, sue, "bereavement", "merge", to="Loss")
    assert text(web, "open") == before["open.md"].decode().replace("Bereavement", "loss")
    assert "themes: [grief, loss]" in text(web, "grief")
    done = look(web, job, sue).text
    assert "Done" in done and '<a href="/desk/codebook/loss">Loss in the codebook</a>' in done
    assert themes(web, "open") == {"waiting", "loss"}
    assert quote in look(web, "/themes/loss", sue).text
    assert look(web, "/themes/bereavement", sue)["location"] == "/themes/loss"


def test_a_file_that_says_the_old_name_later_stands_under_the_theme_it_was_merged_into(web, sue):
    reshaped(web, sue, "bereavement", "merge", to="Loss")
    late = story(BODY, "id: s-1ate0000", "themes: [bereavement]")
    (web.archive.settings.stories / "late.md").write_text(late)
    reconcile(web.archive)
    assert themes(web, "late") == {"loss"} and text(web, "late") == late


def test_a_theme_is_not_merged_into_itself_nor_into_one_that_stands_below_it(web, sue):
    assert asked(web, sue, "loss", "merge", to="Loss").status == 422
    reshaped(web, sue, "grief", "move", to="Loss")
    refused = asked(web, sue, "loss", "merge", to="grief")
    assert refused.status == 422 and "‘grief’ stands under ‘loss’." in refused.text
    assert 'value="grief"' in refused.text
    assert asked(web, sue, "loss", "merge", to="nowhere").status == 422
    assert asked(web, sue, "loss", "merge", to=" ").status == 422


def test_of_two_stewards_who_merge_at_once_the_second_is_told_what_became_of_it(web, sue):
    joe = someone(web.archive, "Joe", "steward", organisation="Here")
    address = "/desk/codebook/bereavement/merge"
    form = asked(web, joe, "bereavement", "merge", to="waiting")
    reshaped(web, sue, "bereavement", "merge", to="Loss")
    late = send(web, address, yes(form), joe)
    assert late.status == 409 and "‘Bereavement’ was merged into this theme meanwhile." in late.text
    assert "loss" in text(web, "open")


def test_of_two_stewards_who_merge_each_into_the_other_the_second_is_told_that_it_is_done(web, sue):
    joe = someone(web.archive, "Joe", "steward", organisation="Here")
    address = "/desk/codebook/loss/merge"
    form = asked(web, joe, "loss", "merge", to="Bereavement")
    reshaped(web, sue, "bereavement", "merge", to="Loss")
    for late in (send(web, address, yes(form), joe), asked(web, joe, "loss", "merge", to="bereavement")):
        assert late.status == 409 and "‘Bereavement’ was merged into this theme meanwhile." in late.text
    assert "into itself" in asked(web, joe, "loss", "merge", to="LOSS").text
    also_known(web, "loss", grieving="Grieving")
    refused = asked(web, joe, "loss", "merge", to="Grieving")
    assert refused.status == 422 and "is another name for this theme already" in refused.text


def test_nothing_is_done_but_what_was_shown(web, sue):
    address = "/desk/codebook/bereavement/merge"
    form = asked(web, sue, "bereavement", "merge", to="Loss")
    (web.archive.settings.stories / "late.md").write_text(story(BODY, "themes: [bereavement]"))
    reconcile(web.archive)
    late = send(web, address, yes(form), sue)
    assert late.status == 409 and "Look again" in late.text and "3 stories" in late.text
    assert send(web, address, yes(late), sue).status == 303


def test_while_one_job_reshapes_a_theme_no_other_does(web, sue):
    address = "/desk/codebook/bereavement/merge"
    form = asked(web, sue, "bereavement", "merge", to="Loss")
    assert send(web, address, yes(form), sue).status == 303
    other = "/desk/codebook/loss/rename"
    form = asked(web, sue, "loss", "rename", to="Grieving")
    refused = send(web, other, yes(form), sue)
    assert refused.status == 422 and "wait until that is done" in refused.text
    work(web)
    form = asked(web, sue, "loss", "rename", to="Grieving")
    assert send(web, other, yes(form), sue).status == 303


def test_a_renamed_theme_keeps_its_quotes_and_its_old_address_leads_to_it(web, sue):
    quote, before = one(web, sue, themes="Loss"), texts(web)
    job = reshaped(web, sue, "loss", "rename", to="What is lost")
    assert "themes: [What is lost]" in text(web, "loss")
    assert quote in look(web, "/themes/what-is-lost", sue).text
    assert look(web, "/themes/loss", sue)["location"] == "/themes/what-is-lost"
    assert look(web, "/desk/codebook/loss", sue)["location"] == "/desk/codebook/what-is-lost"
    assert look(web, "/desk/codebook/loss/split", sue)["location"] == "/desk/codebook/what-is-lost/split"
    undone(web, sue, job)
    assert texts(web) == before and quote in look(web, "/themes/loss", sue).text


@pytest.mark.parametrize("name", ["../x", "🕊 peace", "الانتظار", "Réseau – de soin", "NO", "12:30", "a: b"])
def test_a_theme_is_renamed_to_whatever_people_write(web, sue, name):
    before = texts(web)
    job = reshaped(web, sue, "loss", "rename", to=name)
    (row,) = [row for row in rows(web.archive, CODEBOOK) if row["name"] == name]
    assert row["slug"] in themes(web, "loss") or "loss" not in themes(web, "loss")
    assert name.casefold() in look(web, "/stories/loss", sue).text.casefold()
    undone(web, sue, job)
    assert texts(web) == before


def test_a_theme_takes_no_name_that_another_has(web, sue):
    refused = asked(web, sue, "loss", "rename", to="Grief")
    assert refused.status == 422 and "Merge the two" in refused.text
    reshaped(web, sue, "bereavement", "merge", to="grief")
    refused = asked(web, sue, "loss", "rename", to="bereavement")
    assert refused.status == 422 and "is another name for ‘grief’" in refused.text
    assert asked(web, sue, "loss", "rename", to="loss").status == 422
    assert asked(web, sue, "loss", "rename", to="x" * 5000).status == 422


def test_a_theme_takes_the_name_of_one_that_was_merged_into_it(web, sue):
    one(web, sue, themes="Bereavement")
    before = books(web), texts(web)
    merged = reshaped(web, sue, "bereavement", "merge", to="Loss")
    renamed = reshaped(web, sue, "loss", "rename", to="Bereavement")
    assert "themes: [Bereavement]" in text(web, "loss") and themes(web, "open") == {"waiting", "bereavement"}
    assert look(web, "/themes/loss", sue)["location"] == "/themes/bereavement"
    undone(web, sue, renamed)
    undone(web, sue, merged)
    assert texts(web) == before[1]
    known = {row["slug"]: row["merged_into"] for row in books(web)[0]}
    assert known["bereavement"] is None and rows(web.archive, ALIAS) == []


def test_a_gatherer_moves_a_theme_and_changes_no_file(web, ann):
    before = texts(web)
    job = reshaped(web, ann, "grief", "move", to="Loss")
    known = {row["slug"]: row for row in rows(web.archive, CODEBOOK)}
    assert known["grief"]["parent"] == known["loss"]["key"] and texts(web) == before
    refused = asked(web, ann, "loss", "move", to="grief")
    assert refused.status == 422 and "stands under it" in refused.text
    undone(web, ann, job)
    assert rows(web.archive, CODEBOOK) == []


def test_what_changes_files_is_for_stewards(web, ann):
    for way in ("rename", "merge", "split", "retire"):
        assert look(web, f"/desk/codebook/loss/{way}", ann).status == 403
        assert asked(web, ann, "loss", way, to="Grief").status == 403
    assert look(web, "/desk/codebook/loss/burn", ann).status == 404
    member = someone(web.archive, "Mo", "member")
    assert look(web, "/desk/codebook/loss/move", member) == look(web, "/nowhere", member)


def test_a_retired_theme_is_offered_to_nobody_and_keeps_its_quotes(web, sue):
    quote = one(web, sue, themes="Loss")
    job = reshaped(web, sue, "loss", "retire")
    assert look(web, "/marking/themes?q=loss", sue).json["items"] == []
    assert quote in look(web, "/themes/loss", sue).text and "themes: [loss]" in text(web, "loss")
    undone(web, sue, job)
    assert [one["name"] for one in look(web, "/marking/themes?q=loss", sue).json["items"]] == ["Loss"]


def test_a_retired_theme_is_taken_out_of_the_files_where_that_is_wished(web, sue):
    before = texts(web)
    job = reshaped(web, sue, "loss", "retire", files="on")
    assert "loss" not in text(web, "loss").lower().partition("---\n")[2].partition("---")[0]
    offered = reshaped(web, sue, "loss", "offer")
    undone(web, sue, offered)
    undone(web, sue, job)
    assert texts(web) == before


@pytest.mark.parametrize("keys", ["tags: loss", "tags: [loss, waiting]\nthemes: [loss]"])
def test_a_theme_that_a_file_gives_under_another_key_is_taken_out_of_it_too(web, sue, keys):
    (web.archive.settings.stories / "tagged.md").write_text(story(BODY, "id: s-tagged00", keys))
    reconcile(web.archive)
    before = texts(web)
    job = reshaped(web, sue, "loss", "retire", files="on")
    assert themes(web, "tagged") == set()
    undone(web, sue, job)
    assert texts(web) == before and "loss" in themes(web, "tagged")


def test_themes_that_were_merged_one_after_another_all_lead_to_the_last(web, sue):
    chain = ["first", "second", "third", "loss"]
    for name in chain[:-1]:
        marking(web, sue, anchor=AT, exact="the chair", themes=name)
    for name, into in pairwise(chain):
        reshaped(web, sue, name, "merge", to=into)
    for name in chain[:-1]:
        assert look(web, f"/themes/{name}", sue)["location"] == "/themes/loss"
    with web.archive.engine.connect() as connection:
        assert connection.execute(select(CODEBOOK.c.slug).where(CODEBOOK.c.merged_into.is_(None))).scalars()


def test_of_a_theme_without_a_row_in_the_codebook_only_the_reshaped_is_written_down(web, sue):
    asked(web, sue, "loss", "merge", to="grief")
    assert rows(web.archive, CODEBOOK) == []
    reshaped(web, sue, "loss", "merge", to="grief")
    assert {row["slug"] for row in rows(web.archive, CODEBOOK)} == {"loss", "grief"}


def test_a_theme_s_page_at_the_desk_leads_to_what_this_person_may_do_with_it(web, sue, ann):
    ways = {who: look(web, "/desk/codebook/loss", who).text for who in (sue, ann)}
    for way in ("rename", "merge", "split", "retire"):
        assert f"/desk/codebook/loss/{way}" in ways[sue] and f"/desk/codebook/loss/{way}" not in ways[ann]
    assert all("/desk/codebook/loss/move" in page for page in ways.values())
    reshaped(web, sue, "loss", "retire")
    assert "/desk/codebook/loss/offer" in look(web, "/desk/codebook/loss", sue).text


def test_a_theme_is_written_into_files_as_most_files_write_it(web, sue):
    one(web, sue, themes="LOSS")
    reshaped(web, sue, "bereavement", "merge", to="LOSS")
    assert "- loss" in text(web, "open") and "LOSS" not in text(web, "open")


def test_of_thousands_of_themes_a_steward_is_sent_a_short_list_and_may_type_any(web, sue):
    many = [{"slug": f"theme-{n}", "name": f"Theme {n}", "written": web.archive.now()} for n in range(5_000)]
    with web.archive.writing() as connection:
        connection.execute(insert(CODEBOOK), [one | {"adopted": web.archive.now()} for one in many])
        connection.commit()
    for way in ("merge", "split", "move"):
        page = look(web, f"/desk/codebook/loss/{way}", sue)
        assert len(page.content) < 20_000 and "200 names are offered" in page.text
        assert '<option value="Waiting">' in page.text
    assert asked(web, sue, "loss", "merge", to="Theme 4321").status == 200
    near = asked(web, sue, "loss", "merge", to="432")
    assert near.status == 422 and '<option value="Theme 4321">' in near.text
