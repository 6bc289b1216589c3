"""Each sample story is read back from each format by a program that is not ours, field by field."""

import json
import sys
import warnings
from pathlib import Path
from subprocess import run
from xml.etree import ElementTree as Tree

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from rdflib import Graph, Namespace, URIRef
from sqlalchemy import select

from app.database.tables import STORY
from app.database.visibility import TERMINAL, takeable_by
from app.exports.oai_dc import DC
from app.services.citing.files import FILES
from app.services.citing.reading import AskedCitation, read_cited
from app.services.exposing import expose_story
from tests.browser.serving import serving, write
from tests.web.citing.archive import BODY, ID, KEYS
from tests.web.people import look
from tests.web.serving import story

BASE = "http://localhost:8000"
SCHEMA = Namespace("https://schema.org/")
TEXTS = 2  # stories of which the text is read too: making a reference takes a while


@pytest.fixture(scope="module")
def stories(sample):
    """What the API would say of each to a steward."""
    with sample.archive.engine.connect() as connection:
        may = select(STORY.c.slug).where(takeable_by(TERMINAL, sample.archive.now()))
        slugs = connection.execute(may).scalars().all()
    assert len(slugs) > 15
    return [expose_story(sample.archive, TERMINAL, slug) for slug in slugs]


def every(sample, stories, form):
    """Each with its file, as a steward takes it."""
    for one in stories:
        cited = read_cited(sample.archive, TERMINAL, AskedCitation(one["id"], BASE)).cited
        yield one, FILES[form].made(cited).decode()


def test_csl_json(sample, stories):
    for one, text in every(sample, stories, "csl.json"):
        (item,) = json.loads(text)
        assert (item["title"], item["URL"]) == (one["title"], f"{BASE}/s/{one['id']}")
        assert item["author"] == [{"literal": one["storyteller"]}] and item["version"] == str(one["revision"])
        assert item["issued"]["date-parts"] == [[int(part) for part in one["gathered"].split("-")]]
        assert item["language"] == one["language"] and item["custom"]["uses"] == one["uses"]


def test_bibtex(sample, stories):
    files = "\n".join(text for _, text in every(sample, stories, "bib"))
    library = bibtexparser.parse_string(files, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks and len(library.entries) == len(stories)
    for one in stories:
        entry = library.entries_dict[one["id"]]
        assert entry["title"] == one["title"] and entry["author"] == one["storyteller"]
        assert entry["date"] == one["gathered"] and entry["url"] == f"{BASE}/s/{one['id']}"
        assert entry["version"] == str(one["revision"]) and entry["langid"] == one["language"]


def test_ris(sample, stories):
    for one, text in every(sample, stories, "ris"):
        (read,) = rispy.loads(text)
        assert (read["title"], read["authors"]) == (one["title"], [one["storyteller"]])
        assert read["date"].rstrip("/").replace("/", "-") == one["gathered"]
        assert (read["accession_number"], read["urls"]) == (one["id"], [f"{BASE}/s/{one['id']}"])
        assert read["edition"] == f"version {one['revision']}" and read["language"] == one["language"]


def test_dublin_core(sample, stories):
    for one, text in every(sample, stories, "dc.xml"):
        told: dict[str, list[str | None]] = {}
        for element in Tree.fromstring(text):
            told.setdefault(element.tag.removeprefix(f"{{{DC}}}"), []).append(element.text)
        assert told["title"] == [one["title"]] and told["creator"] == [one["storyteller"]]
        assert told["date"] == [one["gathered"]] and told["language"] == [one["language"]]
        assert told["identifier"] == [f"{BASE}/s/{one['id']}", one["id"]]
        assert len(told["subject"]) == len(one["themes"])


def test_linked_data(sample, stories):
    for one, text in every(sample, stories, "jsonld"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own
            graph = Graph().parse(data=text, format="json-ld")
        node = URIRef(f"{BASE}/s/{one['id']}")
        told = {name: str(graph.value(node, SCHEMA[name])) for name in ("name", "dateCreated", "inLanguage")}
        assert told == {"name": one["title"], "dateCreated": one["gathered"], "inLanguage": one["language"]}
        assert str(graph.value(graph.value(node, SCHEMA.creator), SCHEMA.name)) == one["storyteller"]


def test_texts_hold_all_passages_and_what_they_may_be_used_for(sample, stories):
    public = [one for one in stories if "publication" in one["uses"]][:TEXTS]
    for one, text in ((one, look(sample, f"/s/{one['id']}.txt").text) for one in public):
        place = -1
        for passage in one["passages"]:
            place = text.index(f"{passage['number']}  {passage['text']}", place + 1)
        assert f"Story {one['id']}, version {one['revision']}. May be used for" in text
    for one, text in ((one, look(sample, f"/s/{one['id']}.md").text) for one in public):
        assert one["markdown"].strip() in text and "May be used for" in text


def test_the_program_for_signposting_finds_what_belongs_to_a_story(tmp_path):
    """It runs apart, because of a library under the GPL that it needs."""
    write(tmp_path, {"stories/open.md": story(BODY, f"id: {ID}", *KEYS)})
    with serving(tmp_path) as place:
        program = Path(sys.executable).with_name("signposting")
        told = run([program, f"{place.address}/stories/open"], capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr
    assert f"CiteAs: <{place.address}/s/{ID}>" in told.stdout.replace("\n        ", " ")
    for form in ("csl.json", "bib", "ris", "jsonld", "dc.xml", "md", "txt"):
        assert f"<{place.address}/s/{ID}.{form}>" in told.stdout
    assert f"<{place.address}/help/consent>" in told.stdout and "AboutPage" in told.stdout
