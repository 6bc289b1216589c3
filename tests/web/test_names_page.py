"""Names left behind, as a story's team meets them: found, replaced, kept, ignored, undone; and who may."""

import re

import pytest

from app.database.gathering import NAME_DECISION, PSEUDONYMS
from tests.archives import rows, take_in
from tests.web.doors import storyteller
from tests.web.people import hidden, look, send, someone
from tests.web.serving import served

ID, OTHER = "s-her0n000", "s-1amp0000"
FILES = {
    "heron.md": f"---\nid: {ID}\ntitle: Marisa and the heron  # kept\nstoryteller: Ana\ngatherer: J. O.\n"
    "status: draft\nconsent: {uses: [publication]}\n---\nMarisa Jones rang Dr Whitfield on 07700 900123.\n\n"
    "“Marisa’s heron,” said Marisa.\n\nMy brother Tonho never came back from the sea that year.\n",
    "lamp.md": f"---\nid: {OTHER}\nstatus: draft\ngatherer: J. O.\n---\nDr Whitfield again.\n",
}


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, FILES) as web:
        yield web


@pytest.fixture
def gatherer(web):
    return someone(web.archive, "June", "gatherer", gathers_as="J. O.")


def text_of(web, name="heron"):
    return (web.archive.settings.stories / f"{name}.md").read_text(encoding="utf-8")


def act(web, cookie, do, story=ID, **told):
    page = look(web, f"/s/{story}/names", cookie)
    if "finding" in told:
        told["finding"] = finding(page, told["finding"])
    digest = hidden(page, "digest")
    return send(web, f"/s/{story}/names", {"do": do, "digest": digest, "where": "", **told}, cookie)


def finding(page, text):
    """The digest of the group that is headed by these words."""
    part = page.text.partition(f'<h3><mark dir="auto">{text}</mark>')[2]
    return re.search(r'name="finding" value="(\w+)"', part)[1]


def heads(page):
    return re.findall(r'<h3><mark dir="auto">([^<]*)</mark>', page.text)


def test_what_may_tell_who_somebody_is_is_found_in_place(web, gatherer):
    page = look(web, f"/s/{ID}/names", gatherer)
    assert page.status == 200 and page["cache-control"] == "no-store"
    assert heads(page) == ["Marisa", "Marisa Jones", "Whitfield", "Tonho", "07700 900123"]
    assert "“<mark>Marisa</mark>’s heron" in page.text and "Title</span>" in page.text


def test_a_name_is_replaced_in_every_form_and_the_file_changes_nowhere_else(web, gatherer):
    assert act(web, gatherer, "replace", finding="Marisa", instead="Inês Prado").status == 303
    assert text_of(web) == FILES["heron.md"].replace("title: Marisa and", 'title: "[Inês] and').replace(
        "heron  #", 'heron"  #'
    ).replace("Marisa Jones rang", "[Inês Prado] rang").replace("Marisa’s", "[Inês]’s").replace(
        "said Marisa", "said [Inês]"
    )
    page = look(web, f"/s/{ID}/names", gatherer)
    assert "Marisa" not in "".join(heads(page))
    assert "<bdi>Marisa Jones</bdi>" in page.text and "[Inês Prado]" in page.text


def test_her_door_the_letter_and_the_table_say_what_the_brackets_mean(web, gatherer):
    said, her = "stands in [square brackets].", storyteller(web, ID)
    path = web.archive.settings.stories / "heron.md"
    path.write_text(text_of(web).replace("heron,” said", "heron [laughs],” said"), encoding="utf-8")
    take_in(web.archive)
    pages = (her.path, f"/s/{ID}/door/letter", f"/s/{ID}/door/table.html")
    assert all("[laughs]" in look(web, one, gatherer).text for one in pages)
    assert not any(said in look(web, one, gatherer).text for one in pages)
    act(web, gatherer, "replace", finding="Marisa", instead="Inês Prado")
    assert all(look(web, one, gatherer).text.count(said) == 1 for one in pages)
    assert "w [nawiasach kwadratowych]" in look(web, f"{pages[1]}?language=pl", gatherer).text


def test_so_they_do_of_a_number_alone(web, gatherer):
    act(web, gatherer, "replace", finding="07700 900123", instead="telephone number")
    assert "stands in [square brackets]." in storyteller(web, ID).look().text


def test_the_key_is_sealed_and_stands_in_no_file_and_no_row_in_clear(web, gatherer):
    act(web, gatherer, "replace", finding="Marisa", instead="Inês")
    kept = repr(rows(web.archive, PSEUDONYMS)) + repr(rows(web.archive, NAME_DECISION))
    assert "Marisa" not in kept and "Inês" not in kept


def test_what_was_replaced_stands_there_again_when_it_is_undone(web, gatherer):
    act(web, gatherer, "replace", finding="Marisa", instead="Inês")
    page = look(web, f"/s/{ID}/names", gatherer)
    number = re.search(r'name="decision" value="(\d+)"', page.text)[1]
    assert act(web, gatherer, "undo", decision=number).status == 303
    assert text_of(web).partition("\n---\n")[2] == FILES["heron.md"].partition("\n---\n")[2]
    assert "Marisa" in heads(look(web, f"/s/{ID}/names", gatherer))


