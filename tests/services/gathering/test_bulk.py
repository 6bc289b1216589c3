"""Many stories changed at once: only hers, only what was asked, and nobody gets a use back unasked."""

import pytest
from sqlalchemy import select

from app.database.ledgers import AUDIT, CONSENT_ENTRY, DENIAL
from app.database.people import ACCOUNT
from app.database.tables import PROBLEM, REVISION, STORY
from app.database.visibility import ANONYMOUS, TERMINAL
from app.errors import InvalidText
from app.services.accounts import disable
from app.services.gathering.bulk import (
    CAUTION,
    STEWARDS_ONLY,
    begin,
    choose,
    digests_now,
    personas_seen,
)
from app.services.gathering.changes import Change, read_change
from app.services.gathering.choosing import ids_found, read_change_page
from app.services.gathering.doing import GONE
from app.services.gathering.jobs import run, try_again, undo
from app.services.gathering.journal import read_items
from app.services.gathering.showing import read_job_page
from app.services.signing_in import actor_of
from app.services.withdrawing import Request, withdraw
from tests.archives import found, rows, story_file, take_in, write
from tests.web.people import account

A, B, C = "s-aaaaaaaa", "s-bbbbbbbb", "s-cccccccc"
EVERY_USE = "consent: {uses: [design, commissioning, publication], given: 2026-01-01}"
FILES = {
    "stories/a.md": story_file(
        "By lamp.", EVERY_USE, id=A, gatherer="J. O.", site="Northgate", themes="[waiting, loss]  # two"
    ),
    "stories/b.md": story_file("By sun.", EVERY_USE, id=B, gatherer="J. O.", tags="[Waiting]"),
    "stories/c.md": story_file("By moon.", EVERY_USE, id=C, gatherer="Sue"),
    "personas/elena.md": "---\nid: who-e1ena000\nname: Elena\nuses: [publication]\n---\nElena.\n",
}


@pytest.fixture
def archive(new_archive):
    return new_archive(FILES)


@pytest.fixture
def ann(archive):
    return account(archive, "Ann", "gatherer", gathers_as="J. O.")


@pytest.fixture
def sue(archive):
    return account(archive, "Sue", "steward")


def actor(archive, key):
    with archive.engine.connect() as connection:
        row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.key == key)).one()
        return actor_of(archive, connection, row)


def change(archive, by, ids=(A, B, C), **what):
    job = begin(archive, actor(archive, by), ids, Change(**what), by=by)
    return run(archive, job).key


def undone(archive, job, by):
    undo(archive, job, by=by)
    run(archive, job)
    return [item.state for item in read_items(archive, job)]


def text(tmp_path, name):
    return (tmp_path / f"stories/{name}.md").read_text()


def uses(archive):
    return {row["slug"]: row["uses"] for row in rows(archive, STORY)}


def test_a_gatherer_changes_her_own_stories_and_no_other(archive, tmp_path, ann):
    others = text(tmp_path, "c")
    job = change(archive, ann, site="Harbour", add_themes=("being heard",), note="As agreed on Monday")
    assert [item.record_id for item in read_items(archive, job)] == [A, B]
    assert "site: Harbour\n" in text(tmp_path, "a") and "site: Harbour\n" in text(tmp_path, "b")
    assert text(tmp_path, "c") == others
    kept = [row for row in rows(archive, REVISION) if row["number"] == 2 and row["record_id"] != C]
    told = {(row["record_id"], row["who"], row["source"], row["note"]) for row in kept}
    assert told == {(one, "Ann", "editor", "As agreed on Monday") for one in (A, B)}
    assert [row["account"] for row in rows(archive, AUDIT) if row["event"] == "edited"] == [ann, ann]


def test_stories_that_are_not_hers_are_told_apart_and_those_she_may_not_see_are_nowhere(
    archive, tmp_path, ann
):
    write(tmp_path, {"stories/hidden.md": story_file("No.", "", id="s-h1dden00")})
    take_in(archive)
    with archive.engine.connect() as connection:
        chosen = choose(archive, connection, actor(archive, ann), [A, B, C, "s-h1dden00", "s-never000"])
    assert set(chosen.hers) == {A, B} and list(chosen.not_hers) == [C]
    with pytest.raises(InvalidText):
        begin(archive, actor(archive, ann), [C], Change(site="x"), by=ann)
    with pytest.raises(InvalidText):
        begin(archive, ANONYMOUS, [A], Change(site="x"), by=None)


def test_only_the_lines_of_what_changes_differ(archive, tmp_path, ann):
    before = text(tmp_path, "a")
    change(archive, ann, add_themes=("being heard", "Waiting"))
    new = [line for line in text(tmp_path, "a").splitlines() if line not in before.splitlines()]
    assert new == ["themes: [waiting, loss, being heard]  # two"]


