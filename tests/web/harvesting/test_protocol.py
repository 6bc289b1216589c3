"""Harvesters ask by OAI-PMH and are told what everybody may read; each slip is the protocol’s own error."""

import pytest

from app.services.harvesting import answering
from app.services.harvesting.tokens import Place, place_of, token_of
from tests.archives import Clock, take_in
from tests.web.harvesting.asking import OAI, ask, asked, identifiers, records, said
from tests.web.harvesting.conftest import A, B, D, E
from tests.web.people import someone
from tests.web.serving import served, stopped, story, write

NOON = "2026-05-04T12:00:00Z"
MY = "oai:stories.example.org:"


def test_a_harvester_learns_who_answers(web):
    told = ask(web, "Identify").root.find(f"{OAI}Identify")
    assert said(told, "baseURL") == "http://stories.example.org/oai"
    assert said(told, "adminEmail") == "stories@example.org"
    assert said(told, "earliestDatestamp") == NOON
    assert said(told, "deletedRecord") == "persistent"
    assert said(told, "granularity") == "YYYY-MM-DDThh:mm:ssZ"


def test_a_harvester_is_given_what_everybody_may_read_and_nothing_else(web):
    told = records(web)
    assert told.stamps == {A: NOON, B: NOON, E: NOON}
    assert told.deleted == set()
    assert told.dc("title") == ["Bells", "Ends", "Lantern & <sea>"]


def test_a_record_says_in_dublin_core_what_the_page_says(web):
    told = ask(web, "GetRecord", identifier=f"{MY}{A}", metadataPrefix="oai_dc")
    assert told.sets(A) == ["theme:dusk", "theme:waiting", "site:northgate"]
    expected = {
        "title": ["Lantern & <sea>"],
        "creator": ["Marisa"],
        "subject": ["Dusk", "Waiting"],
        "description": ["Eleven boats."],
        "publisher": ["Storyhold"],
        "date": ["2026-03-04"],
        "type": ["interview"],
        "identifier": [f"http://stories.example.org/s/{A}", A],
        "language": ["cy"],
        "coverage": ["Northgate"],
        "rights": ["May be used for publication.", "http://stories.example.org/help/consent"],
    }
    assert {name: told.dc(name) for name in expected} == expected


def test_every_verb_is_answered_to_a_form_as_to_an_address(web):
    for verb, more in {
        "Identify": {},
        "ListSets": {},
        "ListMetadataFormats": {"identifier": f"{MY}{A}"},
        "GetRecord": {"identifier": f"{MY}{A}", "metadataPrefix": "oai_dc"},
        "ListIdentifiers": {"metadataPrefix": "oai_dc", "set": "theme:waiting"},
        "ListRecords": {"metadataPrefix": "oai_dc", "from": "2026-05-04"},
    }.items():
        here, there = (ask(web, verb, post=post, **more) for post in (False, True))
        assert here.errors == there.errors == []
        assert list(here.root.itertext()) == list(there.root.itertext())


def test_sets_are_the_themes_and_sites_of_what_everybody_may_read(web):
    told = ask(web, "ListSets").root
    sets = {said(one, "setSpec"): said(one, "setName") for one in told.iter(f"{OAI}set")}
    assert sets == {
        "theme": "Stories by theme",
        "theme:dusk": "Dusk",
        "theme:waiting": "Waiting",
        "site": "Stories by site",
        "site:northgate": "Northgate",
    }


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("theme:dusk", {A}), ("theme:waiting", {A, B, E}), ("theme", {A, B, E}), ("site", {A})],
)
def test_a_set_is_harvested_by_itself(web, wanted, found):
    assert identifiers(web, set=wanted).headers.keys() == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=", "badVerb"),
        ("verb=Steal", "badVerb"),
        ("verb=identify", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&until=2026-01-01", "badArgument"),
        ("verb=GetRecord", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        (f"verb=GetRecord&identifier={MY}{A}&metadataPrefix=marc", "cannotDisseminateFormat"),
        (f"verb=GetRecord&identifier={MY}{D}&metadataPrefix=oai_dc", "idDoesNotExist"),
        (f"verb=GetRecord&identifier={MY}s-00000000&metadataPrefix=oai_dc", "idDoesNotExist"),
        (f"verb=GetRecord&identifier={A}&metadataPrefix=oai_dc", "idDoesNotExist"),
        ("verb=GetRecord&identifier=%00%FF%ED%A0%80&metadataPrefix=oai_dc", "badArgument"),
        ("verb=GetRecord&identifier=http://stories.example.org/s/1&metadataPrefix=oai_dc", "idDoesNotExist"),
        (f"verb=ListMetadataFormats&identifier={MY}{D}", "idDoesNotExist"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&theme=dusk", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-05", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-05-04T12:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-05-04T25:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=", "badArgument"),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2026-05-04&until=2026-05-04T12:00:00Z",
            "badArgument",
        ),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-05-05&until=2026-05-04", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-05-05", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=2026-05-03", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=theme:hidden", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a%20b", "badArgument"),
        ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=made.up", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=%C3%A9.%C3%A9", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=a.b&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListSets&resumptionToken=a.b", "badResumptionToken"),
        ("%FF=%FF&verb=ListSets", "badArgument"),
    ],
)
def test_each_slip_has_an_error_of_the_protocol_s_own(web, query, code):
    for post in (False, True):
        told = asked(web, query, post=post)
        assert told.errors == [code]
        repeated = told.root.find(f"{OAI}request").attrib
        assert bool(repeated) == (code not in ("badVerb", "badArgument"))