def test_no_pseudonym_stands_for_two_people_unasked(web, gatherer):
    before = text_of(web)
    answer = act(web, gatherer, "replace", finding="Tonho", instead="Ana")
    assert answer.status == 422 and text_of(web) == before
    assert "Ana is what the storyteller is called in this story. Choose another name for Tonho" in answer.text
    assert 'value="Ana"' in answer.text and "They are one and the same person" in answer.text
    assert act(web, gatherer, "replace", finding="Tonho", instead="Ana", where="0").status == 422
    assert act(web, gatherer, "replace", finding="Marisa Jones", instead="Ana", same="on").status == 303
    answer = act(web, gatherer, "add", name="Tonho", instead="Ana")
    assert answer.status == 422 and "Ana stands for Marisa Jones in this story already" in answer.text
    assert 'name="name" value="Tonho"' in answer.text
    assert act(web, gatherer, "replace", finding="Tonho", instead="Ben").status == 303
    assert "My brother [Ben] never" in text_of(web)


def test_what_was_found_is_counted_once_however_often_it_stands_there(web, gatherer):
    page = look(web, f"/s/{ID}/names", gatherer).text
    assert "5 things in this text" in page
    assert "<b>4</b> names" in page and "<b>1</b> telephone number" in page
    digest = hidden(look(web, f"/s/{ID}/edit?whole", gatherer), "digest")
    whole = text_of(web).replace("status: draft", "status: ready")
    told = {"whole": whole, "digest": digest, "do": "save"}
    refused = send(web, f"/s/{ID}/edit", told, gatherer).text
    assert "5 things in the story may tell who somebody is (4 names and 1 telephone number)" in refused


def test_one_place_alone_can_be_replaced(web, gatherer):
    act(web, gatherer, "replace", finding="Marisa", instead="Inês", where="1")
    assert "“Marisa’s heron,” said [Inês]." in text_of(web)
    assert text_of(web).count("[Inês]") == 1


def test_a_reason_keeps_something_in_this_story_and_ignoring_does_so_in_all(web, gatherer):
    assert act(web, gatherer, "keep", finding="Whitfield", reason="").status == 422
    assert act(web, gatherer, "keep", finding="Whitfield", reason="He agreed on the phone.").status == 303
    page = look(web, f"/s/{ID}/names", gatherer)
    assert "Whitfield" not in heads(page) and "kept: He agreed on the phone." in page.text
    assert heads(look(web, f"/s/{OTHER}/names", gatherer)) == ["Whitfield"]
    act(web, gatherer, "ignore", story=OTHER, finding="Whitfield")
    assert heads(look(web, f"/s/{OTHER}/names", gatherer)) == []
    number = re.search(r'name="decision" value="(\d+)"', look(web, f"/s/{OTHER}/names", gatherer).text)[1]
    act(web, gatherer, "undo", story=OTHER, decision=number)
    assert heads(look(web, f"/s/{OTHER}/names", gatherer)) == ["Whitfield"]


def test_a_telephone_number_makes_way_for_words_in_brackets(web, gatherer):
    act(web, gatherer, "replace", finding="07700 900123", instead="telephone number")
    assert "on [telephone number]." in text_of(web)


def test_a_name_is_forgotten_for_good(web, gatherer):
    act(web, gatherer, "add", name="Tonho", instead="Rui")
    assert "My brother [Rui] never" in text_of(web)
    assert act(web, gatherer, "forget", name="Tonho").status == 303
    page = look(web, f"/s/{ID}/names", gatherer)
    assert "Tonho" not in page.text.partition('id="decided"')[2]
    (kept,) = rows(web.archive, NAME_DECISION)
    assert (kept["decision"], kept["sealed"]) == ("replaced", "")
    assert act(web, gatherer, "undo", decision=str(kept["key"])).status == 404
    assert "My brother [Rui] never" in text_of(web)


def test_a_page_that_has_grown_stale_changes_nothing(web, gatherer):
    page = look(web, f"/s/{ID}/names", gatherer)
    told = {"do": "ignore", "digest": hidden(page, "digest"), "finding": finding(page, "Whitfield")}
    act(web, gatherer, "replace", finding="Tonho", instead="Rui")
    answer = send(web, f"/s/{ID}/names", told, gatherer)
    assert answer.status == 409 and "Whitfield" in heads(answer)


@pytest.mark.parametrize(
    "told",
    [
        {"do": "replace", "finding": "Marisa", "instead": ""},
        {"do": "replace", "finding": "Marisa", "instead": "[x](y)"},
        {"do": "replace", "finding": "Marisa", "instead": "x" * 81},
        {"do": "replace", "finding": "Marisa", "instead": "123"},
        {"do": "add", "name": "", "instead": "Rui"},
        {"do": "close", "anchor": "p-000000"},
    ],
)
def test_what_can_not_be_done_is_said_and_changes_nothing(web, gatherer, told):
    answer = act(web, gatherer, **told)
    assert answer.status == 422 and "Not done." in answer.text
    assert text_of(web) == FILES["heron.md"]


