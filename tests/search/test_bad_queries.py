"""Whatever is typed, it is a query. The numbers are lines of BAD_INPUT.md."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.memory import MemoryIndex
from app.search.model import FacetValue, Page, Sort
from app.search.query import build_query, facet_slug, parse_query
from app.search.whoosh_index import WhooshIndex
from tests.search.stories import ALL, BAKERY, CLINIC, HARBOUR, ask, found, story


@pytest.fixture
def archive(index):
    index.put(ALL)
    return index


def test_a_word_of_sixteen_kilobytes_is_cut(index):  # 42
    index.put([story("s-long", "x" * 16_384)])
    assert found(index, "x" * 16_384) == ["s-long"]
    assert [len(word) for word in parse_query("x" * 16_384).words] == [64]


def test_a_query_is_cut_at_a_thousand_characters(index):  # 42
    assert len(parse_query("word " * 400 + "last").words) == 1
    assert "last" not in parse_query("word " * 400 + "last").words


@pytest.mark.parametrize(
    "q",
    [
        "lamplight AND " * 3_000,
        "((((lamplight",
        '"lamplight',
        "lamplight ?",
        "lamplight -",
        "lamplight ~50 ^9",
    ],
)  # 43
def test_what_is_no_syntax_here_is_passed_over(archive, q):
    assert HARBOUR.key in found(archive, q)


@pytest.mark.parametrize(
    "q", ["((((", '"', "*", "**", "?", "-", '""', '-""', "--", ":", "^", "[", '" "']
)  # 43
def test_a_query_without_a_word_lists_everything(archive, q):
    assert ask(archive, q).total == 3


def test_a_distance_after_a_phrase_is_a_word(archive):  # 43
    assert found(archive, '"told it"~999999999') == [HARBOUR.key]


def test_a_range_is_its_words(archive):  # 43
    assert parse_query("[bread TO").words == ("bread", "to")
    assert found(archive, "[bread TO") == [BAKERY.key]


@pytest.mark.parametrize(
    "q", ["context:lamplight", "consent.not_for:lamplight", "key:lamplight", "card:lamplight"]
)  # 43
def test_a_private_field_is_a_word_like_any_other(archive, q):
    assert found(archive, q) == [HARBOUR.key]


def test_a_field_without_a_value_is_a_word():  # 43
    assert parse_query("theme:").words == ("theme",)


@pytest.mark.parametrize("sort", ["", ";drop", "MATCH", "\x00"])  # 44
def test_an_unknown_sort_is_by_match(sort):
    assert build_query("x", {}, sort).sort is Sort.MATCH


def test_a_page_beyond_the_last_is_empty(archive):  # 44
    assert ask(archive, "", page=Page(number=10**9)).hits == []


def test_an_unknown_facet_value_is_shown_with_nothing(archive):  # 44
    answer = ask(archive, "", theme=["'; drop table"])
    assert answer.total == 0
    assert FacetValue("'; drop table", 0) in answer.facets["theme"]


def test_a_thousand_values_of_one_facet_are_cut(archive):  # 44
    values = [f"value-{number}" for number in range(1_000)]
    assert len(build_query("", {"theme": values}).facets["theme"]) == 50
    assert ask(archive, "", theme=values).total == 0


@pytest.mark.parametrize(
    "q", ["lamp\u200blight", "\x00lamplight\x00", "\ud800 lamplight", "\u202elamplight", "\ufffd lamplight"]
)  # 45
def test_characters_that_nobody_can_see_are_passed_over(archive, q):
    assert found(archive, q) == [HARBOUR.key]


def test_a_query_of_a_megabyte_is_answered(archive):  # 45
    assert ask(archive, "lamplight " * 100_000).total == 1


@pytest.mark.parametrize("q", ["الانتظار", "żółć", "Llŷn", "🙂🙂", "等待"])  # 46
def test_a_query_in_another_writing_system_is_a_query(archive, q):
    assert parse_query(q).words
    assert ask(archive, q).total == 0


def test_field_words_choose_facets():
    parsed = parse_query('theme:loss Theme:"telling it twice" persona:elena year:2026 year:soon waiting')
    assert parsed.facets == {"theme": ("loss", "telling-it-twice"), "persona": ("elena",), "year": ("2026",)}
    assert parsed.words == ("year", "soon", "waiting")


def test_what_is_typed_and_what_is_chosen_are_joined():
    assert build_query("theme:loss", {"theme": ["loss", "hope"]}).facets == {"theme": ("loss", "hope")}


def test_hyphens_inside_words_do_not_exclude():
    assert parse_query("self-harm -co-op").words == ("self", "harm")
    assert parse_query("self-harm -co-op").excluded_phrases == ("co op",)


@given(st.text())
def test_any_text_is_a_query(text):
    parsed = parse_query(text)
    assert all(0 < len(word) <= 64 for word in (*parsed.words, *parsed.prefixes, *parsed.excluded))


@given(st.text())
def test_what_was_read_is_read_the_same_again(text):
    words = parse_query(text).words
    assert parse_query(" ".join(words)).words == words


@given(st.text())
def test_a_slug_is_its_own_slug(text):
    assert facet_slug(facet_slug(text)) == facet_slug(text)


VOCABULARY = st.sampled_from("wait waiting waited the a café cafe don’t harm self-harm 等待 x".split())  # noqa: SIM905
SHAPES = st.sampled_from(["{}", "{}*", "-{}", '"{} {}"', '-"{} {}"', "theme:{}", "{} {}"])
QUERIES = st.lists(
    st.builds(lambda shape, a, b: shape.format(a, b), SHAPES, VOCABULARY, VOCABULARY), max_size=4
)
TEXTS = st.lists(st.lists(VOCABULARY, max_size=8).map(" ".join), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=5),
    queries=st.lists(QUERIES.map(" ".join), min_size=1, max_size=8),
)
def test_both_engines_answer_alike(tmp_path_factory, texts, queries):
    stories = [
        story(f"s-{at}", "\n".join(lines), facets={"theme": ("wait",)[: at % 2]})
        for at, lines in enumerate(texts)
    ]
    memory, whoosh = MemoryIndex(), WhooshIndex(tmp_path_factory.mktemp("index"))
    for index in (memory, whoosh):
        index.rebuild(stories)
    for q in queries:
        assert ask(whoosh, q, stories=stories) == ask(memory, q, stories=stories), q
    whoosh.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(text=st.text())
def test_any_text_finds_the_same_in_both_engines(both, text):
    memory, whoosh = both
    assert ask(whoosh, text) == ask(memory, text)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    memory, whoosh = MemoryIndex(), WhooshIndex(tmp_path_factory.mktemp("index"))
    for index in (memory, whoosh):
        index.rebuild(ALL)
    assert CLINIC in ALL
    yield memory, whoosh
    whoosh.close()
