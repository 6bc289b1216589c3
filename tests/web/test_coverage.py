"""Whose voices are missing: people who work here see groups of five and more, beside a population."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from sqlalchemy import select

from app.database.coverage import COUNTED, REFERENCE
from app.database.ledgers import AUDIT
from app.services.rebuilding import rebuild
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.asking import AT_THE_MACHINE
from tests.web.people import look, send, someone
from tests.web.serving import served, story, write

PAGE, DESK = "/personas/coverage", "/desk/coverage"
FIRST = 'gender: woman, age_band: 30-49, ethnicity: "Zembla Isles"'


def told(number, context, uses="publication", **keys):
    more = [f"{key}: {value}" for key, value in keys.items()]
    said = [f"context: {{{context}}}"] if context else []
    return {f"s{number:02}.md": story(f"Story {number} is told.", *more, *said, uses=uses)}


def many(first, number, context, uses="publication", **keys):
    found = {}
    for at in range(first, first + number):
        found |= told(at, context, uses, **keys)
    return found


STORIES = {
    **many(0, 12, "gender: woman, age_band: 30-49", site="Northgate", kind="carer"),
    **many(12, 6, "gender: man, age_band: 65+", uses="design"),
    **many(18, 4, "gender: Non-binary"),
    **many(22, 5, "gender: rather not say"),
    **many(27, 9, ""),
    **told(36, 'gender: Canary, ethnicity: "Zembla Isles"'),
}


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, STORIES, at_loopback=True) as web:
        yield web


@pytest.fixture
def stew(web):
    return someone(web.archive, "Stew", "steward", organisation="Here")


def cells(text, trait):
    """The rows of a table, by group: what stands in the other cells."""
    part = text.partition(f'<h2 id="{trait}">')[2].partition("</section>")[0]
    found = re.findall(r"<tr><th scope=\"row\"[^>]*>(.*?)</th>(.*?)</tr>", part)
    return {unescape(name): re.findall(r"<td[^>]*>(.*?)</td>", rest) for name, rest in found}


def digits(text):
    return [int(one) for one in re.findall(r"at least ([\d,]+)", text)]


def enter(web, who, text, trait="gender", unit="percent", source="Census 2021"):
    """Look at a population and keep it."""
    asked = {"trait": trait, "source": source, "unit": unit, "text": text}
    page = send(web, DESK, {"do": "look", **asked}, who)
    assert page.status == 200, page.text
    return send(web, DESK, {"do": "save"} | asked | hidden_of(page.text), who)


def hidden_of(text):
    """The fields of the form in which what was looked at is kept."""
    form = text.partition('class="form"')[2].partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in fields}


def test_groups_of_five_are_told_and_smaller_ones_are_not_even_named(web, stew):
    text = look(web, PAGE, stew).text
    said = cells(text, "gender")
    assert said["woman"][0] == "at least 10" and said["man"][0] == "at least 5"
    assert said["Not asked"][0] == "at least 5" and said["Would rather not say"][0] == "at least 5"
    assert set(said) == {"woman", "man", "Not asked", "Would rather not say"}
    assert "Canary" not in text and "Zembla" not in text and "Non-binary" not in text
    assert all(number % 5 == 0 for number in digits(text))


def test_a_figure_is_told_as_smaller_where_too_few_would_be_left_beside_it(web, stew):
    """Of 37 people 12 state one site and 25 none: 10 and 25 would leave two."""
    said = cells(look(web, PAGE, stew).text, "site")
    assert said["Northgate"][0] == "at least 10" and said["Not stated in the story"][0] == "at least 20"


def test_each_reader_s_figures_count_only_what_she_may_read(web):
    carol = someone(web.archive, "Carol", "commissioner", organisation="Here")
    mia = someone(web.archive, "Mia", "member", organisation="Here")
    assert "man" not in cells(look(web, PAGE, carol).text, "gender")
    assert cells(look(web, PAGE, mia).text, "gender")["man"][0] == "at least 5"


def test_strangers_find_nothing_and_neither_does_somebody_who_does_not_work_here(web, stew):
    assert web.get(PAGE).status == 303
    lea = someone(web.archive, "Lea", organisation="Here")
    assert look(web, PAGE, lea).status == look(web, f"{PAGE}.csv", lea).status == 404
    mia = someone(web.archive, "Mia", "member", organisation="Here")
    assert look(web, DESK, mia).status == 404 and send(web, DESK, {"do": "look"}, mia).status == 404


def test_a_population_is_looked_at_kept_compared_and_undone(web, stew):
    answer = enter(web, stew, "Woman; 20%\nMAN; 60%\nnon-binary; 20%")
    assert answer.status == 303 and "said=saved" in answer["location"]
    text = look(web, PAGE, stew).text
    said = cells(text, "gender")
    assert list(said) == ["Woman", "MAN", "non-binary", "Not asked", "Would rather not say"]
    assert said["Woman"][0] == "at least 10" and said["Woman"][2] == "20%"
    assert said["non-binary"][0] == "fewer than five, or kept back"
    assert "Missing, or nearly" in text and "Census 2021" in text
    step = re.search(r"step=(\d+)", answer["location"])[1]
    assert enter(web, stew, "woman; 51\nman; 49").status == 303
    late = send(web, DESK, {"do": "undo", "step": step, "trait": "gender"}, stew)
    assert "said=left" in late["location"]
    last = str(max(row["key"] for row in rows(web.archive, REFERENCE)))
    back = send(web, DESK, {"do": "undo", "step": last, "trait": "gender"}, stew)["location"]
    assert "As it was before" in look(web, back, stew).text
    assert cells(look(web, PAGE, stew).text, "gender")["Woman"][2] == "20%"
    rebuild(web.archive)
    assert cells(look(web, PAGE, stew).text, "gender")["Woman"][2] == "20%"


def test_looking_keeps_nothing_and_the_audit_says_who_changed_what(web, stew):
    asked = {"do": "look", "trait": "gender", "source": "Census", "unit": "number", "text": "women;510"}
    assert "Nothing is kept yet" in send(web, DESK, asked, stew).text
    assert rows(web.archive, REFERENCE) == []
    enter(web, stew, "women;510\nmen;490", unit="number")
    with web.archive.engine.connect() as connection:
        events = connection.execute(select(AUDIT.c.event, AUDIT.c.data)).all()
    assert ("reference population changed", {"trait": "gender", "groups": 2}) in events
    assert (
        "changed the population that storytellers are compared with by gender"
        in look(web, "/desk/audit", stew).text
    )


def test_two_stewards_who_enter_at_once_do_not_overwrite_each_other(web, stew):
    asked = {"trait": "gender", "source": "Mine", "unit": "percent", "text": "women;51"}
    looked = hidden_of(send(web, DESK, {"do": "look", **asked}, stew).text)
    enter(web, stew, "men;49", source="Hers")
    late = send(web, DESK, {"do": "save", **looked}, stew)
    assert late.status == 409 and "meanwhile" in late.text and "women;51" in late.text
    other = looked | {"text": "women;52"}
    assert send(web, DESK, {"do": "save", **other}, stew).status == 409
    now = hidden_of(send(web, DESK, {"do": "look", **asked}, stew).text)
    assert (
        send(web, DESK, {"do": "remove", "trait": "gender", "expected": now["expected"]}, stew).status == 303
    )
    assert "No population was entered" in look(web, PAGE, stew).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing in it"),
        ('"Women;51\nMen;49', "never closed"),
        ("Women;51\nwomen;49", "stands on line 1 already"),
        ("Women;51%\nMen;49", "no percent sign"),
        ("Women;many\nMen;49\nOthers;x", "can not be read"),
        ("Women;80\nMen;49", "add up to 129.0"),
        ("Women", "has no figure"),
        ("Women;51;3", "more than two columns"),
        (";51", "names no group"),
        ("Women;0\nMen;0", "nought"),
        ("x" * 130 + ";5", "130 characters"),
        ("\n".join(f"g{n};1" for n in range(61)), "more than 60 groups"),
        ("Wo\u202emen;5", "can be shown"),
    ],
)
def test_bad_figures_get_a_clear_answer_and_keep_what_was_typed(web, stew, text, said):
    asked = {"do": "look", "trait": "gender", "source": "Census", "unit": "percent", "text": text}
    answer = send(web, DESK, asked, stew)
    assert answer.status == 422 and said in unescape(answer.text)
    assert rows(web.archive, REFERENCE) == []


def test_a_group_of_under_five_people_is_not_kept_of_a_population_either(web, stew):
    asked = {
        "do": "look",
        "trait": "site",
        "source": "Census",
        "unit": "number",
        "text": "North;400\nSouth;3",
    }
    answer = send(web, DESK, asked, stew)
    assert answer.status == 422 and "fewer than five people" in answer.text
    nameless = send(web, DESK, asked | {"source": " "}, stew)
    assert nameless.status == 422 and "Where the figures are from" in nameless.text


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfGroup;Share\r\nWoman;51,2 %\r\nMan;48,8 %\r\n",
        b'group,percent\n"Woman",51.2%\n"Man",48.8%\n',
        "Group\tShare\nWoman\t51,2%\nMan\t48,8%\n".encode("utf-16"),
        b"sep=;\nWoman;51.2%\nMan;48.8%\n",
    ],
)
def test_a_csv_file_of_any_program_is_read(web, stew, content):
    edge = b"--x\r\nContent-Disposition: form-data; name="
    fields = {b"do": b"look", b"trait": b"gender", b"source": b"Census", b"unit": b"number", b"text": b""}
    parts = [edge + b'"%s"\r\n\r\n%s\r\n' % one for one in fields.items()]
    parts.append(edge + b'"files"; filename="a.csv"\r\n\r\n' + content + b"\r\n--x--\r\n")
    headers = [("content-type", "multipart/form-data; boundary=x"), ("sec-fetch-site", "same-origin"), stew]
    answer = web.ask("POST", DESK, headers=headers, body=b"".join(parts))
    assert answer.status == 200 and "51.2%" in answer.text and "48.8%" in answer.text
    kept = send(web, DESK, {"do": "save"} | hidden_of(answer.text), stew)
    assert kept.status == 303 and rows(web.archive, REFERENCE)[0]["unit"] == "percent"


def test_the_file_says_what_the_page_says_and_runs_nothing(web, stew):
    enter(web, stew, "=HYPERLINK(1);20%\nwoman;80%")
    answer = look(web, f"{PAGE}.csv", stew)
    assert answer["content-disposition"].startswith('attachment; filename="whose-voices-')
    assert '"Gender","woman","at least 10"' in answer.text and '"\'=HYPERLINK(1)"' in answer.text
    shown = {(name, row[0]) for name, row in cells(look(web, PAGE, stew).text, "gender").items()}
    assert all(f'"{told}"' in answer.text for _, told in shown)


def test_one_story_more_or_less_changes_no_figure_and_five_do(web, stew, tmp_path):
    before = look(web, f"{PAGE}.csv", stew).text
    write(tmp_path / "stories", many(50, 4, "gender: man, age_band: 65+", uses="design"))
    reconcile(web.archive)
    assert look(web, f"{PAGE}.csv", stew).text == before
    write(tmp_path / "stories", many(54, 1, "gender: man, age_band: 65+", uses="design"))
    reconcile(web.archive)
    assert cells(look(web, PAGE, stew).text, "gender")["man"][0] == "at least 10"


def test_whoever_takes_her_story_back_is_counted_no_more_nor_are_those_of_her_batch(web, stew, tmp_path):
    look(web, PAGE, stew)
    placed = {row["story_id"]: row["batch"] for row in rows(web.archive, COUNTED)}
    write(tmp_path / "stories", told(12, "gender: man", uses=""))
    reconcile(web.archive)
    text = look(web, PAGE, stew).text
    assert "man" not in cells(text, "gender") and len(placed) == len(STORIES)


def test_stories_that_are_said_to_be_one_person_s_count_as_one(tmp_path):
    stories = many(0, 5, "gender: woman") | many(10, 8, "gender: man, person: M 1", storyteller="Ray")
    with served(tmp_path, stories | many(20, 14, ""), at_loopback=True) as web:
        stew = someone(web.archive, "Stew", "steward")
        said = cells(look(web, PAGE, stew).text, "gender")
        assert set(said) == {"woman", "Not asked", "Would rather not say"}
        assert said["woman"][0] == "at least 5" and len(rows(web.archive, COUNTED)) == 20


def test_same_name_and_same_site_are_no_proof_that_two_are_one(tmp_path):
    stories = many(0, 10, "gender: woman", storyteller="Ray", site="Northgate")
    with served(tmp_path, stories | many(20, 26, ""), at_loopback=True) as web:
        stew = someone(web.archive, "Stew", "steward")
        assert cells(look(web, PAGE, stew).text, "gender")["woman"][0] == "at least 10"


def test_personas_are_told_by_the_range_of_people_behind_them_never_by_what_these_said(tmp_path):
    linked = many(0, 7, FIRST, site="Northgate", kind="carer", personas="[elena]")
    linked |= many(20, 4, FIRST, site="Southgate", personas="[stan]") | many(30, 20, FIRST)
    personas = {
        f"{name}.md": f"---\nname: {name.title()}\nuses: [publication]\n---\nX\n"
        for name in ("elena", "stan")
    }
    with served(tmp_path, linked, personas, at_loopback=True) as web:
        stew = someone(web.archive, "Stew", "steward")
        part = look(web, PAGE, stew).text.partition('id="ranges"')[2]
        assert "at least 5" in part and "one site only" in part and "fewer than five" in part
        assert "woman" not in part and "30-49" not in part and "Zembla" not in part


def test_an_archive_of_fewer_than_five_says_so(tmp_path):
    with served(tmp_path, many(0, 4, FIRST), at_loopback=True) as web:
        stew = someone(web.archive, "Stew", "steward")
        text = look(web, PAGE, stew).text
        assert "There is nothing to show yet" in text and "woman" not in text
        assert rows(web.archive, COUNTED) == []


def test_an_address_made_up_says_nothing_else(web, stew):
    assert look(web, f"{DESK}?trait={quote('<b>')}&said=x&step=99999999999", stew).status == 200
    assert send(web, DESK, {"do": "x"}, stew).status == 422
    assert send(web, DESK, {"do": "undo", "step": "99", "trait": "gender"}, stew).status == 404
    assert send(web, DESK, {"do": "remove", "trait": "no", "expected": "0"}, stew).status == 422


def test_a_persona_s_stories_do_not_tell_which_two_are_one_person_s(tmp_path):
    """Her page says five stories, so here it says five: fewer people would tell."""
    stories = many(0, 5, "gender: woman, person: M 1", personas="[elena]") | many(10, 20, "")
    with served(
        tmp_path, stories, {"elena.md": "---\nname: Elena\nuses: [publication]\n---\nX\n"}, at_loopback=True
    ) as web:
        stew = someone(web.archive, "Stew", "steward")
        part = look(web, PAGE, stew).text.partition('id="ranges"')[2]
        assert "at least 5" in part and "fewer than five" not in part


def test_the_personas_page_leads_to_it_for_whoever_may_see_it(web):
    """Until somebody has an account, that is who sits at the machine; then who works here."""
    link = f'<a href="{PAGE}">Whose voices are missing</a>'
    assert link in look(web, "/personas", client=AT_THE_MACHINE).text
    people = [someone(web.archive, role, role) for role in ("steward", "gatherer", "commissioner", "member")]
    for who in people:
        assert link in look(web, "/personas", who).text and look(web, PAGE, who).status == 200
    assert PAGE not in look(web, "/personas").text
