"""Reference managers, harvesters and programs find in a page what they look for."""

import json
import re
import warnings
from urllib.parse import parse_qs

import html5lib
import pytest
from httplink import parse_link_header
from rdflib import RDF, Graph, Namespace, URIRef

from tests.exports.references import AWKWARD
from tests.web.citing.archive import AT, BODY, FORMS, ID, head_of, told
from tests.web.marking.doing import one
from tests.web.people import look
from tests.web.serving import served, story

BASE = "http://localhost:8000"
SCHEMA = Namespace("https://schema.org/")


def test_a_storys_page_tells_reference_managers_of_an_interview(web):
    _, tags = head_of(web, "/stories/open")
    assert tags["citation_title"] == ["The eleven months"] and tags["citation_author"] == ["Marisa"]
    assert tags["citation_date"] == ["2026/03/04"] and tags["citation_public_url"] == [f"{BASE}/s/{ID}"]
    assert tags["DC.type"] == ["interview"] and tags["DC.creator"] == ["Marisa"]
    assert "May be used for publication." in tags["DC.rights"]


def zotero(tags):
    """What Zotero takes a page for (its translators Embedded Metadata.js and RDF.js).

    Some types of Open Graph go before Dublin Core's, and a title alone is taken for an article.
    """
    open_graph = {"website": "webpage", "book": "book", "video.other": "videoRecording"}
    of_graph = open_graph.get(tags.get("og:type", [""])[0])
    guessed = "journalArticle" if "citation_title" in tags else "webpage"
    journal = "journalArticle" if "citation_journal_title" in tags else None
    return of_graph or tags.get("DC.type", [None])[0] or journal or guessed


@pytest.mark.parametrize("address", ["/stories/open", "/stories/noted"])
def test_zotero_takes_a_story_for_an_interview(web, address):
    page, tags = head_of(web, address)
    assert zotero(tags) == "interview" and "og:type" not in tags
    assert not page.findall(".//span[@class='Z3988']")


@pytest.mark.parametrize("address", ["/search?q=chair+flat", "/stories", "/stories?layout=table"])
def test_zotero_takes_a_list_for_a_list_of_interviews(web, address):
    page, tags = head_of(web, address)
    spans = page.findall(".//span[@class='Z3988']")
    references = [parse_qs(span.get("title")) for span in spans]
    assert len(references) == 2 and not any(name.startswith(("citation_", "DC.")) for name in tags)
    assert {one["rft.type"][0] for one in references} == {"interview"}
    marisa = next(one for one in references if one["rft.au"] == ["Marisa"])
    assert marisa["rft.title"] == ["The eleven months"] and marisa["rft.identifier"] == [f"{BASE}/s/{ID}"]


def test_no_other_page_has_a_hidden_reference(web):
    for address in ("/", "/themes/waiting", "/stories/open"):
        assert "Z3988" not in told(web, address)


def test_a_list_hides_no_reference_of_what_may_not_be_taken(web, sue):
    page = told(web, "/stories", sue)
    assert page.count("Z3988") == 3 and "Dana" in page
    assert all("Dana" not in title for title in re.findall(r'class="Z3988" title="([^"]*)"', page))


def test_a_page_is_for_sharing_only_where_publication_was_agreed_to(web, ann):
    _, tags = head_of(web, "/stories/open")
    assert tags["og:title"] == ["Marisa, The eleven months"] and tags["og:url"] == [f"{BASE}/s/{ID}"]
    assert tags["og:description"] == ["Three assessments."] and tags["og:locale"] == ["en_GB"]
    _, inside = head_of(web, "/stories/design", ann)
    assert inside["DC.type"] == ["interview"] and not [name for name in inside if name.startswith("og:")]
    _, folded = head_of(web, "/stories/noted")
    assert "og:description" not in folded and folded["DC.description"][0].startswith("Mentions ")


