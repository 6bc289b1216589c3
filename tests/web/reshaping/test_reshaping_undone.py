"""A steward undoes what reshaped the codebook, and nobody is told by it of what she may not see."""

import re

from app.database.marking import ALIAS, CODEBOOK
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.marking.doing import AT, BODY, one
from tests.web.people import look, send, someone
from tests.web.reshaping.doing import (
    also_known,
    asked,
    books,
    reshaped,
    text,
    texts,
    themes,
    titles,
    undone,
    work,
    yes,
)
from tests.web.serving import story


def test_an_undone_merge_restores_every_byte_and_gives_the_quotes_back(web, sue):
    one(web, sue, themes="Bereavement")
    before, book = texts(web), books(web)
    job = reshaped(web, sue, "bereavement", "merge", to="Loss")
    assert texts(web) != before and books(web) != book
    undone(web, sue, job)
    assert texts(web) == before
    assert look(web, "/themes/bereavement", sue).status == 200 and themes(web, "open") >= {"bereavement"}
    told = {row["slug"]: row for row in books(web)[0]}
    assert told["bereavement"] == next(row for row in book[0] if row["slug"] == "bereavement")
    assert books(web)[1:] == book[1:]


def test_undoing_leaves_a_file_that_somebody_changed_since(web, sue):
    job = reshaped(web, sue, "bereavement", "merge", to="Loss")
    changed = text(web, "grief") + "\nMore.\n"
    (web.archive.settings.stories / "grief.md").write_text(changed)
    reconcile(web.archive)
    undone(web, sue, job)
    assert text(web, "grief") == changed and "Bereavement" in text(web, "open")
    assert "Somebody changed it since" in look(web, job, sue).text


def test_a_steward_who_undoes_an_older_job_is_told_which_to_undo_first_and_led_there(web, sue):
    before = texts(web)
    older = reshaped(web, sue, "bereavement", "merge", to="Loss")
    newer = reshaped(web, sue, "loss", "merge", to="grief")
    page, after = look(web, older, sue).text, texts(web)
    link = f'<a href="{newer}">Merge “Loss” into “Grief”</a> came after it and rests on it. Undo that first.'
    assert link in page and "Undo all of it" not in page and "Undo all of it" in look(web, newer, sue).text
    refused = send(web, older, {"do": "undo"}, sue)
    assert refused.status == 422 and link in refused.text and texts(web) == after
    assert send(web, newer, {"do": "undo"}, sue).status == 303
    assert "It is being undone" in look(web, older, sue).text
    work(web)
    assert "rests on it" not in look(web, older, sue).text
    undone(web, sue, older)
    assert texts(web) == before and rows(web.archive, ALIAS) == [] and rows(web.archive, CODEBOOK) == []


def test_a_gatherer_whose_move_a_steward_s_job_rests_on_is_told_to_ask_her(web, sue, ann):
    moved = reshaped(web, ann, "grief", "move", to="Loss")
    newer = reshaped(web, sue, "grief", "rename", to="Mourning")
    refused = send(web, moved, {"do": "undo"}, ann)
    assert refused.status == 422 and "Ask a steward to undo that first." in refused.text
    assert newer not in refused.text and "Rename “Grief” to “Mourning”" in refused.text


def test_what_an_older_job_left_is_not_tried_again_while_a_newer_one_rests_on_it(web, sue):
    form = asked(web, sue, "bereavement", "merge", to="Loss")
    job = send(web, "/desk/codebook/bereavement/merge", yes(form), sue)["location"]
    changed = text(web, "grief") + "\nMore.\n"
    (web.archive.settings.stories / "grief.md").write_text(changed)
    reconcile(web.archive)
    work(web)
    assert "Try again what is left" in look(web, job, sue).text
    newer = reshaped(web, sue, "loss", "rename", to="What is lost")
    assert "Try again what is left" not in look(web, job, sue).text
    assert send(web, job, {"do": "again"}, sue).status == 422 and text(web, "grief") == changed
    undone(web, sue, newer)
    assert send(web, job, {"do": "again"}, sue).status == 303
    work(web)
    assert "Bereavement" not in text(web, "grief")


