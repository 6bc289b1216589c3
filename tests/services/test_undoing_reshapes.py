"""A steward undoes what reshaped the codebook: the newest first, or she is told what to undo before."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert

from app.database.insight import LENS_CELL, LENS_THEME, MEMO
from app.database.marking import ALIAS, CODEBOOK, QUOTE, QUOTE_THEME
from app.database.tables import THEME, THEME_SAID
from app.database.visibility import TERMINAL
from app.errors import InvalidText, NotFound
from app.rendering.passages import anchor_of
from app.services.gathering.jobs import run, undo
from app.services.gathering.journal import Step, read_job
from app.services.marking.aliasing import add_aliases
from app.services.marking.entries import entries_of
from app.services.marking.quotes import About, Chosen, mark
from app.services.marking.reshaping import Reshape, Way
from app.services.marking.reshaping_job import begin
from app.services.marking.steps import take_step, undo_step
from app.services.recording import By
from tests.archives import BODY, PUBLISHED, make_archive, rows, story_file, take_in
from tests.proof_scale import scaled

FRONT = (
    "themes: [alpha, Beta]",
    "themes:\n  - beta   # since May\n  - Gamma",
    "themes: [alpha]",
    "themes: ['delta', al]",
    "odd:   kept  as is\nthemes: [gamma, delta, alpha]",
    "tags: alpha",
)
NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "al", "Zeta", "alpha", "GAMMA")
LASTING = (CODEBOOK, ALIAS, QUOTE_THEME, LENS_THEME, LENS_CELL, MEMO, THEME, THEME_SAID)


@pytest.fixture
def archive(tmp_path):
    told = {f"stories/story-{n}.md": _story(n) for n in range(len(FRONT))}
    archive = make_archive(tmp_path, told)
    take_in(archive)
    for number, themes in enumerate((("Alpha",), ("Beta", "Gamma"), ("Gamma",), ("Quoted", "Alpha"))):
        chosen = [Chosen(anchor_of(_words(number)), "By lamplight")]
        mark(archive, TERMINAL, By(), f"s-{number:08}", chosen, 1, About(themes, "", stays=False))
    with archive.writing() as connection:
        known = {row["slug"]: row["key"] for row in rows(archive, CODEBOOK)}
        add_aliases(archive, connection, known["alpha"], {"al": "Al", "first": "First"}, None)
        connection.execute(insert(LENS_THEME).values(row=1, column=1, theme=known["gamma"]))
        connection.commit()
    archive.clock.time += timedelta(hours=1)
    yield archive
    archive.close()


def _words(number):
    return f"{BODY} The {number}th."


def _story(number):
    text = story_file(_words(number), PUBLISHED, id=f"s-{number:08}")
    return text.replace("---\n", f"---\n{FRONT[number]}\n", 1)


def state(archive):
    """Every byte of the stories, and every row of themes, names, quotes and what rests on them."""
    files = {path.name: path.read_bytes() for path in archive.settings.stories.iterdir()}
    return files, {table.name: rows(archive, table) for table in LASTING}


def reshaped(archive, way, slug, to="", **how):
    job = begin(archive, TERMINAL, Reshape(way, slug, to, **how), by=None)
    assert run(archive, job).step == Step.DONE
    return job


def undone(archive, job):
    undo(archive, job)
    assert run(archive, job).step == Step.UNDONE


def tried(archive, chance):
    """A random change of the codebook; None where it can not be."""
    quotes = [f"s-{n:08}" for n in range(len(FRONT)) if chance.random() < 0.5]
    wanted = Reshape(
        chance.choice(list(Way)),
        chance.choice(("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "quoted")),
        chance.choice(NAMES),
        stories=tuple(quotes),
        keep=chance.random() < 0.5,
        files=chance.random() < 0.5,
    )
    archive.clock.time += timedelta(minutes=1)
    try:
        job = begin(archive, TERMINAL, wanted, by=None)
    except (InvalidText, NotFound):
        return None
    assert run(archive, job).step == Step.DONE
    return job


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(scaled(4, 300)))
def test_whatever_is_tried_first_undoing_the_newest_first_restores_every_byte_and_row(archive, seed):
    chance = random.Random(seed)
    before, jobs = state(archive), []
    while len(jobs) < chance.randint(2, 6):
        if job := tried(archive, chance):
            jobs.append(job)
    for job in chance.sample(jobs, len(jobs)):
        now = state(archive)
        archive.clock.time += timedelta(minutes=1)
        try:
            undone(archive, job)
        except InvalidText:
            assert state(archive) == now and read_job(archive, job).step == Step.DONE
    for job in reversed(jobs):
        if read_job(archive, job).step != Step.UNDONE:
            undone(archive, job)
    after = state(archive)
    assert after[0] == before[0]
    for name, kept in before[1].items():
        assert after[1][name] == kept, name


def said(archive, slug, **values):
    """What a theme's form, or a CSV file, says of it now; the key of that change."""
    with archive.writing() as connection:
        entry = replace(entries_of(connection, [slug])[slug], **values)
        step = take_step(archive, connection, "save", {slug: entry}, None)
        connection.commit()
    return step


