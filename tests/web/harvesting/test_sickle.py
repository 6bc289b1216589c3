"""A harvester that nobody here wrote harvests a served archive: every field arrives as the file has it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sickle import Sickle
from sickle.oaiexceptions import BadArgument, BadResumptionToken, IdDoesNotExist, NoRecordsMatch

from app.database.visibility import TERMINAL
from app.records.model import Slug, Status, Use
from app.records.stories import parse_story
from app.services.cards import shown_label
from app.services.finishing import finish_jobs
from app.services.harvesting import answering
from app.services.withdrawing import Outcome, Request, withdraw
from tests.web.harvesting.listening import listening
from tests.web.serving import ROOT, served, story

AWKWARD = {
    "awkward-0.md": "Braces {and} \\\\ & % # _ $ ^ ~ and \\\"both\\\" 'kinds'",
    "awkward-1.md": "😀 emoji 🏴󠁧󠁢󠁷󠁬󠁳󠁿 and é",
    "awkward-2.md": "قصة من اليمين إلى اليسار",
    "awkward-3.md": "A " + "very " * 99 + "long title",
    "awkward-4.md": "]]> <!-- --> <b>&amp;</b> &#0;",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("harvested")
    shutil.copytree(ROOT / "stories", folder / "stories")
    named = {
        name: story("Words.", f'title: "{title}"', f"id: s-awkward{number}")
        for number, (name, title) in enumerate(AWKWARD.items())
    }
    with served(folder, named) as web, listening(web) as address:
        yield web, Sickle(f"{address}/oai"), folder / "stories"


def told(folder: Path) -> dict[str, dict[str, list[str]]]:
    """What a harvester should be told, read from the files alone."""
    found, today = {}, datetime.now(UTC).date()
    for path in folder.rglob("*.md"):
        slug = Slug(path.stem)
        one = parse_story(path.read_bytes(), slug=slug, file=path.name, today=today).story
        ended = one.consent.until is not None and one.consent.until < today.isoformat()
        if one.status == Status.READY and Use.PUBLICATION in one.consent.uses and not ended:
            found[str(one.id)] = {
                "title": [one.title],
                "creator": [one.storyteller] if one.storyteller else [],
                "subject": [shown_label(theme) for theme in one.themes],
                "date": [one.gathered.iso] if one.gathered else [],
                "language": [one.language or "en-GB"],
                "coverage": [one.site] if one.site else [],
                "type": ["interview"],
            }
    return found


@pytest.fixture
def in_parts(monkeypatch):
    monkeypatch.setattr(answering, "AT_ONCE", {"ListRecords": 4, "ListIdentifiers": 5})


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_story_arrives_as_its_file_has_it(archive, method):
    _, sickle, folder = archive
    sickle.http_method = method
    expected, arrived = told(folder), {}
    for record in sickle.ListRecords(metadataPrefix="oai_dc", ignore_deleted=True):
        story_id = record.header.identifier.rpartition(":")[2]
        assert story_id in record.metadata["identifier"]
        arrived[story_id] = {name: record.metadata.get(name, []) for name in expected[story_id]}
    assert arrived == expected and len(arrived) >= 20
    listed = sickle.ListIdentifiers(metadataPrefix="oai_dc", ignore_deleted=True)
    assert {one.identifier.rpartition(":")[2] for one in listed} == expected.keys()


def test_each_set_holds_what_its_theme_or_site_does(archive):
    _, sickle, folder = archive
    by_theme = sum(len(one["subject"]) for one in told(folder).values())
    specs = [one.setSpec for one in sickle.ListSets()]
    leaves = [spec for spec in specs if spec.startswith("theme:")]
    in_sets = [
        len(list(sickle.ListIdentifiers(metadataPrefix="oai_dc", set=spec, ignore_deleted=True)))
        for spec in leaves
    ]
    assert sum(in_sets) == by_theme and 0 not in in_sets


def test_the_archive_says_who_it_is_and_what_it_gives(archive):
    _, sickle, _ = archive
    here = sickle.Identify()
    assert (here.protocolVersion, here.deletedRecord, here.repositoryName) == (
        "2.0",
        "persistent",
        "Storyhold",
    )
    assert [one.metadataPrefix for one in sickle.ListMetadataFormats()] == ["oai_dc"]


def test_a_harvester_meets_the_protocol_s_own_errors(archive):
    _, sickle, _ = archive
    with pytest.raises(IdDoesNotExist):
        sickle.GetRecord(identifier="oai:127.0.0.1:s-00000000", metadataPrefix="oai_dc")
    with pytest.raises(NoRecordsMatch):
        sickle.ListRecords(metadataPrefix="oai_dc", **{"from": "2999-01-01"})
    with pytest.raises(BadArgument):
        sickle.ListRecords(metadataPrefix="oai_dc", **{"from": "2026-05-05", "until": "2026-05-04"})
    with pytest.raises(BadResumptionToken):
        sickle.ListRecords(resumptionToken="stale")


def test_what_is_taken_back_is_deleted_in_every_answer(archive):
    web, sickle, _ = archive
    before = {one.identifier for one in sickle.ListIdentifiers(metadataPrefix="oai_dc") if one.deleted}
    first = next(iter(sickle.ListIdentifiers(metadataPrefix="oai_dc", ignore_deleted=True))).identifier
    withdraw(web.archive, TERMINAL, first.rpartition(":")[2], Request(Outcome.ERASE))
    finish_jobs(web.archive)
    one = sickle.GetRecord(identifier=first, metadataPrefix="oai_dc")
    assert one.deleted and one.xml.find("{*}metadata") is None
    for listed in (sickle.ListRecords, sickle.ListIdentifiers):
        gone = [each for each in listed(metadataPrefix="oai_dc") if each.deleted]
        assert {getattr(each, "header", each).identifier for each in gone} - before == {first}