def test_a_theme_that_rests_on_hidden_stories_is_not_there_for_the_steward_who_may_not_see_it(web, sue):
    kept = story(BODY, "id: s-kept0000", "themes: [kept in]", uses="design], not_for: [Elsewhere")
    (web.archive.settings.stories / "kept.md").write_text(kept)
    reconcile(web.archive)
    her = someone(web.archive, "Eve", "steward", organisation="Elsewhere")
    for way in ("rename", "merge", "split", "move", "retire"):
        hidden = look(web, f"/desk/codebook/kept-in/{way}", her)
        assert hidden == look(web, f"/desk/codebook/never-was/{way}", her) and hidden.status == 404
        assert look(web, f"/desk/codebook/kept-in/{way}", sue).status == 200
    assert asked(web, her, "loss", "merge", to="kept in").status == 422


def test_a_merge_by_who_may_not_see_a_story_leaves_its_file_and_counts_it_nowhere(web, sue):
    kept = story(BODY, "id: s-kept0000", "themes: [loss]", uses="design], not_for: [Elsewhere")
    (web.archive.settings.stories / "kept.md").write_text(kept)
    reconcile(web.archive)
    her = someone(web.archive, "Eve", "steward", organisation="Elsewhere")
    assert "<strong>1 story</strong>" in asked(web, her, "loss", "merge", to="grief").text
    reshaped(web, her, "loss", "merge", to="grief")
    assert text(web, "kept") == kept and themes(web, "kept", sue) == {"grief"}


def test_a_steward_is_not_told_by_a_name_that_is_not_free_of_a_theme_that_she_may_not_see(web, sue):
    kept = story(
        BODY, "id: s-kept0000", "themes: [Kept in, indoors, within]", uses="design], not_for: [Elsewhere"
    )
    (web.archive.settings.stories / "kept.md").write_text(kept)
    reconcile(web.archive)
    reshaped(web, sue, "indoors", "merge", to="Kept in")
    one(web, sue, themes="grief")
    also_known(web, "grief", within="within")
    her = someone(web.archive, "Eve", "steward", organisation="Elsewhere")
    for name in ("Kept in", "indoors", "within"):
        refused = asked(web, her, "loss", "rename", to=name)
        assert (
            refused.status == 422 and f"‘{name}’ can not be used here. Choose another name." in refused.text
        )
        assert "another name for" not in refused.text and "Merge the two" not in refused.text
    for name in ("indoors", "within"):
        unknown = asked(web, her, "loss", "merge", to=name)
        assert unknown.status == 422 and f"There is no theme ‘{name}’." in unknown.text
        split = asked(web, her, "loss", "split", to=name, **{"choose-s-10ss0000": "on"})
        assert split.status == 422 and "can not be used here" in split.text
    assert "is another name for ‘kept in’" in asked(web, sue, "loss", "rename", to="indoors").text.lower()
    assert "is another name for ‘grief’" in asked(web, sue, "loss", "rename", to="within").text.lower()


def test_the_list_of_jobs_says_which_themes_were_reshaped_and_how_many_files(web, sue):
    reshaped(web, sue, "grief", "move", to="loss")
    reshaped(web, sue, "bereavement", "merge", to="loss")
    job = reshaped(web, sue, "waiting", "rename", to="Being kept waiting")
    assert titles(web, sue) == [
        "Rename “Waiting” to “Being kept waiting”",
        "Merge “Bereavement” into “Loss”",
        "Move “Grief” under “Loss”",
    ]
    page = look(web, "/desk/jobs", sue).text
    assert "Done: 1 of 1 file<" in page and "Done; no file had to change<" in page and "0 of 0" not in page
    assert "<h1>Rename “Waiting” to “Being kept waiting”</h1>" in look(web, job, sue).text


def test_who_may_not_know_of_a_theme_is_not_told_by_a_job_what_it_is_called(web, sue):
    kept = story(BODY, "id: s-kept0000", "themes: [kept in]", uses="design], not_for: [Elsewhere")
    (web.archive.settings.stories / "kept.md").write_text(kept)
    reconcile(web.archive)
    told = {"revision": "1", "anchor": AT, "exact": "the chair", "themes": "Quoted"}
    assert send(web, "/s/s-kept0000/mark", told, sue).status == 303
    jobs = [reshaped(web, sue, "kept-in", "rename", to="Kept inside")]
    jobs += [reshaped(web, sue, "quoted", "move", to="loss"), reshaped(web, sue, "loss", "move", to="grief")]
    her = someone(web.archive, "Eve", "steward", organisation="Elsewhere")
    her_titles = ["Move “Loss” under “Grief”", "Move a theme", "Rename a theme"]
    assert titles(web, her) == her_titles and "Move “Quoted” under “Loss”" in titles(web, sue)
    for job in jobs[:2]:
        assert not re.search("kept in|quoted", look(web, job, her).text, re.IGNORECASE)