@pytest.mark.parametrize("told", [{"do": "fly"}, {"do": "replace"}, {"do": "undo", "decision": "x"}])
def test_a_form_that_is_none_of_ours_is_refused(web, gatherer, told):
    assert act(web, gatherer, **told).status == 422


def test_nobody_but_the_storys_team_learns_that_there_is_such_a_page(web, gatherer):
    someone(web.archive, "Ann", "steward")
    member = someone(web.archive, "Meg", "member", "commissioner")
    other = someone(web.archive, "Gus", "gatherer", gathers_as="G. U.")
    lost = look(web, "/s/s-00000000/names", other)
    for reader in (member, other):
        answer = look(web, f"/s/{ID}/names", reader)
        assert (answer.status, answer.body) == (404, lost.body)
        told = {"do": "ignore", "digest": "x", "finding": "x"}
        assert send(web, f"/s/{ID}/names", told, reader).status == 404
    assert look(web, f"/s/{ID}/names").status == 303


def test_a_broken_file_says_so(web, gatherer):
    (web.archive.settings.stories / "heron.md").write_text("---\nid: [\n---\nx\n")
    page = look(web, f"/s/{ID}/names", gatherer)
    assert page.status == 200 and "can not be read as it is now" in page.text


def test_three_hundred_findings_are_spread_over_pages(web, gatherer):
    names = [f"Dr Quist{chr(97 + a)}{chr(97 + b)}" for a in range(18) for b in range(18)][:300]
    (web.archive.settings.stories / "lamp.md").write_text(
        FILES["lamp.md"].replace("Dr Whitfield again.", " met ".join(names)), encoding="utf-8"
    )
    take_in(web.archive)
    first = look(web, f"/s/{OTHER}/names", gatherer)
    assert len(heads(first)) == 20 and "page 1 of 15" in first.text
    last = look(web, f"/s/{OTHER}/names?page=99", gatherer)
    assert len(heads(last)) == 20 and set(heads(last)).isdisjoint(heads(first))


def test_a_passage_about_someone_else_is_closed_settled_and_opened(web, gatherer):
    page = look(web, f"/s/{ID}/names", gatherer)
    anchor = re.search(r'<option value="(p-\w+)">\d+\. My brother', page.text)[1]
    assert act(web, gatherer, "close", anchor=anchor).status == 303
    assert "::: closed\nMy brother Tonho" in text_of(web)
    page = look(web, f"/s/{ID}/names", gatherer)
    assert "Nothing lets it stand open yet." in page.text and "recorded" not in page.text
    passage = re.search(r'name="passage" value="(\w+)"', page.text)[1]
    told = {"passage": passage, "reason": "On the phone."}
    assert act(web, gatherer, "settle", how="recorded", **told).status == 422
    assert act(web, gatherer, "settle", how="magic", **told).status == 422
    assert act(web, gatherer, "settle", how="agreed", **told).status == 303
    assert "She agreed: On the phone." in look(web, f"/s/{ID}/names", gatherer).text
    answer = act(web, gatherer, "open", passage=passage)
    assert answer["location"].endswith("saved=waiting")
    assert ":::" not in text_of(web)
    steward = someone(web.archive, "Ann", "steward")
    assert "A reason that a steward records" not in look(web, f"/s/{ID}/names", gatherer).text
    anchor = re.search(
        r'<option value="(p-\w+)">\d+\. My brother', look(web, f"/s/{ID}/names", steward).text
    )[1]
    act(web, steward, "close", anchor=anchor)
    assert "A reason that a steward records" in look(web, f"/s/{ID}/names", steward).text


def test_what_is_done_about_names_stands_in_the_audit_without_a_word_of_the_story(web, gatherer):
    steward = someone(web.archive, "Ann", "steward")
    act(web, gatherer, "replace", finding="Marisa", instead="Inês")
    act(web, gatherer, "keep", finding="Whitfield", reason="He agreed.")
    page = look(web, f"/desk/audit?record={ID}", steward)
    assert "June gave a reason to keep what may tell who somebody is in" in page.text
    assert "June replaced what may tell who somebody is in" in page.text
    assert "Whitfield" not in page.text and "Inês" not in page.text.replace("[Inês] and the heron", "")


def test_where_nothing_waits_the_page_leads_on(web, gatherer):
    text = "---\nid: s-ca1m0000\ntitle: Calm\ngatherer: J. O.\nstatus: draft\n---\nThe heron came at noon.\n"
    (web.archive.settings.stories / "calm.md").write_text(text)
    take_in(web.archive)
    page = look(web, "/s/s-ca1m0000/names", gatherer).text
    for way in ("edit#status-ready", "consent", "door"):
        assert f'href="/s/s-ca1m0000/{way}"' in page
    assert "What comes next" not in look(web, f"/s/{ID}/names", gatherer).text
