"""A harvester that holds what it is told against the protocol's grammar finds every answer in order."""

from pathlib import Path

import pytest
from lxml import etree

from app.database.visibility import TERMINAL
from app.services.harvesting import answering
from app.services.withdrawing import Request, withdraw
from tests.web.harvesting.asking import OAI
from tests.web.harvesting.conftest import A, B, E
from tests.web.people import FORM
from tests.web.serving import served, story

MY = "oai:stories.example.org:"
LIST = "metadataPrefix=oai_dc"
FOLDER = Path(__file__).with_name("schemas")


@pytest.fixture(scope="module")
def grammar():
    """Nothing is fetched for it: each part stands beside the others."""
    return etree.XMLSchema(etree.parse(FOLDER / "all.xsd", etree.XMLParser(no_network=True)))


def answered(web, query, *, post):
    if post:
        return web.ask("POST", "/oai", headers=[FORM], body=query.encode())
    return web.get(f"/oai?{query}")


@pytest.fixture
def told(web, grammar):
    """What is answered to a query, which has to be as the grammar has it."""

    def ask(query, *, post=False, of=web):
        root = etree.fromstring(answered(of, query, post=post).content)
        grammar.assertValid(root.getroottree())
        return root

    return ask


def said(root, name):
    return root.findtext(f".//{OAI}{name}")


def test_every_verb_is_answered_as_the_protocol_has_it(told):
    for post in (False, True):
        assert said(told("verb=Identify", post=post), "deletedRecord") == "persistent"
        assert len(told("verb=ListSets", post=post).findall(f".//{OAI}set")) == 5
        assert said(told("verb=ListMetadataFormats", post=post), "metadataPrefix") == "oai_dc"
        assert len(told(f"verb=ListIdentifiers&{LIST}", post=post).findall(f".//{OAI}header")) == 3
        assert (
            len(told(f"verb=ListRecords&{LIST}&from=2026-05-04", post=post).findall(f".//{OAI}record")) == 3
        )
        assert said(told(f"verb=GetRecord&identifier={MY}{A}&{LIST}", post=post), "identifier") == f"{MY}{A}"


def test_what_is_gone_is_told_as_the_protocol_has_it(web, told):
    withdraw(web.archive, TERMINAL, B, Request())
    for query in (
        f"verb=GetRecord&identifier={MY}{B}&{LIST}",
        f"verb=ListRecords&{LIST}",
        f"verb=ListIdentifiers&{LIST}",
    ):
        (gone,) = told(query).findall(f".//{OAI}header[@status='deleted']")
        assert said(gone, "identifier") == f"{MY}{B}"


def test_each_part_of_a_list_is_told_as_the_protocol_has_it(told, monkeypatch):
    monkeypatch.setattr(answering, "AT_ONCE", {"ListRecords": 1, "ListIdentifiers": 2})
    for verb, parts in (("ListRecords", 3), ("ListIdentifiers", 2)):
        token, seen = said(told(f"verb={verb}&{LIST}"), "resumptionToken"), 1
        while token:
            token, seen = said(told(f"verb={verb}&resumptionToken={token}"), "resumptionToken"), seen + 1
        assert seen == parts


@pytest.mark.parametrize(
    "query",
    [
        "",
        "verb=Steal",
        "verb=Identify&verb=Identify",
        "verb=ListRecords",
        f"verb=ListRecords&{LIST}&from=yesterday",
        f"verb=ListRecords&{LIST}&from=2030-01-01",
        f"verb=ListRecords&{LIST}&set=never:was",
        f"verb=ListRecords&{LIST}&set=a%20b",
        "verb=ListRecords&metadataPrefix=marc",
        "verb=ListRecords&resumptionToken=made.up%3C%26%22",
        f"verb=GetRecord&{LIST}&identifier={MY}s-00000000",
        f"verb=GetRecord&{LIST}&identifier=no+such+%3Cthing%3E+%25zz+%5B%5D",
        f"verb=GetRecord&{LIST}&identifier=%00%FF%ED%A0%80",
        f"verb=GetRecord&{LIST}&identifier=http://[",
        "verb=ListMetadataFormats&identifier=%E4%BD%A0%E5%A5%BD",
        f"verb=GetRecord&{LIST}&identifier=" + "a" * 5_000,
    ],
)
def test_every_refusal_is_told_as_the_protocol_has_it(told, query):
    for post in (False, True):
        assert told(query, post=post).find(f"{OAI}error") is not None


ODD = {
    "a.md": story(
        "Words.",
        f"id: {A}",
        'title: "]]> \\u0007 \\u202e \\ud83d\\ude00 <b>"',
        'themes: [Żałoba i czekanie, 你好, "a:b c d"]',
        "language: cy",
    ),
    "e.md": story("Words.", f"id: {E}", "title: ' '", "site: '  '", "content_notes: [loss]"),
}


@pytest.mark.parametrize(
    "base",
    ["http://127.0.0.1:8000", "https://stories.example.org", "http://localhost", "http://[::1]:80"],
)
def test_odd_words_themes_and_hosts_keep_to_the_grammar(tmp_path, told, base):
    with served(tmp_path / "odd", ODD, base_url=base) as web:
        for query in ("verb=Identify", "verb=ListSets", f"verb=ListRecords&{LIST}"):
            assert told(query, of=web).find(f"{OAI}error") is None


def test_the_grammar_tells_what_is_wrong(grammar, web):
    """Else all of this would prove nothing."""
    right = web.get(f"/oai?verb=ListRecords&{LIST}").text
    for there, wrong in (
        ("<dc:title>", "<dc:titel>"),
        ("T12:00:00Z</datestamp>", "T12:00:00+01:00</datestamp>"),
        ("<metadata>", "<metadata><extra/>"),
        ("<setSpec>theme:", "<setSpec>theme "),
        ("<record>", "<record><about/>"),
    ):
        assert there in right
        end = wrong.replace("<", "</") if wrong == "<dc:titel>" else ""
        text = right.replace(there, wrong, 1).replace("</dc:title>", end or "</dc:title>", 1)
        assert not grammar.validate(etree.fromstring(text.encode()))
