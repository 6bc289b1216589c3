"""A librarian is told the same of a story wherever she meets its Dublin Core: record, file and page."""

from xml.etree import ElementTree as ET

import html5lib
from sqlalchemy import select

from app.database.tables import STORY
from app.database.visibility import ANONYMOUS, listed_to
from app.exports.cited import one_name
from app.exports.oai_dc import DC, OAI_DC
from tests.web.harvesting.asking import ask
from tests.web.people import someone
from tests.web.serving import served, story


def elements(root):
    (found,) = root.iter(f"{{{OAI_DC}}}dc")
    return [(one.tag.removeprefix(f"{{{DC}}}"), one.text) for one in found]


def record(web, story_id):
    root = ask(web, "GetRecord", metadataPrefix="oai_dc", identifier=f"oai:localhost:{story_id}").root
    return elements(root)


def file(web, story_id, who=None, at=""):
    answer = web.get(f"/s/{story_id}.dc.xml?at={at}", headers=[who] if who else [])
    return elements(ET.fromstring(answer.content))


def tags(web, slug):
    page = html5lib.parse(web.get(f"/stories/{slug}").text, namespaceHTMLElements=False)
    named = [(one.get("name") or "", one.get("content")) for one in page.iter("meta")]
    return [(name[3:], value) for name, value in named if name.startswith("DC.")]


def public(web):
    """Ids and addresses of what everybody finds."""
    with web.archive.engine.connect() as connection:
        shown = select(STORY.c.id, STORY.c.slug).where(listed_to(ANONYMOUS, web.archive.now()))
        return [(row.id, row.slug) for row in connection.execute(shown)]


def test_record_file_and_page_of_every_sample_story_say_the_same(sample):
    found = public(sample)
    assert len(found) > 5
    for story_id, slug in found:
        told = file(sample, story_id)
        assert ("identifier", story_id) in told and told == record(sample, story_id) == tags(sample, slug)


NOTED = ("title: On  two\x20 lines", "site: Northgate", "content_notes: []")
ODD = {
    "folded.md": story(
        "Hard.", "id: s-7k3fq2mx", "title: Bells", "summary: Hard.", "content_notes: [self-harm]"
    ),
    "noted.md": story(
        "Hard.", "id: s-4hd8n0qe", "title: On  two\x20 lines", "site: Northgate", "content_notes: []"
    ),
    "bare.md": "---\nid: s-0dd00000\nconsent: {uses: [publication], until: 2099-01-01}\n---\nWords.\n",
    "comma.md": story("Words.", "id: s-c0mma000", "storyteller: 'Bello, Marisa; and Ann'", "language: cy"),
}


def test_they_say_the_same_of_stories_with_notes_and_without_a_name(tmp_path):
    with served(tmp_path, ODD, at_loopback=True) as web:
        for story_id, slug in public(web):
            told = record(web, story_id)
            one_author = [(name, one_name(text) if name == "creator" else text) for name, text in told]
            assert (file(web, story_id), tags(web, slug)) == (told, one_author)
        assert ("description", "Mentions self-harm.") in record(web, "s-7k3fq2mx")


def test_who_has_signed_in_is_told_no_more(tmp_path):
    with served(tmp_path, ODD, at_loopback=True) as web:
        sue = someone(web.archive, "Sue", "steward")
        assert all(file(web, one, sue) == record(web, one) for one, _ in public(web))


def test_a_passage_names_where_it_stands_and_a_whole_story_no_version(sample):
    """With a version each edit of what nobody reads would make another record of it."""
    (story_id, slug), *_ = public(sample)
    assert not {"source", "relation"} & dict(file(sample, story_id)).keys()
    anchor = sample.get(f"/api/v1/stories/{slug}").json["passages"][0]["anchor"]
    told = dict(file(sample, story_id, at=anchor))
    assert "version" in told["source"] and told["relation"].endswith(f"/s/{story_id}")
