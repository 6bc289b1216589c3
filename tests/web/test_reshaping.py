"""The story team reshapes the codebook: themes are renamed, merged, split, moved, retired, and put back."""

import re
from html import unescape
from itertools import pairwise

import pytest
from sqlalchemy import insert, select

from app.database.marking import ALIAS, CODEBOOK, QUOTE_THEME
from app.services.gathering.jobs import run, waiting_jobs
from app.services.marking import splitting_page
from app.services.marking.aliasing import add_aliases
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.people import look, send, someone
from tests.web.serving import served, story
from tests.web.test_marking import AT, BODY, marking, one

STORIES = {
    "open": "id: s-0pen0000\nthemes:\n  - waiting   # since May\n  - Bereavement\nodd:   kept  as is",
    "grief": "id: s-gr1ef000\nthemes: [grief, Bereavement]",
    "loss": "id: s-10ss0000\nthemes: [loss]",
}


@pytest.fixture
def web(tmp_path):
    files = {f"{name}.md": story(BODY, keys) for name, keys in STORIES.items()}
    with served(tmp_path, files, at_loopback=True) as web:
        yield web


@pytest.fixture
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="Here")


@pytest.fixture
def ann(web):
    return someone(web.archive, "Ann", "gatherer", organisation="Here")


def text(web, name):
    return (web.archive.settings.stories / f"{name}.md").read_text()


def texts(web):
    return {path.name: path.read_bytes() for path in web.archive.settings.stories.iterdir()}


def asked(web, who, slug, way, **fields):
    """What is said before anything is done."""
    return send(web, f"/desk/codebook/{slug}/{way}", {"do": "look"} | fields, who)


def yes(page):
    """What the button that begins sends."""
    (form,) = [part for part in page.text.split("</form>") if 'name="do" value="start"' in part]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form.rpartition("<form")[2])
    return {name: unescape(value) for name, value in fields}


def reshaped(web, who, slug, way, **fields):
    """Look, say yes, and let the job run to its end; its address."""
    address = f"/desk/codebook/{slug}/{way}"
    form = asked(web, who, slug, way, **fields)
    assert form.status == 200, form.text
    answer = send(web, address, yes(form), who)
    assert answer.status == 303, answer.text
    work(web)
    return answer["location"]


def work(web):
    for job in waiting_jobs(web.archive):
        run(web.archive, job)


def undone(web, who, job):
    assert send(web, job, {"do": "undo"}, who).status == 303
    work(web)


def books(web):
    """The codebook and what hangs on it, without when it was written."""
    told = [{k: v for k, v in row.items() if k != "adopted"} for row in rows(web.archive, CODEBOOK)]
    return told, sorted(map(str, rows(web.archive, QUOTE_THEME))), rows(web.archive, ALIAS)


def themes(web, name, who=None):
    page = look(web, f"/stories/{name}", who).text
    return set(re.findall(r'href="/themes/([^"/]+)"', page))


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


def test_a_name_that_went_when_a_split_was_undone_is_told_to_who_chose_it_alone(web, sue):
    joe = someone(web.archive, "Joe", "steward", organisation="Here")
    job = reshaped(web, sue, "waiting", "split", to="Not being told", **{"choose-s-0pen0000": "on"})
    assert "Not being told" in look(web, job, joe).text
    undone(web, sue, job)
    assert "Not being told" in look(web, job, sue).text and "Not being told" not in look(web, job, joe).text


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


def also_known(web, slug, **names):
    (key,) = [row["key"] for row in rows(web.archive, CODEBOOK) if row["slug"] == slug]
    with web.archive.writing() as connection:
        add_aliases(web.archive, connection, key, names, None)
        connection.commit()


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


def test_chosen_quotes_and_stories_go_to_the_new_theme_of_a_split(web, sue):
    stays = one(web, sue, "see the door", themes="Waiting")
    goes = one(web, sue, "the chair", themes="Waiting")
    form = look(web, "/desk/codebook/waiting/split", sue)
    assert f'name="choose-{goes}"' in form.text and 'name="choose-s-0pen0000"' in form.text
    before = texts(web)
    chosen = {f"choose-{goes}": "on", "choose-s-0pen0000": "on"}
    job = reshaped(web, sue, "waiting", "split", to="Not being told", **chosen)
    assert "- Not being told" in text(web, "open") and "- waiting" not in text(web, "open")
    assert goes in look(web, "/themes/not-being-told", sue).text
    left = look(web, "/themes/waiting", sue).text
    assert stays in left and goes not in left
    undone(web, sue, job)
    assert texts(web) == before and goes in look(web, "/themes/waiting", sue).text