def test_a_theme_is_removed_however_it_is_spelled_and_wherever_it_stands(archive, tmp_path, ann):
    job = change(archive, ann, remove_theme="WAITING")
    assert [item.state for item in read_items(archive, job)] == ["done", "done"]
    assert "themes: [loss]" in text(tmp_path, "a")
    assert "tags: [Waiting]" in text(tmp_path, "b") and "themes: []" in text(tmp_path, "b")
    assert {row["slug"]: row["id"] for row in rows(archive, STORY)} == {"a": A, "b": B, "c": C}
    assert undone(archive, job, ann) == ["undone", "undone"]
    assert text(tmp_path, "a") == FILES["stories/a.md"] and text(tmp_path, "b") == FILES["stories/b.md"]


def test_a_persona_is_named_once_and_taken_off_by_slug_or_id(archive, tmp_path, ann):
    write(
        tmp_path, {"stories/b.md": FILES["stories/b.md"].replace("tags:", "personas: [who-e1ena000]\ntags:")}
    )
    take_in(archive)
    job = change(archive, ann, add_persona="elena")
    assert [item.state for item in read_items(archive, job)] == ["done", "unchanged"]
    assert "personas: [elena]" in text(tmp_path, "a")
    change(archive, ann, remove_persona="elena")
    assert "elena" not in text(tmp_path, "a") and "e1ena" not in text(tmp_path, "b")


def test_a_use_that_is_taken_away_is_gone_at_once_and_no_older_file_gives_it_back(archive, tmp_path, ann):
    older = text(tmp_path, "a")
    assert found(archive, "lamp") == ["a"]
    job = change(archive, ann, remove_uses=("publication",))
    assert found(archive, "lamp") == [] and uses(archive) == {"a": 5, "b": 5, "c": 13}
    assert "uses: [design, commissioning]" in text(tmp_path, "a")
    entries = [row for row in rows(archive, CONSENT_ENTRY) if row["source"] == "recorded in the archive"]
    assert {(row["story_id"], row["account"], row["uses"]) for row in entries} == {(A, ann, 5), (B, ann, 5)}
    write(tmp_path, {"stories/a.md": older})
    take_in(archive)
    assert found(archive, "lamp") == [] and uses(archive)["a"] == 5
    assert [row["key"] for row in rows(archive, PROBLEM)] == ["consent"]
    assert read_items(archive, job)[0].state == "done"


def test_taking_a_use_away_gives_back_none_that_was_taken_away_before(archive, tmp_path, ann):
    older = text(tmp_path, "a")
    change(archive, ann, remove_uses=("publication",))
    write(tmp_path, {"stories/a.md": older})
    take_in(archive)
    change(archive, ann, remove_uses=("design",))
    assert uses(archive)["a"] == 4 and "uses: [commissioning]" in text(tmp_path, "a")
    assert found(archive, "lamp") == []


def test_only_a_steward_gives_back_what_was_taken_away(archive, tmp_path, ann, sue):
    job = change(archive, ann, remove_uses=("publication",), site="Harbour")
    assert read_job_page(archive, actor(archive, ann), ann, job).caution == CAUTION
    assert undone(archive, job, ann) == ["kept", "kept"]
    assert read_items(archive, job)[0].said == STEWARDS_ONLY and uses(archive)["a"] == 5
    again = change(archive, ann, ids=(B,), remove_uses=("design",))
    assert uses(archive)["b"] == 4
    assert undone(archive, again, sue) == ["undone"]
    assert uses(archive)["b"] == 5 and rows(archive, PROBLEM) == []
    third = change(archive, sue, ids=(C,), remove_uses=("publication",))
    assert undone(archive, third, sue) == ["undone"]
    assert text(tmp_path, "c") == FILES["stories/c.md"] and found(archive, "moon") == ["c"]
    assert rows(archive, PROBLEM) == [] and {row["uses"] for row in rows(archive, DENIAL)} == {5, 13}


def test_what_was_narrowed_again_since_is_not_given_back_by_an_undo(archive, ann, sue):
    job = change(archive, sue, ids=(A,), remove_uses=("publication",))
    change(archive, sue, ids=(A,), remove_uses=("design",))
    assert undone(archive, job, sue) == ["kept"] and uses(archive)["a"] == 4


def test_a_story_that_was_taken_back_meanwhile_stays_so(archive, tmp_path, ann, sue):
    job = change(archive, ann, site="Harbour")
    withdraw(archive, TERMINAL, A, Request())
    assert undone(archive, job, ann) == ["kept", "undone"]
    assert "took it back" in read_items(archive, job)[0].said and "withdrawn" in text(tmp_path, "a")


def test_stories_become_drafts_and_readers_find_them_no_more(archive, ann):
    job = change(archive, ann, status="draft")
    assert found(archive, "lamp") == [] and found(archive, "moon") == ["c"]
    undone(archive, job, ann)
    assert found(archive, "lamp") == ["a"]