def test_a_posted_request_that_is_no_form_or_endless_names_no_verb(web):
    answer = web.ask("POST", "/oai", headers=[("content-type", "text/xml")], body=b"verb=Identify")
    assert b'code="badVerb"' in answer.content
    assert asked(web, "verb=Identify&" + "a=b&" * 100, post=True).errors == ["badVerb"]


def test_days_and_moments_are_both_inclusive(web):
    day = {"from_": "2026-05-04", "until": "2026-05-04"}
    assert len(identifiers(web, **day).headers) == 3
    assert len(identifiers(web, from_=NOON, until=NOON).headers) == 3
    assert identifiers(web, until="2026-05-04T11:59:59Z").errors == ["noRecordsMatch"]


def test_an_identifier_is_recognised_however_it_was_copied(web):
    copied = "OAI:stories.example.org:S-7K3FQ2MX".replace("OAI", "oai")
    told = ask(web, "GetRecord", identifier=copied, metadataPrefix="oai_dc")
    assert told.headers.keys() == {A}


def test_whoever_signs_in_harvests_what_everybody_may_read(web):
    steward = someone(web.archive, "Sue", "steward")
    address = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    assert web.get(address, headers=[steward]).content == web.get(address).content
    for address in ("/feed.xml", "/search/feed.xml?q=teams", "/sitemap.xml", "/sitemap-2.xml"):
        assert web.get(address, headers=[steward]).content == web.get(address).content
    assert web.get("/themes/hidden/feed.xml", headers=[steward]) == web.get("/nowhere", headers=[steward])


@pytest.fixture
def paged(monkeypatch):
    monkeypatch.setattr(answering, "AT_ONCE", {"ListRecords": 2, "ListIdentifiers": 1})


def harvest(web, verb: str, **first: str) -> list[str]:
    """Every id that a whole list gives, in its order, each part as often as it is given."""
    told = ask(web, verb, metadataPrefix="oai_dc", **first)
    found = [*told.headers]
    while told.token:
        told = ask(web, verb, resumptionToken=told.token)
        found += told.headers
    return found


@pytest.mark.usefixtures("paged")
def test_a_list_goes_on_where_it_stopped_and_gives_each_record_once(web):
    assert harvest(web, "ListRecords") == harvest(web, "ListIdentifiers") == [B, E, A]
    assert harvest(web, "ListRecords", set="theme:waiting", until="2026-05-04") == [B, E, A]
    first = records(web)
    part = next(first.root.iter(f"{OAI}resumptionToken"))
    assert {**part.attrib} == {
        "completeListSize": "3",
        "cursor": "0",
        "expirationDate": "2026-05-11T12:00:00Z",
    }
    last = next(ask(web, "ListRecords", resumptionToken=first.token).root.iter(f"{OAI}resumptionToken"))
    assert (last.text, {**last.attrib}) == (None, {"completeListSize": "3", "cursor": "2"})


@pytest.mark.usefixtures("paged")
def test_a_token_outlasts_a_restart_and_says_what_it_stands_for(web):
    token = records(web, set="theme:waiting").token
    with stopped(web):
        pass
    assert ask(web, "ListRecords", resumptionToken=token).headers.keys() == {A}
    place = place_of(web.archive, token)
    assert (place.verb, place.spec, place.story_id) == ("ListRecords", "theme:waiting", E)


@pytest.mark.usefixtures("paged")
def test_a_token_that_is_stale_altered_or_another_verb_s_is_refused(web, clock):
    token = records(web).token
    told, _, seal = token.partition(".")
    for wrong in (f"{told[:-2]}AA.{seal}", f"{told}.{'0' * 32}", told, f"{token}x", "." + seal):
        assert ask(web, "ListRecords", resumptionToken=wrong).errors == ["badResumptionToken"]
    assert ask(web, "ListIdentifiers", resumptionToken=token).errors == ["badResumptionToken"]
    clock.time = clock.time.replace(day=12)
    assert ask(web, "ListRecords", resumptionToken=token).errors == ["badResumptionToken"]
    old = token_of(web.archive, Place("ListRecords"))
    assert ask(web, "ListRecords", resumptionToken=old).errors == ["badResumptionToken"]


@pytest.mark.usefixtures("paged")
def test_what_changes_while_a_list_is_read_comes_at_its_end(web, tmp_path, clock):
    first = records(web)
    clock.time = clock.time.replace(hour=13)
    write(tmp_path / "stories", {"b.md": story("She rang twice.", f"id: {B}", "title: Bells")})
    take_in(web.archive)
    assert [*first.headers] == [B, E]
    assert [*ask(web, "ListRecords", resumptionToken=first.token).headers] == [A, B]


def test_an_empty_archive_answers_all_the_same(empty):
    assert said(ask(empty, "Identify").root.find(f"{OAI}Identify"), "adminEmail").count("@") == 1
    assert records(empty).errors == ["noRecordsMatch"]
    assert ask(empty, "ListSets").errors == []


def test_odd_words_and_letters_are_carried_as_xml(tmp_path):
    odd = 'title: "{a} \\\\ & % \\" ]]> \\u202e \\u2028 😀 مرحبا"'
    files = {"a.md": story("Words.", f"id: {A}", odd, "themes: [Żałoba i czekanie, 你好]")}
    with served(tmp_path, files, clock=Clock()) as web:
        told = records(web)
        assert told.dc("title")[0].startswith('{a} \\ & % " ]]>')
        specs = told.sets(A)
        assert all(part.isascii() for part in specs)
        assert [identifiers(web, set=spec).headers.keys() for spec in specs] == [{A}, {A}]
