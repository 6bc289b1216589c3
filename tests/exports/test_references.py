"""A commissioner takes a reference into the program she works with: it says there what it says here."""

import json
from urllib.parse import parse_qs
from xml.etree import ElementTree as Tree

import bibtexparser
import html5lib
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from rdflib import RDF, Graph, Namespace, URIRef

from app.exports.bibtex import bibtex
from app.exports.cited import one_line, one_name
from app.exports.coins import coins
from app.exports.csl_json import csl_json
from app.exports.dublin_core import dublin_core
from app.exports.oai_dc import DC, OAI_DC
from app.exports.ris import ris
from app.exports.story_jsonld import jsonld_file, jsonld_html, story_jsonld
from app.imports.documents import pandoc
from app.imports.limited import run
from app.services.citing.styles import BY_NAME, FOLDER, STYLES, formatted
from tests.exports.references import AWKWARD, BASE, STORY, cited, whole

SCHEMA = Namespace("https://schema.org/")
TITLES = pytest.mark.parametrize("title", AWKWARD.values(), ids=AWKWARD.keys())


@TITLES
def test_a_title_is_read_back_from_bibtex_as_it_is(title):
    library = bibtexparser.parse_string(
        bibtex(cited(title=title, words=title)).decode(), append_middleware=[LatexDecodingMiddleware()]
    )
    assert not library.failed_blocks
    (entry,) = library.entries
    told = {name: field.value.strip("{}") for name, field in entry.fields_dict.items() if name != "title"}
    assert entry["title"].replace("ˆ", "^") == one_line(title)
    assert entry.key == "s-7k3fq2mx-p-2dca5f" and told["author"] == "Marisa"
    assert (told["date"], told["year"], told["version"]) == ("2026-03-04", "2026", "3")
    assert told["url"] == f"{BASE}/s/{STORY}#p-2dca5f" and told["urldate"] == "2026-11-23"
    assert told["note"].startswith("Paragraph 4. May be used for design sessions")


def bare(text):
    """Letters and signs, however a program has set quotation marks, capitals and spaces."""
    text = one_line(text).casefold()
    return "".join("'" if sign in "‘’“”\"'`" else sign for sign in text if not sign.isspace())


def test_pandoc_reads_every_awkward_title_from_bibtex():
    """Another reader, which knows LaTeX: all of them in one file. It sets quotation marks as it likes."""
    files = [bibtex(whole(id=f"s-{number:08}", title=title)) for number, title in enumerate(AWKWARD.values())]
    outcome = run([pandoc(), "--from=biblatex", "--to=csljson"], b"\n".join(files))
    assert outcome.code == 0, outcome.told
    read = {item["id"]: item for item in json.loads(outcome.output)}
    for number, title in enumerate(AWKWARD.values()):
        item = read[f"s-{number:08}"]
        alone = title.count("{") - title.count("}")  # it has no word for a brace without its other half
        assert bare(item["title"]) == bare(title.replace("{" if alone > 0 else "}", "", abs(alone)))
        assert item["author"] == [{"literal": "Marisa"}] and item["issued"] == {"date-parts": [[2026, 3, 4]]}
        assert item["URL"] == f"{BASE}/s/{STORY}" and item["version"] == "3"


@TITLES
def test_a_title_is_read_back_from_ris_as_it_is(title):
    (read,) = rispy.loads(ris(cited(title=title, words=title)).decode())
    assert read["title"] == one_line(title) and read["abstract"] == one_line(title)
    assert read["authors"] == ["Marisa"] and read["type_of_work"] == "Interview"
    assert (read["year"], read["date"], read["access_date"]) == ("2026", "2026/03/04/", "2026/11/23/")
    assert read["urls"] == [f"{BASE}/s/{STORY}#p-2dca5f"] and read["accession_number"] == STORY
    assert read["section"] == "paragraph 4" and "May be used for design" in read["notes"][0]
    assert ris(cited(title=title)).startswith(b"TY  - ")