def test_linked_data_says_of_what_the_story_is_part(web):
    page, _ = head_of(web, "/stories/open")
    (data,) = page.findall("head/script[@type='application/ld+json']")
    graph = linked(data.text)
    story = URIRef(f"{BASE}/s/{ID}")
    assert (story, RDF.type, SCHEMA.CreativeWork) in graph
    assert graph.value(story, SCHEMA.isPartOf) == URIRef(f"{BASE}/")
    assert graph.value(story, SCHEMA.license) == URIRef(f"{BASE}/help/consent")


def linked(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own
        return Graph().parse(data=text, format="json-ld")


@pytest.mark.parametrize("address", ["/stories/open", f"/s/{ID}"])
def test_signposts_lead_to_what_belongs_to_a_story(web, address):
    links = parse_link_header(look(web, address)["link"])
    by = {}
    for link in links.links:
        for relation in link.rel:
            by.setdefault(relation, []).append(link)
    assert [link.target for link in by["cite-as"]] == [f"{BASE}/s/{ID}"]
    assert {link.target for link in by["type"]} >= {f"{SCHEMA}AboutPage", f"{SCHEMA}CreativeWork"}
    assert [link.target for link in by["license"]] == [f"{BASE}/help/consent"]
    assert [link.target for link in by["collection"]] == [f"{BASE}/stories"]
    files = by["describedby"] + by["item"]
    assert {link.target.removeprefix(f"{BASE}/s/{ID}.") for link in files} == set(FORMS)
    for link in files:
        answer = look(web, link.target.removeprefix(BASE))
        assert (
            answer.status == 200 and dict(link.attributes)["type"] == answer["content-type"].partition(";")[0]
        )
        back = parse_link_header(answer["link"])
        assert {(rel, one.target) for one in back.links for rel in one.rel} >= {
            ("describes", f"{BASE}/s/{ID}")
        }


def test_a_quotes_address_has_its_own(web, ann):
    quote = one(web, ann, "move the chair", anchor=AT)
    links = {
        (relation, link.target)
        for link in parse_link_header(look(web, f"/q/{quote}")["link"]).links
        for relation in link.rel
    }
    assert ("cite-as", f"{BASE}/q/{quote}") in links and ("collection", f"{BASE}/s/{ID}") in links
    assert ("type", f"{SCHEMA}Quotation") in links


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    """A story for each title and name that programs have trouble with."""
    files = {
        f"{number}.md": story(
            BODY,
            f"id: s-{number:08}",
            f"title: {json.dumps(title, ensure_ascii=False)}",
            f"storyteller: {json.dumps(title[:60], ensure_ascii=False)}",
        )
        for number, title in enumerate(AWKWARD.values())
    }
    with served(tmp_path_factory.mktemp("awkward"), files) as web:
        yield web


@pytest.mark.parametrize("number", range(len(AWKWARD)), ids=AWKWARD.keys())
def test_a_page_with_an_awkward_title_tells_one_author_and_the_title_as_it_is(awkward, number):
    page, tags = head_of(awkward, f"/stories/{number}")
    title = " ".join(list(AWKWARD.values())[number].split())
    assert tags["citation_title"] == tags["DC.title"] == [title] and zotero(tags) == "interview"
    (author,) = tags["citation_author"]
    assert not set(author) & set(",;") and tags["DC.creator"] == [author]
    (data,) = page.findall("head/script[@type='application/ld+json']")
    assert json.loads(data.text)["name"] == title
    for form in FORMS:
        assert look(awkward, f"/s/s-{number:08}.{form}").status == 200
    assert look(awkward, f"/s/s-{number:08}/cite?at={AT}").status == 200


def test_a_page_is_html_that_a_strict_parser_reads(web):
    for address in ("/stories/open", f"/s/{ID}/cite?at={AT}", "/stories"):
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(told(web, address))
        assert [error for error in parser.errors if error[1] != "expected-doctype-but-got-start-tag"] == []