def by_slug(archive):
    return {row["slug"]: row for row in rows(archive, CODEBOOK)}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((Way.MERGE, "alpha", "Beta"), (Way.MERGE, "beta", "Gamma")),
        ((Way.RENAME, "alpha", "Middle"), (Way.RENAME, "middle", "New")),
        ((Way.MERGE, "alpha", "Beta"), (Way.MOVE, "alpha-2", "Gamma")),
        ((Way.MERGE, "alpha", "Beta"), (Way.RETIRE, "beta", "")),
        ((Way.MERGE, "alpha", "Beta"), (Way.MERGE, "gamma", "Quoted")),
    ],
)
def test_a_steward_can_not_undo_what_something_newer_rests_on(archive, first, second):
    before = state(archive)
    if second[1] == "alpha-2":
        reshaped(archive, Way.MOVE, "quoted", "Alpha")
        second = (Way.MOVE, "quoted", "Gamma")
        before = None
    older, newer = reshaped(archive, *first), reshaped(archive, *second)
    now = state(archive)
    with pytest.raises(InvalidText):
        undo(archive, older)
    assert state(archive) == now and read_job(archive, older).step == Step.DONE
    undone(archive, newer)
    undone(archive, older)
    assert before is None or state(archive) == before


def test_a_steward_undoes_what_nothing_newer_touches(archive):
    older, newer = (
        reshaped(archive, Way.MERGE, "beta", "Gamma"),
        reshaped(archive, Way.MOVE, "quoted", "Alpha"),
    )
    undone(archive, older)
    undone(archive, newer)


def test_of_two_stewards_who_undo_at_once_the_one_with_the_older_job_waits_for_the_newer(archive):
    before = state(archive)
    older, newer = reshaped(archive, Way.MERGE, "alpha", "Beta"), reshaped(archive, Way.RENAME, "beta", "New")
    undo(archive, newer)
    with pytest.raises(InvalidText):
        undo(archive, older)
    with pytest.raises(InvalidText):
        undo(archive, newer)
    with pytest.raises(InvalidText, match="at this moment"):
        begin(archive, TERMINAL, Reshape(Way.MOVE, "beta", "Gamma"), by=None)
    assert run(archive, newer).step == Step.UNDONE
    undone(archive, older)
    assert state(archive) == before


def test_two_jobs_do_not_change_the_file_of_one_story_at_once(archive):
    first = begin(archive, TERMINAL, Reshape(Way.RENAME, "alpha", "New"), by=None)
    with pytest.raises(InvalidText, match="others of the same stories"):
        begin(archive, TERMINAL, Reshape(Way.RENAME, "delta", "Other"), by=None)
    run(archive, first)
    reshaped(archive, Way.RENAME, "delta", "Other")