@TITLES
def test_a_title_is_read_back_from_csl_json_as_it_is(title):
    (item,) = json.loads(csl_json(cited(title=title, words=title)))
    assert item["title"] == one_line(title) and item["custom"]["quotation"] == one_line(title)
    assert (item["type"], item["author"]) == ("interview", [{"literal": "Marisa"}])
    assert item["issued"] == {"date-parts": [[2026, 3, 4]]} and item["version"] == "3"
    assert item["accessed"] == {"date-parts": [[2026, 11, 23]]} and item["language"] == "en-GB"
    assert item["custom"]["paragraph"] == 4 and item["custom"]["uses"] == ["design", "commissioning"]


@pytest.mark.filterwarnings("ignore::UserWarning")  # it names what it does not know of a style
def test_another_processor_of_styles_makes_the_same_reference_of_csl_json():
    source = CiteProcJSON(json.loads(csl_json(whole())))
    style = CitationStylesStyle(str(FOLDER / "harvard-cite-them-right.csl"), "en-GB", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem(STORY)]))
    (entry,) = bibliography.bibliography()
    ours = formatted(whole(), "en-GB")["harvard"].reference.plain
    assert str(entry).rstrip(".") == ours.rstrip(".")


@TITLES
def test_a_title_is_read_back_from_dublin_core_as_it_is(title):
    root = Tree.fromstring(dublin_core(cited(title=title, words=title)))
    told = {}
    for element in root:
        told.setdefault(element.tag.removeprefix(f"{{{DC}}}"), []).append(element.text)
    assert root.tag == f"{{{OAI_DC}}}dc"
    assert told["title"] == [one_line(title)] and told["description"] == [one_line(title)]
    assert told["type"] == ["interview"] and told["creator"] == ["Marisa"] and told["date"] == ["2026-03-04"]
    assert told["identifier"] == [f"{BASE}/s/{STORY}#p-2dca5f", "s-7k3fq2mx-p-2dca5f"]
    assert told["source"] == ["Storyhold, story s-7k3fq2mx, version 3, paragraph 4"]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own
@TITLES
def test_a_title_is_read_back_from_linked_data_as_it_is(title):
    graph = Graph().parse(data=jsonld_file(cited(title=title, words=title)), format="json-ld")
    quotation, story = URIRef(f"{BASE}/s/{STORY}#p-2dca5f"), URIRef(f"{BASE}/s/{STORY}")
    assert (quotation, RDF.type, SCHEMA.Quotation) in graph and (
        story,
        RDF.type,
        SCHEMA.CreativeWork,
    ) in graph
    assert str(graph.value(quotation, SCHEMA.text)) == one_line(title)
    assert str(graph.value(story, SCHEMA.name)) == one_line(title)
    assert graph.value(quotation, SCHEMA.isPartOf) == story
    assert graph.value(story, SCHEMA.isPartOf) == URIRef(f"{BASE}/")
    assert graph.value(story, SCHEMA.license) == URIRef(f"{BASE}/help/consent")
    assert str(graph.value(graph.value(story, SCHEMA.creator), SCHEMA.name)) == "Marisa"


@TITLES
def test_linked_data_in_a_page_ends_where_it_ends_and_says_the_same(title):
    told = cited(title=title, words=title)
    page = html5lib.parse(
        f"<!doctype html><title>x</title>{jsonld_html(told)}<p>after", namespaceHTMLElements=False
    )
    (data,) = page.findall("head/script")
    assert data.get("type") == "application/ld+json" and json.loads(data.text) == story_jsonld(told)


@TITLES
def test_a_hidden_reference_in_a_list_is_read_back_as_it_is(title):
    told = parse_qs(coins(f"{BASE}/s/{STORY}", title, "Marisa, of Harbour", "2026-03", "Storyhold", "en-GB"))
    assert told["rft.title"] == [one_line(title)] and told["rft.type"] == ["interview"]
    assert told["rft.au"] == ["Marisa of Harbour"] and told["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:dc"]


