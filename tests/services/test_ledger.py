"""The consent ledger: what files say is noticed, what people write beside it can be erased."""

from sqlalchemy import select

from app.database.chain import broken_links
from app.database.ledgers import AUDIT, CONSENT_ENTRY, CONSENT_TEXT
from app.records.model import Status
from app.services.ledger import Basis, Medium, Particulars, Source, Terms, erase_texts, note_consent
from tests.archives import rows, story_file, take_in, write

HARBOUR = "s-harb0000"
SEEN, BY_HAND = Source.FIRST_SEEN.value, Source.BY_HAND.value


def entries(archive, story=HARBOUR):
    with archive.engine.connect() as connection:
        found = select(CONSENT_ENTRY).where(CONSENT_ENTRY.c.story_id == story)
        return connection.execute(found.order_by(CONSENT_ENTRY.c.number)).all()


def harbour(consent="consent: {uses: [publication], given: 2026-01-01}", **keys):
    return {"stories/harbour.md": story_file(consent=consent, id=HARBOUR, **keys)}


def whole(archive):
    with archive.engine.connect() as connection:
        return list(broken_links(connection, CONSENT_ENTRY, archive.key)) == []


def test_what_a_file_says_when_it_is_first_seen_is_in_the_ledger(new_archive):
    archive = new_archive(harbour("consent: {uses: [design], until: 2027-01-01, not_for: [Northgate Trust]}"))
    (entry,) = entries(archive)
    assert (entry.source, entry.uses, entry.until, entry.status) == (SEEN, 1, "2027-01-01", "ready")
    assert len(entry.not_for) == 1 and "orthgate" not in repr(entry)
    assert rows(archive, AUDIT) == [] and whole(archive)


def test_a_hand_edit_of_consent_is_noticed_and_audited(new_archive, tmp_path):
    archive = new_archive(harbour())
    write(tmp_path, harbour("consent: {uses: [design], given: 2026-01-01}"))
    take_in(archive)
    first, second = entries(archive)
    assert (first.source, second.source) == (SEEN, BY_HAND)
    assert (first.uses, second.uses) == (8, 1)
    (audited,) = rows(archive, AUDIT)
    assert (audited["event"], audited["record_id"]) == ("consent changed in the file", HARBOUR)
    assert audited["data"]["before"]["uses"] == ["publication"] and audited["data"]["now"]["uses"] == [
        "design"
    ]
    assert whole(archive)


def test_each_thing_that_a_file_says_of_consent_is_noticed(new_archive, tmp_path):
    said = [
        "consent: {uses: [publication]}",
        "consent: {uses: [publication], given: 2026-01-02}",
        "consent: {uses: [publication], until: 2027-01-02}",
        "consent: {uses: [publication], co_crafted: 2026-01-02}",
        "consent: {uses: [publication], not_for: [Northgate Trust]}",
        "consent: yes",
        "consent: {uses: []}",
    ]
    archive = new_archive(harbour())
    for number, consent in enumerate(said, 2):
        write(tmp_path, harbour(consent))
        take_in(archive)
        assert len(entries(archive)) == number, consent
    write(tmp_path, harbour("consent: {uses: []}", status="draft"))
    take_in(archive)
    assert entries(archive)[-1].status == "draft" and whole(archive)


def test_an_edit_of_the_text_a_rebuild_and_a_move_are_no_news_to_the_ledger(new_archive, tmp_path):
    archive = new_archive(harbour())
    write(tmp_path, harbour(title="Another title"))
    take_in(archive)
    take_in(archive, again=True)
    (tmp_path / "stories/harbour.md").rename(tmp_path / "stories/quay.md")
    take_in(archive)
    write(
        tmp_path,
        {
            "stories/quay.md": harbour("consent: {given: 2026-01-01, uses: [publication]}")[
                "stories/harbour.md"
            ]
        },
    )
    take_in(archive)
    assert [entry.source for entry in entries(archive)] == [SEEN]


def test_a_file_that_can_not_be_read_says_nothing_of_consent(new_archive, tmp_path):
    archive = new_archive(harbour())
    write(tmp_path, harbour("consent: {uses: [publication]"))
    take_in(archive)
    assert len(entries(archive)) == 1


def test_two_files_with_one_id_say_nothing_until_one_is_it(new_archive, tmp_path):
    archive = new_archive(harbour())
    write(tmp_path, {"stories/copy.md": story_file(consent="consent: {uses: [design]}", id=HARBOUR)})
    take_in(archive)
    assert len(entries(archive)) == 1


def test_what_is_assumed_without_consent_is_not_what_was_agreed(new_archive):
    archive = new_archive(harbour(consent=""), unstated_uses="publication")
    assert [entry.uses for entry in entries(archive)] == [0]


def test_an_entry_tells_who_recorded_what_and_its_words_can_be_erased(new_archive):
    archive = new_archive(harbour())
    told = Particulars((Medium.AUDIO, Medium.TEXT), Basis.PUBLIC_TASK, "Sheet 3", "She asked for Tuesday.")
    with archive.writing() as connection:
        terms = Terms(uses=1, given="2026-02-02")
        number = note_consent(archive, connection, HARBOUR, Source.ARCHIVE, terms, by=7, particulars=told)
        connection.commit()
    entry = entries(archive)[-1]
    assert (entry.number, entry.account, entry.medium, entry.basis) == (
        number,
        7,
        ["audio", "text"],
        "public task",
    )
    assert rows(archive, CONSENT_TEXT) == [
        {"number": number, "sheet": "Sheet 3", "note": "She asked for Tuesday."}
    ]
    assert "Tuesday" not in repr(entry) and "Sheet" not in repr(entry)
    with archive.writing() as connection:
        erase_texts(connection, HARBOUR)
        connection.commit()
    assert rows(archive, CONSENT_TEXT) == [] and entries(archive)[-1] == entry and whole(archive)


def test_an_entry_without_terms_keeps_those_of_the_last(new_archive):
    archive = new_archive(harbour())
    with archive.writing() as connection:
        note_consent(archive, connection, HARBOUR, Source.WITHDRAWN, status=Status.WITHDRAWN, by=7)
        note_consent(archive, connection, "s-never000", Source.ERASED, by=7)
        connection.commit()
    last = entries(archive)[-1]
    assert (last.source, last.status, last.uses, last.given) == ("withdrawn", "withdrawn", 8, "2026-01-01")
    assert entries(archive, "s-never000")[0].uses == 0 and whole(archive)