def shown_to_split(page):
    return set(re.findall(r'name="choose-([qs]-[0-9a-z]{8})"', page.text))


def test_of_many_quotes_and_stories_a_steward_finds_those_that_she_splits_off(web, sue, monkeypatch):
    monkeypatch.setattr(splitting_page, "LISTED", 2)
    monkeypatch.setattr(splitting_page, "FEW", 3)
    words = ("see the door", "the chair", "The first thing", "wants")
    quotes = [one(web, sue, exact, themes="Waiting") for exact in words]
    for name in ("east", "west"):
        told = story(
            BODY, f"id: s-{name}0000", "themes: [waiting]", f"site: {name.title()}", f"title: At {name}"
        )
        (web.archive.settings.stories / f"{name}.md").write_text(told)
    reconcile(web.archive)
    address, waiting = "/desk/codebook/waiting/split", {*quotes, "s-0pen0000", "s-east0000", "s-west0000"}
    first, second = look(web, address, sue), look(web, f"{address}?page=2", sue)
    assert "Shown here: 2 of 4 quotes, 2 of 3 stories." in first.text and "Page 1 of 2" in first.text
    assert "2 more quotes are not shown here and stay under Waiting." in first.text
    assert "1 more story is not shown here and stays under Waiting." in first.text
    assert shown_to_split(first) | shown_to_split(second) == waiting
    assert not shown_to_split(first) & shown_to_split(second)
    assert shown_to_split(look(web, f"{address}?page=99", sue)) == shown_to_split(second)
    assert shown_to_split(look(web, f"{address}?q=CHAIR", sue)) == {quotes[1]}
    assert shown_to_split(look(web, f"{address}?q=at+west", sue)) == {"s-west0000"}
    assert shown_to_split(look(web, f"{address}?q=EAST", sue)) == {"s-east0000"}
    assert "No quote and no story of Waiting has these words." in look(web, f"{address}?q=nowhere", sue).text


def test_what_a_steward_ticked_stays_ticked_when_she_comes_back_from_the_look(web, sue, monkeypatch):
    monkeypatch.setattr(splitting_page, "LISTED", 1)
    first, second = (one(web, sue, exact, themes="Waiting") for exact in ("see the door", "the chair"))
    chosen = {"page": "2", f"choose-{second}": "on", "to": "Loss", "keep": "on"}
    form = asked(web, sue, "waiting", "split", **chosen)
    assert "1 quote goes to" in form.text and '<input type="hidden" name="page" value="2">' in form.text
    back = send(web, "/desk/codebook/waiting/split", yes(form) | {"do": "back"}, sue)
    assert f'name="choose-{second}" checked' in back.text and "Page 2 of 2" in back.text
    assert send(web, "/desk/codebook/waiting/split", yes(form), sue).status == 303
    work(web)
    given = look(web, "/themes/loss", sue).text
    assert second in given and first not in given


def test_what_goes_to_another_theme_can_stay_under_the_old_one_as_well(web, sue):
    goes = one(web, sue, themes="Waiting")
    chosen = {f"choose-{goes}": "on", "choose-s-0pen0000": "on"}
    reshaped(web, sue, "waiting", "split", to="Loss", keep="on", **chosen)
    assert goes in look(web, "/themes/waiting", sue).text and goes in look(web, "/themes/loss", sue).text
    assert themes(web, "open") >= {"waiting", "loss"}
    assert asked(web, sue, "waiting", "split", to="Another").status == 422
    assert asked(web, sue, "waiting", "split", to="waiting", **chosen).status == 422


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
    assert look(web, "/marking/themes?q=loss", sue).json["items"] == ["Loss"]


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


def titles(web, who):
    return [
        unescape(one)
        for one in re.findall(r'<h2><a href="/desk/jobs/\d+">([^<]*)</a>', look(web, "/desk/jobs", who).text)
    ]


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
