"""Recording consent: file, catalogue and ledger agree, and what was narrowed is widened by nobody else."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.database.chain import broken_links
from app.database.ledgers import CONSENT_ENTRY, DENIAL
from app.database.tables import NOT_FOR, STORY
from app.database.visibility import ANONYMOUS, KEYED, TERMINAL, Actor, Role, fold_name, use_bits
from app.records.model import Slug, Use
from app.records.stories import parse_story
from app.records.withdrawals import read_lines
from app.services.agreeing import ConsentRefused, Filled
from app.services.consenting import read_consent_page
from app.services.denying import keyed_names
from app.services.ledger import latest_terms, terms_of
from app.services.limits import NO_LIMITS, limits_of, narrower, standing_limits
from app.services.recording import By, record_consent
from tests.archives import found, make_archive, rows, story_file, take_in, write

HARBOUR = "s-harb0000"
HERS = Actor(frozenset({Role.GATHERER}), "The archive", frozenset({HARBOUR}), signed_in=True)
OPEN, DESIGN = "consent: {uses: [publication, design]}", "consent: {uses: [design]}"
MEMBER = Actor(frozenset({Role.MEMBER}), "Elsewhere", signed_in=True)


def harbour(consent=OPEN, **keys):
    return {"stories/harbour.md": story_file(consent=consent, id=HARBOUR, **keys)}


def record(archive, *uses, actor=TERMINAL, by=By(7, "Sue"), **told):
    page = read_consent_page(archive, actor, HARBOUR)
    record_consent(archive, actor, by, HARBOUR, Filled(uses=uses, **told), expected=page.form.digest)


def row(archive):
    with archive.engine.connect() as connection:
        return connection.execute(select(STORY).where(STORY.c.id == HARBOUR)).one()


def test_what_was_narrowed_stays_so_whatever_an_older_file_says(new_archive, tmp_path):
    archive = new_archive(harbour())
    record(archive, "design")
    assert found(archive, "lamplight") == [] and found(archive, "lamplight", MEMBER) == ["harbour"]
    write(tmp_path, harbour())
    take_in(archive)
    assert found(archive, "lamplight") == [] and row(archive).uses == 1
    take_in(archive, again=True)
    assert found(archive, "lamplight") == []


def test_an_archive_that_has_lost_its_database_is_not_wider_for_that(new_archive, tmp_path):
    archive = new_archive(harbour())
    record(archive, "design", not_for="Northgate Trust")
    archive.close()
    for file in tmp_path.glob("state/storyhold.db*"):
        file.unlink()
    write(tmp_path, harbour())
    restored = make_archive(tmp_path)
    take_in(restored)
    assert row(restored).uses == 0  # an organisation is missing from the file, so nothing of it counts
    assert found(restored, "lamplight") == [] == found(restored, "lamplight", MEMBER)
    restored.close()


@pytest.mark.parametrize(
    ("before", "wider", "told"),
    [
        (OPEN, OPEN, {"uses": ("design",)}),
        (OPEN, OPEN, {"uses": ("design", "publication"), "until": "2026-12-01"}),
        (OPEN, OPEN, {"uses": ("design", "publication"), "not_for": "Northgate Trust"}),
        ("", OPEN, {"uses": ("design",)}),
    ],
)
def test_each_way_of_narrowing_is_kept_in_and_outside_the_database(
    new_archive, tmp_path, before, wider, told
):
    archive = new_archive(harbour(before), unstated_uses="publication")
    record(archive, *told.pop("uses"), **told)
    assert [one["kind"] for one in rows(archive, DENIAL)] == ["narrowed"]
    (line,) = read_lines(archive.settings.withdrawals)
    assert (line.kind, line.story_id) == ("narrowed", HARBOUR)
    told_by = rows(archive, DENIAL)[0]
    assert (line.uses, line.until, list(line.not_for)) == (
        told_by["uses"],
        told_by["until"],
        told_by["not_for"],
    )
    narrow = row(archive)
    write(tmp_path, harbour(wider))
    take_in(archive)
    assert (row(archive).uses | narrow.uses, row(archive).until) == (narrow.uses, narrow.until)


def test_what_is_only_wider_leaves_no_denial(new_archive):
    archive = new_archive(harbour(DESIGN))
    record(archive, "design", "publication", actor=HERS)
    assert rows(archive, DENIAL) == [] and read_lines(archive.settings.withdrawals) == []
    assert found(archive, "lamplight") == ["harbour"]


def test_only_a_steward_opens_again_what_was_taken_back(new_archive, tmp_path):
    archive = new_archive(harbour())
    record(archive, "design", actor=HERS)
    before = (tmp_path / "stories/harbour.md").read_bytes()
    with pytest.raises(ConsentRefused, match="only a steward can open it again"):
        record(archive, "design", "publication", actor=HERS)
    assert (tmp_path / "stories/harbour.md").read_bytes() == before and row(archive).uses == 1
    record(archive, "design", "publication")
    assert found(archive, "lamplight") == ["harbour"]
    take_in(archive, again=True)
    assert found(archive, "lamplight") == ["harbour"]
    assert read_lines(archive.settings.withdrawals)[-1].uses == use_bits([Use.DESIGN, Use.PUBLICATION])
    record(archive, "design", actor=HERS)
    assert found(archive, "lamplight") == []


def test_a_first_answer_takes_nothing_away_and_is_widened_by_her_gatherer(new_archive, tmp_path):
    archive = new_archive(harbour("consent: {uses: []}", status="draft"))
    record(archive, "design", actor=HERS, until="2027-01-01")
    assert rows(archive, DENIAL) == []
    record(archive, "design", "learning", actor=HERS, until="2028-01-01")
    assert row(archive).uses == use_bits([Use.DESIGN, Use.LEARNING]) and row(archive).until == "2028-01-01"


def test_an_organisation_that_a_first_answer_names_is_kept_out_for_good(new_archive, tmp_path):
    archive = new_archive(harbour("consent: {uses: []}", status="draft"))
    record(archive, "design", actor=HERS, until="2027-01-01", not_for="Northgate Trust")
    for more in (("learning",), ("learning", "commissioning"), ("learning", "commissioning", "publication")):
        record(archive, "design", *more, actor=HERS, not_for="Northgate Trust")
    with pytest.raises(ConsentRefused, match="only a steward"):
        record(archive, "design", actor=HERS)
    write(tmp_path, harbour("consent: {uses: [design]}"))
    take_in(archive)
    assert row(archive).uses == 0
    record(archive, "design")
    assert row(archive).uses == 1


def test_what_holds_after_a_first_answer_is_narrowed_for_good(new_archive, tmp_path):
    archive = new_archive(harbour("consent: {uses: []}", status="draft"))
    record(archive, "design", "learning", actor=HERS, until="2027-01-01", not_for="Northgate Trust")
    record(archive, "design", actor=HERS, until="2027-01-01", not_for="Northgate Trust")
    for wider in ({"until": "2027-01-02"}, {"uses": ("design", "learning")}):
        told = {"uses": ("design",), "until": "2027-01-01", "not_for": "Northgate Trust"} | wider
        with pytest.raises(ConsentRefused, match="only a steward"):
            record(archive, *told.pop("uses"), actor=HERS, **told)


def test_a_disk_that_refuses_narrows_nothing_and_says_so_outside_too(new_archive, tmp_path, monkeypatch):
    archive = new_archive(harbour())
    before = (tmp_path / "stories/harbour.md").read_bytes()

    def full(path, content, **how):
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("app.records.store.replace_file", full)
        with pytest.raises(OSError, match="No space"):
            record(archive, "design")
    assert (tmp_path / "stories/harbour.md").read_bytes() == before
    take_in(archive, again=True)
    assert found(archive, "lamplight") == ["harbour"]


def test_keys_that_the_archive_does_not_know_and_the_order_of_the_file_are_kept(new_archive, tmp_path):
    text = (
        f"---\nid: {HARBOUR}\nconsent:\n  scope: publication\n  witness: Ann\n  given: 2026-01-02\n"
        "title:  'Odd'   # hers\n---\r\nBy lamplight.\r\n"
    )
    archive = new_archive()
    (tmp_path / "stories/harbour.md").write_bytes(text.encode())
    take_in(archive)
    record(archive, "publication", given="2026-01-02", until="2027-01-01")
    now = (tmp_path / "stories/harbour.md").read_bytes().decode()
    assert "  scope: publication\n  witness: Ann\n  given: 2026-01-02\n  until: 2027-01-01\n" in now
    assert now.replace("  until: 2027-01-01\n", "") == text


def test_the_same_again_is_an_entry_and_no_version(new_archive, tmp_path):
    archive = new_archive(harbour(DESIGN))
    before = (tmp_path / "stories/harbour.md").read_bytes()
    record(archive, "design", note="Asked again, and she said the same.")
    assert (tmp_path / "stories/harbour.md").read_bytes() == before
    assert row(archive).revision == 1 and len(rows(archive, CONSENT_ENTRY)) == 2


uses = st.sets(st.sampled_from(["design", "learning", "commissioning", "publication"])).map(sorted)
days = st.sampled_from(["", "2026-01-01", "2026-05-03", "2026-05-04", "2027-06-01"])
names = st.sets(st.sampled_from(["Northgate Trust", "Harbour, the", "Ärzte"])).map(sorted)
steps = st.tuples(st.sampled_from(["steward", "gatherer", "by hand"]), uses, days, names)


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(taken=st.lists(steps, min_size=1, max_size=5))
def test_file_catalogue_and_ledger_agree_after_any_recordings_and_hand_edits(taken, tmp_path_factory):
    folder = tmp_path_factory.mktemp("agree")
    archive = make_archive(folder, harbour(OPEN))
    take_in(archive)
    for how, named, until, not_for in taken:
        step(archive, folder, how, named, until, not_for)
        agree(archive, folder)
    archive.close()


def step(archive, folder, how, named, until, not_for):
    if how == "by hand":
        quoted = ", ".join(f'"{name}"' for name in not_for)
        ends = f", until: {until}" if until else ""
        said = f"consent: {{uses: [{', '.join(named)}]{ends}, not_for: [{quoted}]}}"
        write(folder, harbour(said))
        take_in(archive)
        return
    actor = HERS if how == "gatherer" else TERMINAL
    with_names = replace(actor, organisation="The archive")
    try:
        record(archive, *named, actor=with_names, until=until, not_for="\n".join(not_for))
    except ConsentRefused as refused:
        assert how == "gatherer" and "only a steward" in str(refused)


def agree(archive, folder):
    content = (folder / "stories/harbour.md").read_bytes()
    story = parse_story(content, slug=Slug("harbour"), file="x", today=archive.now().date()).story
    said = terms_of(archive, story)
    with archive.engine.connect() as connection:
        assert latest_terms(connection, [HARBOUR]) == {HARBOUR: said}
        left = standing_limits(connection, HARBOUR) or NO_LIMITS
        names = connection.execute(select(NOT_FOR.c.organisation)).scalars().all()
        assert list(broken_links(connection, CONSENT_ENTRY, archive.key)) == []
    expected, now = narrower(limits_of(said), left), row(archive)
    missing = not set(left.not_for) <= set(said.not_for)
    assert (now.uses, now.until) == (0 if missing else expected.uses, expected.until)
    written = sorted(name for name in names if not name.startswith(KEYED))
    assert written == sorted(fold_name(name) for name in story.consent.not_for)
    assert keyed_names(archive, names) == expected.not_for
    day = archive.now().date().isoformat()
    open_to_all = bool(now.uses & 8) and (now.until or day) >= day
    assert found(archive, "lamplight", ANONYMOUS) == (["harbour"] if open_to_all else [])