def test_drafts_become_ready_but_for_those_in_which_a_name_is_undecided(archive, tmp_path, ann):
    change(archive, ann, status="draft")
    told = FILES["stories/b.md"].replace("tags:", "status: draft\ntags:")
    write(tmp_path, {"stories/b.md": f"{told}\nThen Dr Okonkwo rang her.\n"})
    take_in(archive)
    job = change(archive, ann, status="ready")
    assert [item.state for item in read_items(archive, job)] == ["done", "failed"]
    assert "nobody has decided" in read_items(archive, job)[1].said
    assert found(archive, "lamp") == ["a"] and "status: draft" in text(tmp_path, "b")


def test_a_file_that_can_not_be_read_is_named_and_can_be_tried_again_when_mended(archive, tmp_path, ann):
    write(tmp_path, {"stories/b.md": FILES["stories/b.md"].replace("tags: [Waiting]", "tags: [")})
    take_in(archive)
    job = change(archive, ann, site="Harbour")
    assert [item.state for item in read_items(archive, job)] == ["done", "failed"]
    assert "Mend the file" in read_items(archive, job)[1].said
    write(tmp_path, {"stories/b.md": FILES["stories/b.md"]})
    take_in(archive)
    try_again(archive, job, digests=digests_now(archive, job))
    run(archive, job)
    assert [item.state for item in read_items(archive, job)] == ["done", "done"]


def test_the_last_word_says_how_many_stories_each_part_changes(archive, ann):
    told = Change(site="Northgate", add_themes=("waiting", "hope"), remove_uses=("learning",), status="draft")
    page = read_change_page(archive, actor(archive, ann), [A, B, C], change=told)
    assert (page.count, page.affected) == (2, 2)
    assert [(line.label, line.count) for line in page.lines] == [
        ("The site becomes ‘Northgate’.", 1),
        ("Added themes: ‘waiting’, ‘hope’.", 2),
        ("No longer for: learning.", 0),
        ("Set to draft.", 2),
    ]
    assert [line.heading for line in page.not_hers] == ["c"]


def test_a_job_does_what_its_beginner_may_do_when_it_comes_to_a_story(archive, tmp_path, ann):
    job = begin(archive, actor(archive, ann), [A, B], Change(site="Harbour"), by=ann)
    write(tmp_path, {"stories/b.md": FILES["stories/b.md"].replace("J. O.", "Somebody Else")})
    take_in(archive)
    run(archive, job)
    assert [item.state for item in read_items(archive, job)] == ["done", "failed"]
    assert read_items(archive, job)[1].said == GONE and "Harbour" not in text(tmp_path, "b")


def test_nothing_is_changed_for_somebody_who_was_kept_out_meanwhile(archive, tmp_path, ann, sue):
    job = begin(archive, actor(archive, ann), [A, B], Change(site="Harbour"), by=ann)
    disable(archive, ann, by=sue)
    run(archive, job)
    assert {item.state for item in read_items(archive, job)} == {"failed"}
    assert text(tmp_path, "a") == FILES["stories/a.md"]


def test_what_the_form_offers_is_what_she_may_see(archive, tmp_path, ann):
    persona = "---\nid: who-h1dden00\nname: Hidden\nuses: []\n---\nNobody yet.\n"
    hidden = story_file("No.", "", id="s-h1dden00", gatherer="J. O.")
    write(tmp_path, {"personas/hidden.md": persona, "stories/hidden.md": hidden})
    take_in(archive)
    her = actor(archive, ann)
    page = read_change_page(archive, her, [A])
    assert [one.value for one in page.personas] == ["elena"]
    with archive.engine.connect() as connection:
        assert set(personas_seen(archive, connection, her)) == {"elena"}
    assert ids_found(archive, her, {}) == [A, B, C]  # her own that nobody else reads stands at /mine
    assert set(ids_found(archive, her, {"theme": ("waiting",)})) == {A, B}


FILLED = dict.fromkeys(
    ("site", "add_themes", "remove_theme", "add_persona", "remove_persona", "status", "note"), ""
)


@pytest.mark.parametrize(
    ("filled", "uses"),
    [
        ({}, ()),
        ({"note": "why"}, ()),
        ({"status": "gone"}, ()),
        ({"status": "withdrawn"}, ()),
        ({"add_persona": "nobody"}, ()),
        ({"site": "x" * 400}, ()),
        ({"add_themes": "x" * 400}, ()),
        ({"add_themes": ",".join(map(str, range(40)))}, ()),
        ({"add_themes": "loss", "remove_theme": "LOSS"}, ()),
        ({"site": "x"}, ("everything",)),
    ],
)
def test_what_can_not_be_done_is_refused_before_anything_is(archive, filled, uses):
    with archive.engine.connect() as connection:
        personas = personas_seen(archive, connection, TERMINAL)
    with pytest.raises(InvalidText):
        read_change(FILLED | filled, uses, personas)
