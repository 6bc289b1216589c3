"""What a file was called gets into no address, and a story that has a name in its address gets another."""

import pytest

from app.database.ledgers import CONSENT_ENTRY
from app.database.tables import FILE, REVISION, STORY
from app.database.visibility import TERMINAL
from app.records.store import RecordStore
from app.services.gathering.addressing import give_address
from app.services.gathering.names_desk import open_desk
from app.services.reconcile import reconcile
from app.services.recording import By
from tests.archives import rows
from tests.web.people import hidden, look, send, someone
from tests.web.serving import served

ID = "s-her0n000"
TEXT = "They rang, and she put the kettle on.\n"
FRONT = "storyteller: Rosa\ngatherer: J. O.\nconsent: {uses: [publication], given: 2026-01-01}\n"
OLD = "rosalind-achterberg-interview"
FILES = {
    f"{OLD}.md": f"---\nid: {ID}\n{FRONT}status: draft\n---\n{TEXT}",
    "2026/rosalinds-call.md": f"---\n{FRONT}status: draft\n---\nA second call.\n",
    "open.md": f"---\nid: s-0pen0000\n{FRONT}---\nOpen.\n",
}


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, FILES) as web:
        yield web


@pytest.fixture
def june(web):
    return someone(web.archive, "June", "gatherer", gathers_as="J. O.")


def act(web, who, do, story=ID, **told):
    digest = hidden(look(web, f"/s/{story}/names", who), "digest")
    return send(web, f"/s/{story}/names", {"do": do, "digest": digest, **told}, who)


def make_ready(web, who, story=ID):
    digest = hidden(look(web, f"/s/{story}/edit?whole", who), "digest")
    path = web.archive.settings.state.parent / rows_of(web, story)["path"]
    whole = path.read_text().replace("status: draft", "status: ready")
    return send(web, f"/s/{story}/edit", {"whole": whole, "digest": digest, "do": "save"}, who)


def rows_of(web, story):
    (row,) = (row for row in rows(web.archive, STORY) if row["id"] == story)
    return row


def test_a_story_with_a_name_in_its_address_is_not_ready_before_it_has_another(web, june):
    page = look(web, f"/s/{ID}/names", june)
    assert "Rosalind Achterberg" in page.text and "It stands in the address alone" in page.text
    assert make_ready(web, june).status == 422
    answer = act(web, june, "address", slug="The kettle")
    assert answer.status == 303 and "saved=address" in answer["location"]
    assert look(web, answer["location"], june).status == 200
    assert make_ready(web, june).status == 303
    assert look(web, "/stories/the-kettle").status == 200
    gone, nothing = look(web, f"/stories/{OLD}"), look(web, "/stories/never-was")
    assert (gone.status, gone.body) == (404, nothing.body)
    assert look(web, f"/s/{ID}")["location"].endswith("/stories/the-kettle")
    for address in ("/", "/stories", "/stories/the-kettle", "/api/v1/stories", f"/s/{ID}/history"):
        assert "achterberg" not in look(web, address).text.lower(), address
    assert look(web, f"/s/{ID}/v/1", june).status == 200
    assert "achterberg" not in look(web, f"/s/{ID}/v/1", june).text.lower()
    assert '"total":0' in look(web, "/api/v1/search?q=achterberg").text.replace(" ", "")


def test_a_name_of_the_key_is_found_in_an_address_whatever_its_form(web, june):
    story = rows(web.archive, STORY)
    (second,) = (row["id"] for row in story if row["slug"] == "2026/rosalinds-call")
    assert act(web, june, "add", second, name="Rosalind Achterberg", instead="Rosa", same="on").status == 303
    assert "Rosalinds" in look(web, f"/s/{second}/names", june).text
    assert make_ready(web, june, second).status == 422
    assert act(web, june, "address", second, slug="2026/second-call").status == 303
    kept = (web.archive.settings.stories / "2026/second-call.md").read_text()
    assert f"id: {second}" in kept and "A second call." in kept
    assert not (web.archive.settings.stories / "2026/rosalinds-call.md").exists()
    assert make_ready(web, june, second).status == 303


def test_a_storys_id_versions_and_consent_stay_as_they_are_under_another_address(web, june):
    open_id = "s-0pen0000"
    before, told = rows_of(web, open_id), len(rows(web.archive, CONSENT_ENTRY))
    assert act(web, june, "address", open_id, slug="the-door").status == 303
    after = rows_of(web, open_id)
    assert after["slug"] == "the-door" and after["path"] == "stories/the-door.md"
    assert {k: v for k, v in after.items() if k not in ("slug", "path", "title")} == {
        k: v for k, v in before.items() if k not in ("slug", "path", "title")
    }
    assert len(rows(web.archive, CONSENT_ENTRY)) == told
    assert [row["slug"] for row in rows(web.archive, REVISION) if row["record_id"] == open_id] == ["the-door"]
    reconcile(web.archive, again=True)
    assert rows_of(web, open_id) == after and look(web, "/stories/the-door").status == 200
    assert len(rows(web.archive, FILE)) == len(FILES)


@pytest.mark.parametrize("slug", ["", "open", "Open", "../../etc", "…", "a/b/c/d/e/f", OLD])
def test_an_address_that_can_not_be_had_changes_nothing(web, june, slug):
    answer = act(web, june, "address", slug=slug)
    assert answer.status == 422 and "Not done." in answer.text
    assert (web.archive.settings.stories / f"{OLD}.md").read_text() == FILES[f"{OLD}.md"]
    assert len(list(web.archive.settings.stories.rglob("*.md"))) == len(FILES)


@pytest.mark.parametrize("moved", [True, False])
def test_no_crash_loses_a_story_that_gets_another_address(web, june, monkeypatch, moved):
    move = RecordStore.move

    def crash(store, *args, **how):
        if moved:
            move(store, *args, **how)
        raise KeyboardInterrupt

    before = rows_of(web, ID)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(RecordStore, "move", crash)
        give_address(open_desk(web.archive, TERMINAL, By(), ID), "kettle")
    reconcile(web.archive)
    after = rows_of(web, ID)
    assert after["slug"] == ("kettle" if moved else OLD)
    assert (after["digest"], after["revision"]) == (before["digest"], before["revision"])
    assert len(rows(web.archive, FILE)) == len(FILES)


def test_nobody_but_its_team_gives_a_story_another_address(web, june):
    other = someone(web.archive, "Gus", "gatherer", gathers_as="G. U.")
    told = {"do": "address", "digest": "x", "slug": "mine"}
    assert send(web, f"/s/{ID}/names", told, other).status == 404
    assert send(web, "/s/s-0pen0000/names", told, other).status == 404
    assert send(web, f"/s/{ID}/names", told, june).status == 409


def test_she_learns_which_personas_would_lose_the_story_with_its_address(web, june):
    assert "by this address, and lose" not in look(web, f"/s/{ID}/names", june).text
    front = "id: who-da11a000\nname: Dalia\ntagline: who waits\nuses: [publication]\nstories: [{}]\n"
    persona = f"---\n{front}---\nDalia.\n"
    file = web.archive.settings.personas / "dalia.md"
    file.write_text(persona.format(OLD))
    reconcile(web.archive)
    page = look(web, f"/s/{ID}/names", june).text
    assert "This persona names the story by this address, and loses it with another" in page
    assert '<a href="/personas/dalia">Dalia</a>' in page
    file.write_text(persona.format(ID))
    reconcile(web.archive)
    assert "This persona names" not in look(web, f"/s/{ID}/names", june).text