@pytest.mark.parametrize("name", ["Marisa; and her sister", "Bello, Marisa", "مريم، أم", "王、李；張"])
def test_a_name_is_one_name_wherever_a_program_would_make_two_of_it(name):
    assert not set(one_name(name)) & set(",;،؛，；、")
    (read,) = rispy.loads(ris(cited(teller=name)).decode())
    assert read["authors"] == [one_name(name)]
    (item,) = json.loads(csl_json(cited(teller=name)))
    assert item["author"] == [{"literal": name}]


def test_a_story_without_name_or_day_has_a_reference_all_the_same():
    bare = whole(teller="", gathered="", language="", themes=())
    (item,) = json.loads(csl_json(bare))
    assert not {"author", "issued", "language"} & item.keys()
    assert not bibtexparser.parse_string(bibtex(bare).decode()).failed_blocks
    assert rispy.loads(ris(bare).decode())[0]["title"] == AWKWARD["plain"]
    made = formatted(bare, "en-GB")
    assert made["harvard"].reference.plain.startswith("‘The eleven months’ (no date). Storyhold.")


@pytest.mark.parametrize(("gathered", "parts"), [("2026", [2026]), ("2026-03", [2026, 3])])
def test_a_day_that_is_known_in_part_is_told_in_part(gathered, parts):
    told = cited(gathered=gathered)
    assert json.loads(csl_json(told))[0]["issued"] == {"date-parts": [parts]}
    assert rispy.loads(ris(told).decode())[0]["date"] == "/".join(
        [*gathered.split("-"), *[""] * (4 - len(parts))]
    )
    assert b"year = {2026}" in bibtex(told)


REFERENCES = {
    "harvard": "Marisa (2026) ‘The eleven months’. Storyhold. Available at: {} (Accessed: 23 November 2026).",
    "apa": "Marisa. (2026, March 4). The eleven months [Interview]. Storyhold. {}",
    "vancouver": (
        "Marisa. The eleven months [Internet]. Storyhold; 2026 [cited 2026 Nov 23]. Available from: {}"
    ),
    "oscola": "Interview with Marisa, ‘The Eleven Months’ (4 March 2026) <{}> accessed 23 November 2026",
    "chicago": "Marisa. 2026. ‘The Eleven Months’. Version 3. Storyhold, March 4. {}.",
}
IN_TEXT = {
    "harvard": "(Marisa, 2026, para. 4)",
    "apa": "(Marisa, 2026, para. 4)",
    "vancouver": "(1)",
    "oscola": "¹",
    "chicago": "(Marisa 2026, para. 4)",
}


@pytest.mark.parametrize("style", REFERENCES)
def test_each_style_writes_the_reference_as_its_rules_say(style):
    made, address = formatted(cited(), "en-GB")[style], f"{BASE}/s/{STORY}#p-2dca5f"
    assert made.reference.plain == REFERENCES[style].format(address)
    assert made.in_text.plain == IN_TEXT[style]
    assert "para 4" in made.footnote.plain.lower().replace("para. 4", "para 4")
    assert f'<a href="{address}">' in made.reference.html and f"<{address}>" in made.reference.markdown


@TITLES
def test_no_sign_of_a_title_is_lost_or_means_anything_in_a_reference(title):
    made = formatted(whole(title=title), "en-GB")
    shown = html5lib.parse(made["apa"].reference.html, namespaceHTMLElements=False)
    assert {element.tag for element in shown.iter()} <= {"html", "head", "body", "i", "a", "span"}
    for words in (made["apa"].reference.plain, "".join(shown.itertext())):
        assert bare(title) in bare(words)


def test_the_styles_that_are_offered_are_there_with_their_licence():
    for style in STYLES:
        text = (FOLDER / f"{style.file}.csl").read_text("utf-8")
        assert "Attribution-ShareAlike 3.0" in text and BY_NAME[style.name] is style
        assert style.file in (FOLDER / "NOTICE.md").read_text("utf-8")
