"""No byte is lost: real files come back as they were, and a change of one field changes its lines alone."""

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import takewhile
from unicodedata import normalize

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.edit import change_keys
from app.records.frontmatter import split
from app.records.model import Slug
from app.records.personas import parse_persona
from app.records.problems import SetAside
from app.records.slugs import ENDINGS
from app.records.stories import parse_story
from app.records.yaml_guard import read_mapping
from app.services.gathering.editing import Edit, EditRefused, Placed, edited
from app.services.gathering.story_form import LINES, LISTS, SENTENCES, Row, compared, shown
from tests.archives import make_archive
from tests.proof_scale import scaled
from tests.proofs.conftest import DATA

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real material is not there: {DATA}"),
]
TODAY = date(2026, 11, 22)
FIELDS = (*LINES, "summary", *LISTS, *SENTENCES, "moments", "context", "own_name")
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=60)
ONE_LINE = WORDS.map(lambda text: " ".join(normalize("NFC", text).split())).filter(bool)  # as a form is read


@cache
def records():
    """Every file of the real material that may be a record, or a hundred of them."""
    found = sorted(path for path in DATA.rglob("*") if path.suffix in ENDINGS)
    return found[:: max(1, len(found) // scaled(100, len(found)))]


def parsed(content):
    """A file as a story. Raises SetAside."""
    return parse_story(content, slug=Slug("x"), file="x.md", today=TODAY).story


@cache
def readable():
    found = []
    for path in records():
        content = path.read_bytes()
        try:
            found.append((path, content, parsed(content)))
        except SetAside:
            continue
    return found


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    archive = make_archive(tmp_path_factory.mktemp("lossless"))
    yield archive
    archive.close()


def saved(archive, content, edit):
    """The file that the web editor would save."""
    return edited(archive, Placed(parsed(content).id or "", "x", "x.md"), content, edit)


def test_every_file_of_the_real_material_is_read_or_says_why_not(figures):
    others = Counter(
        path.suffix or path.name for path in DATA.rglob("*") if path.is_file() and path.suffix not in ENDINGS
    )
    assert set(others) <= {".qdpx", ".xsd", "LICENSE-MIT"}
    why, known = Counter(), {path for path, *_ in readable()}
    for path in records():
        if path not in known:
            with pytest.raises(SetAside) as aside:
                parsed(path.read_bytes())
            assert all(one.reason and one.remedy for one in aside.value.problems), path
            why[aside.value.problems[0].reason.rstrip(".")] += 1
    figures("lossless: real Markdown files", len(records()))
    said = "; ".join(f"{number}: {reason}" for reason, number in sorted(why.items()))
    figures("lossless: of those not readable, and why", said)
    figures(
        "lossless: real files that are no record",
        ", ".join(f"{n} {one}" for one, n in sorted(others.items())),
    )


def test_every_readable_file_is_written_from_what_was_read_byte_for_byte(figures):
    """Every key is set to what it says, and the text to what it is; each as a story and as a persona."""
    personas = 0
    for path, content, story in readable():
        values = read_mapping(split(content, "x"), "x").value
        same = {key: value for key, value in values.items() if value is not None}
        assert change_keys(content, same, body=story.body) == content, path
        if path.is_relative_to(DATA / "personas-accessibility"):
            persona = parse_persona(content, slug=Slug("x"), file="x.md", today=TODAY).persona
            assert change_keys(content, same, body=persona.body) == content, path
            personas += 1
    figures("lossless: real files written from what was read, byte for byte", len(readable()))
    figures("lossless: of those personas", personas)


def test_every_readable_file_goes_through_the_editor_byte_for_byte(archive, figures):
    for path, content, story in readable():
        assert saved(archive, content, Edit("", filled=shown(story))) == content, path
        text = content.decode().replace("\r\n", "\n").replace("\r", "\n")
        assert saved(archive, content, Edit("", whole=text)) == content, path
    figures("lossless: real files through the editor's form, and through its whole text", len(readable()))


def changed_region(before, after):
    """Where two files differ: the first line, and the line after the last in each."""
    first = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))))
    rest = zip(reversed(before[first:]), reversed(after[first:]), strict=False)
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], rest)))
    return first, len(before) - same, len(after) - same


def own_lines(content, key):
    """The lines that a key has in a file, as PyYAML marks them; None where it is not there."""
    parts = split(content, "x")
    node = yaml.compose(parts.head)
    for name, value in node.value if node else ():
        if name.value == key:
            end = max(value.end_mark.line + (value.end_mark.column > 0), name.end_mark.line + 1)
            return parts.head_line - 1 + name.start_mark.line, parts.head_line - 1 + end
    return None


def assert_only_its_lines(before, after, key):
    """Every line that differs is the key's own; what was there stays where the key is new."""
    if not split(before, "x").fenced:
        assert after.endswith(before.removeprefix(b"\xef\xbb\xbf"))
        return
    old, new = own_lines(before, key), own_lines(after, key)
    first, old_end, new_end = changed_region(before.splitlines(True), after.splitlines(True))
    if old is None:
        assert old_end <= first, f"a line went that is not of {key}"
    elif old_end > first:
        assert old[0] <= first and old_end <= old[1], (
            f"lines {first} to {old_end} are not all of {key}: {old}"
        )
    if new and new_end > first:
        assert new[0] <= first and new_end <= new[1], (
            f"lines {first} to {new_end} are not all of {key}: {new}"
        )


def otherwise(chance, form, name):
    """A form with this field filled in otherwise."""
    words = chance.draw(ONE_LINE)
    if name in form.texts:
        day = st.dates(date(1950, 1, 1), TODAY).map(date.isoformat)
        told = {"gathered": day, "language": st.sampled_from(["pl", "cy", "en-GB"])}
        emptied = [words] if name == "title" else [words, ""]  # without one, a heading is the title
        value = chance.draw(told.get(name, st.sampled_from(emptied)))
        return replace(form, texts={**form.texts, name: value})
    if name in form.lists:
        kept = chance.draw(st.integers(0, len(form.lists[name])))
        return replace(form, lists={**form.lists, name: (*form.lists[name][:kept], words)})
    if name == "moments":
        return replace(form, moments=(*form.moments, Row("2019", words)))
    if name == "context":
        return replace(form, context=(*form.context, ("age_band", words)))
    return replace(form, own_name=not form.own_name)


def check_one_field(chance, archive, content, story):
    """Fill in one field otherwise: its lines alone differ, and it reads back as it was filled in."""
    name = chance.draw(st.sampled_from(FIELDS))
    form = otherwise(chance, shown(story), name)
    try:
        after = saved(archive, content, Edit("", filled=form))
    except EditRefused:
        return False  # such as a theme of signs that nobody sees; said at its field
    assert_only_its_lines(content, after, name)
    assert compared(shown(parsed(after)), form) == {}
    return True


@settings(max_examples=scaled(60, 4_000))
@given(chance=st.data())
def test_a_field_filled_in_otherwise_changes_its_own_lines_alone(archive, chance):
    _, content, story = chance.draw(st.sampled_from(readable()))
    check_one_field(chance, archive, content, story)
