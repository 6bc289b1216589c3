"""Ids, slugs and titles: what a story is called and where it is found."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import EditConflict
from app.records.folder import assign_slugs, folded
from app.records.ids import ALPHABET, crockford, mint, normal_id
from app.records.model import RecordKey, RecordKind, Slug
from app.records.slugs import slug_of, value_slug
from app.records.store import RecordStore
from app.records.titles import first_heading
from tests.records.reading import keys, read

FIRST = "The first thing Marisa does is move the chair."


def test_base_32_is_the_one_that_the_architecture_gives_an_example_of():
    assert crockford(sha256(FIRST.encode()).digest())[:6] == "2dca5f"


@given(st.binary(max_size=40))
def test_base_32_keeps_every_bit_in_order(data):
    bits = "".join(f"{ALPHABET.index(char):05b}" for char in crockford(data))
    assert bits[: len(data) * 8] == "".join(f"{byte:08b}" for byte in data)
    assert set(bits[len(data) * 8 :]) <= {"0"}


@pytest.mark.parametrize("prefix", ["s", "who", "q"])
def test_a_new_id_has_eight_characters_and_is_never_the_same(prefix):
    minted = {mint(prefix) for _ in range(1000)}
    assert len(minted) == 1000
    assert all(normal_id(identifier) == identifier for identifier in minted)
    assert {len(identifier) for identifier in minted} == {len(prefix) + 9}


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("s-7k3fq2mx", "s-7k3fq2mx"),
        (" S-7K3FQ2MX ", "s-7k3fq2mx"),
        ("who-OILoil00", "who-01101100"),
        ("q-81hs2k4p00", "q-81hs2k4p00"),
        ("s-7k3fq2m", None),
        ("s-7k3fq2mx000", None),
        ("s-7k3fq2mu", None),
        ("x-7k3fq2mx", None),
        ("s7k3fq2mx", None),
        ("", None),
    ],
)
def test_an_id_has_one_spelling(written, read_as):
    assert normal_id(written) == read_as


def test_a_slug_is_the_path_without_its_ending():
    assert slug_of("2026/march/marisa.md") == "2026/march/marisa"
    assert slug_of("a.html.markdown") == "a.html"
    assert slug_of("Zoe\u0308.md") == "Zo\u00eb"


@given(
    st.sets(
        st.tuples(
            st.sampled_from(["a", "A", "a-2", "A-2", "a-3", "b/a", "B/a"]),
            st.sampled_from([".md", ".markdown"]),
        )
    )
)
def test_every_file_has_one_address_and_no_two_the_same(names):
    files = [stem + ending for stem, ending in names]
    slugs, problems = assign_slugs(files)
    assert slugs.keys() == set(files)
    assert len({folded(slug) for slug in slugs.values()}) == len(files)
    assert {problem.file for problem in problems} == {path for path in files if slugs[path] != slug_of(path)}


def test_a_file_whose_address_is_that_of_a_page_gets_another(tmp_path):
    for name in ("compare.md", "compare-2.md", "build.markdown", "sub/compare.md", "Coverage.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("She.")
    store = RecordStore(tmp_path, RecordKind.PERSONA, tmp_path / "locks")
    found = store.survey()
    slugs = {file.path.name: file.slug for file in found.files if file.path.parent == tmp_path}
    assert slugs["compare.md"] == "compare-3" and slugs["build.markdown"] == "build-2"
    assert slugs["compare-2.md"] == "compare-2" and slugs["Coverage.md"] == "Coverage"
    assert [Path(one.file).name for one in found.problems] == ["build.markdown", "compare.md"]
    assert (
        "a page of its own" in found.problems[1].reason and "ends in ‘compare-3’" in found.problems[1].reason
    )
    assert found.problems[1].remedy == "Give the file another name."
    for file in found.files:
        assert store.path_of(file.slug) == file.path
    for slug in ("compare", "build", "coverage.csv"):
        assert store.path_of(Slug(slug)) is None and store.is_taken(Slug(slug))
        with pytest.raises(EditConflict):
            store.save(RecordKey(RecordKind.PERSONA, Slug(slug)), b"She.", expected=None)
    assert RecordStore(tmp_path, RecordKind.STORY, tmp_path / "locks").survey().problems == ()


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("Telling it twice", "telling-it-twice"),
        ("  Peer  support! ", "peer-support"),
        ("peer_support", "peer-support"),
        ("Café, résumé", "cafe-resume"),
        ("Women’s voices", "womens-voices"),
        ("Tameside & Glossop", "tameside-glossop"),
        ("żółw", "zołw"),
        ("انتظار", "انتظار"),
        ("पुरानी दिल्ली", "पुरानी-दिल्ली"),
        ("東京", "東京"),
        ("ﬁrst №1", "first-no1"),
    ],
)
def test_a_label_has_a_slug_that_can_be_read(label, slug):
    assert value_slug(label) == slug


@example("ß\u0826")
@example("Ŀ\u0301")
@example("ŉ")
@given(st.text(max_size=40))
def test_every_label_has_a_slug_that_is_its_own_slug(label):
    slug = value_slug(label)
    assert slug
    assert value_slug(slug) == slug
    assert not set(slug) & set(" /?#%&\n")


@pytest.mark.parametrize(
    ("body", "heading"),
    [
        ("Words\n\n## The *long* [way](x.md) `home` ##\n", "The long way home"),
        ("A heading\nof two lines\n===\n", "of two lines"),
        ("Marisa\n------\n", "Marisa"),
        ("```\n# code\n```\n# After\n", "After"),
        ("<!-- # Her real name -->\n# After\n", "After"),
        ("<!-- never ended\n# Her real name\n", None),
        ("::: closed\n# Her brother\n:::\n# After\n", None),
        (":::Closed\n# Her brother\n", None),
        ("- \uff1a\uff1a\uff1a clsoed\n# Her brother\n", None),
        ("[^1]: :: {.close}\n# Her brother\n", None),
        ("::: pull\nWords\n:::\n# After\n", "After"),
        ("    # code\n#no space\n", None),
        ("#\n# Second {#id .x}\n", "Second"),
        ("Words only\n\n---\n", None),
        ("| a |\n|---|\n", None),
    ],
)
def test_the_first_heading_is_read_without_its_marks_and_never_from_what_is_closed(body, heading):
    assert first_heading(body) == heading


def test_a_story_is_named_by_its_title_else_its_heading_else_its_file():
    assert keys("title: Hers").story.title == "Hers"
    assert keys("title: ' '").story.title == "marisa"
    assert read("# The chair\n").story.title == "The chair"
    assert read("Words\n").story.title == "marisa"
    assert keys("title: [a, b]").story.title == "marisa"