def test_what_a_form_or_a_file_said_since_stays_when_a_merge_is_undone(archive):
    job = reshaped(archive, Way.MERGE, "alpha", "Beta")
    said(archive, "beta", definition="What comes after.", parent="gamma")
    undone(archive, job)
    now = by_slug(archive)
    assert now["beta"]["definition"] == "What comes after." and now["beta"]["parent"] == now["gamma"]["key"]
    assert now["alpha"]["merged_into"] is None


def test_a_theme_does_not_come_to_stand_below_itself_when_a_move_is_undone(archive):
    reshaped(archive, Way.MOVE, "gamma", "Beta")
    job = reshaped(archive, Way.MOVE, "gamma", "Alpha")
    said(archive, "beta", parent="gamma")
    undone(archive, job)
    now = by_slug(archive)
    assert now["beta"]["parent"] == now["gamma"]["key"] and now["gamma"]["parent"] == now["alpha"]["key"]


def test_a_merge_whose_old_name_leads_elsewhere_by_now_is_undone_when_it_does_so_no_more(archive):
    before = state(archive)
    job = reshaped(archive, Way.MERGE, "alpha", "Beta")
    taken = said(archive, "beta", aliases={"al": "Al", "first": "First"})
    given = said(archive, "gamma", aliases={"alpha": "Alpha"})
    now = state(archive)
    with pytest.raises(InvalidText):
        undo(archive, job)
    assert state(archive) == now
    with archive.writing() as connection:
        for step in (given, taken):
            undo_step(archive, connection, TERMINAL, step, None)
        connection.commit()
    undone(archive, job)
    assert state(archive)[0] == before[0] and "alpha" not in {row["slug"] for row in rows(archive, ALIAS)}


def test_a_rename_whose_old_name_is_a_theme_of_its_own_by_now_stays_as_it_is(archive):
    job = reshaped(archive, Way.RENAME, "alpha", "New")
    said(archive, "new", aliases={})
    mark(
        archive,
        TERMINAL,
        By(),
        "s-00000004",
        [Chosen(anchor_of(_words(4)), "By")],
        1,
        About(("Alpha",), "", False),
    )
    now = state(archive)
    with pytest.raises(InvalidText):
        undo(archive, job)
    assert state(archive) == now


def test_undoing_what_a_form_said_leaves_a_theme_that_was_merged_since(archive):
    step = said(archive, "quoted", definition="What was said.")
    before = by_slug(archive)["quoted"]
    job = reshaped(archive, Way.MERGE, "quoted", "Beta")
    with archive.writing() as connection:
        left = undo_step(archive, connection, TERMINAL, step, None)
        connection.commit()
    undone(archive, job)
    assert left == (0, 1) and by_slug(archive)["quoted"] == before


def test_a_quote_that_was_deleted_or_given_another_theme_since_gets_none_back(archive):
    ids = {row["key"]: row["id"] for row in rows(archive, QUOTE)}
    chosen = tuple(ids[row["quote"]] for row in rows(archive, QUOTE_THEME) if row["theme"] == 1)
    job = reshaped(archive, Way.SPLIT, "alpha", "Part", quotes=chosen)
    part = by_slug(archive)["part"]["key"]
    first, second = sorted(row["quote"] for row in rows(archive, QUOTE_THEME) if row["theme"] == part)
    with archive.writing() as connection:
        connection.execute(delete(QUOTE).where(QUOTE.c.key == first))
        connection.execute(delete(QUOTE_THEME).where(QUOTE_THEME.c.quote == first))
        connection.execute(
            delete(QUOTE_THEME).where(QUOTE_THEME.c.quote == second, QUOTE_THEME.c.theme == part)
        )
        connection.commit()
    undone(archive, job)
    assert not [row for row in rows(archive, QUOTE_THEME) if row["theme"] in (1, part)]


def test_the_name_of_a_theme_that_a_split_made_is_free_again_when_that_is_undone(archive):
    job = reshaped(archive, Way.SPLIT, "alpha", "Part", stories=("s-00000000",))
    assert "part" in by_slug(archive)
    undone(archive, job)
    reshaped(archive, Way.RENAME, "alpha", "Part")
