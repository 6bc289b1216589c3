"""What left in print is checked years later: each sign in a file leads back to the words that were said."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.database.visibility import TERMINAL
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from app.services.tracing.documents import paragraphs_of
from app.services.tracing.printed import printed
from app.services.tracing.signs import State
from app.services.tracing.tracing import Tracer
from tests.terminal.test_terminal import run
from tests.web.people import look, someone
from tests.web.serving import served, story
from tests.web.specifications.doing import asked, begun, cited, quoted

BUS = "Two buses and a quarter of an hour in the rain, to be told that it was the other Tuesday."
NO = "She said “no” twice, and then she put the phone down on me."
HEBREW = "חיכיתי שבועיים עד שמישהו התקשר אליי בחזרה בטלפון"
KETTLE = "A kettle 🫖 stood on the ward, and nobody was let near it but the staff."
TOLD = {"bus": BUS, "no": NO, "hebrew": HEBREW, "kettle": KETTLE}
WORDINGS = {"bus": "Two buses and a quarter of an hour [on foot] in the rain … the other Tuesday", "no": ""}
FORMS = ("docx", "pdf", "md")
NAMES = [f"{part}.{form}" for form in FORMS for part in ("whole", "annex")]


def told(name, *keys, words=""):
    number = list(TOLD).index(name)
    return story(
        f"We sat there.\n\n{words or TOLD[name]}", f"id: s-{number:08}", f"storyteller: {name}", *keys
    )


@dataclass
class Years:
    """Files of one specification, and what tracing says of each: on the day on which it left, and later.

    In between somebody edited the story of the bus, and the storyteller of `no` took hers back.
    """

    folder: Path
    files: dict[str, bytes]
    quotes: dict[str, str]
    before: dict[str, dict]
    after: dict[str, dict]
    altered: dict


@pytest.fixture(scope="module")
def years(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signs")
    with served(folder, {f"{name}.md": told(name) for name in TOLD}, at_loopback=True) as web:
        files, quotes = written(web)
        before = {name: checked(web, name, files[name]) for name in NAMES}
        put(web, "bus", words=BUS.replace("a quarter of an hour", "twenty minutes"))
        put(web, "no", "status: withdrawn")
        after = {name: checked(web, name, files[name]) for name in NAMES}
        other = files["annex.md"].decode().replace("nobody was let near", "everybody was let near")
        altered = checked(web, "annex.md", other.encode())
    return Years(folder, files, quotes, before, after, altered)


def written(web):
    """A specification that cites all of them, as each file, by its name; and the quotes' ids."""
    cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
    spec = begun(web, cy, "A door")
    one, two = asked(web, cy, spec, "“Ring back” is done."), asked(web, cy, spec, "Told once.")
    quotes = {name: quoted(web, words, f"s-{at:08}") for at, (name, words) in enumerate(TOLD.items())}
    for name, quote in quotes.items():
        answer = cited(web, cy, one if name in WORDINGS else two, quote, WORDINGS.get(name, ""))
        assert answer.status == 303, answer.text
    parts = {"whole": "", "annex": "?part=annex"}
    asked_for = {name: name.split(".") for name in (*NAMES, "whole.csv")}
    files = {
        name: look(web, f"{spec}/file.{form}{parts[part]}", cy) for name, (part, form) in asked_for.items()
    }
    assert {one.status for one in files.values()} == {200}
    return {name: one.content for name, one in files.items()}, quotes


def put(web, name, *keys, words=""):
    (web.archive.settings.stories / f"{name}.md").write_text(told(name, *keys, words=words))
    reconcile(web.archive)
    update_search(web.archive)


def checked(web, name, content):
    """By quote what tracing says of its sign, and the place with it."""
    with web.archive.engine.connect() as connection:
        tracer = Tracer(web.archive, connection, TERMINAL)
        traced = [tracer.trace(text) for text in paragraphs_of(name, content)]
    return {one.sign.sign.id: one for one in traced if one.sign}


@pytest.mark.parametrize("name", NAMES)
def test_each_sign_in_a_file_leads_back_to_its_words(years, name):
    found = years.before[name]
    assert list(found) == list(years.quotes.values())
    for one in found.values():
        assert one.sign.state is State.RIGHT and one.certain and one.places[0].current
    whole = ["no", "hebrew"] if name.endswith("pdf") else ["no", "hebrew", "kettle"]
    assert {found[years.quotes[one]].places[0].difference for one in whole} == {""}  # no emoji font in a PDF


def test_the_table_has_the_same_signs(years):
    lines = csv.DictReader(io.StringIO(years.files["whole.csv"].decode().lstrip("\ufeff")))
    assert [one["sign"] for one in lines] == [printed(years.quotes[name], 1, TOLD[name]) for name in TOLD]


@pytest.mark.parametrize("name", NAMES)
def test_years_later_it_is_told_which_words_stand_which_changed_and_which_were_taken_back(years, name):
    stands, changed, gone = (years.after[name][years.quotes[one]] for one in ("hebrew", "bus", "no"))
    assert stands.sign.state is State.RIGHT and stands.places[0].current
    assert changed.sign.state is State.RIGHT
    assert (changed.places[0].version, changed.places[0].current) == (1, False)
    assert gone.sign.state is State.TAKEN_BACK and not gone.found


def test_a_quotation_that_was_altered_in_the_file_is_told_with_what_differs(years):
    one = years.altered[years.quotes["kettle"]]
    assert one.sign.state is State.RIGHT and "[-nobody-] {+everybody+}" in one.places[0].difference
    others = [years.altered[years.quotes[name]] for name in ("bus", "hebrew")]
    assert one.altered and not any(one.altered for one in others)


def test_the_command_checks_word_pdf_and_markdown(years):
    names = [f"annex.{form}" for form in FORMS]
    for name in names:
        (years.folder / name).write_bytes(years.files[name])
    places = {f"STORYHOLD_{one}": str(years.folder / one.lower()) for one in ("STATE", "SEARCH_INDEX")}
    done = run(years.folder, "trace", *names, **places)
    assert done.returncode == 0, done.stderr
    for quote in years.quotes.values():
        assert done.stdout.count(f"     [{quote} v1 ") == len(names)
    assert done.stdout.count("the story was taken back") == len(names)
    assert done.stdout.count("version 1, not the current one") == len(names)
    told_of = json.loads(run(years.folder, "trace", "annex.docx", "--format", "json", **places).stdout)
    assert sum(one["found"] for one in told_of["quotations"]) == 3
