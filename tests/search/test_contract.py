"""What every engine promises."""

import pytest

from app.errors import SearchUnavailable
from app.search.model import FacetValue, Page
from tests.search.stories import ALL, BAKERY, CLINIC, HARBOUR, MEMBERS, PUBLIC, ask, found, story


@pytest.fixture
def archive(index):
    index.put(ALL)
    return index


def test_a_story_is_found_by_its_words(archive):
    assert found(archive, "lamplight") == [HARBOUR.key]


def test_a_removed_story_is_found_no_more(archive):
    archive.remove([HARBOUR.key])
    assert ask(archive, "lamplight").total == 0
    assert HARBOUR.key not in dict(archive.keys())


def test_a_removed_story_leaves_the_counts_as_if_it_had_never_been(index, archive):
    archive.remove([HARBOUR.key])
    after = ask(archive, "waiting assessment")
    archive.rebuild([BAKERY, CLINIC])
    assert ask(archive, "waiting assessment") == after


def test_removing_an_unknown_story_changes_nothing(archive):
    archive.remove(["s-unknown"])
    assert ask(archive, "").total == 3


def test_a_story_that_is_put_again_is_replaced(archive):
    archive.put([story(HARBOUR.key, "The lighthouse.")])
    assert found(archive, "lamplight") == []
    assert found(archive, "lighthouse") == [HARBOUR.key]
    assert ask(archive, "").total == 3


def test_the_last_of_two_with_one_key_counts(index):
    index.put([story("s-one", "first"), story("s-one", "second")])
    assert (found(index, "first"), found(index, "second")) == ([], ["s-one"])


def test_a_story_that_changes_its_class_leaves_the_old_one(archive):
    archive.put([story(HARBOUR.key, "By lamplight.", MEMBERS)])
    assert found(archive, "lamplight") == []
    assert found(archive, "lamplight", readable=[PUBLIC, MEMBERS]) == [HARBOUR.key]
    assert archive.keys()[HARBOUR.key] == MEMBERS


def test_a_rebuild_takes_the_place_of_everything(archive):
    archive.rebuild([CLINIC])
    assert found(archive, "") == [CLINIC.key]


def test_keys_name_every_story_and_its_class(archive):
    archive.put([story("s-inside", "x", MEMBERS)])
    assert dict(archive.keys()) == {each.key: PUBLIC for each in ALL} | {"s-inside": MEMBERS}


def test_a_reader_of_nothing_finds_nothing(archive):
    answer = ask(archive, "waiting", readable=[])
    assert (answer.total, list(answer.hits)) == (0, [])


def test_a_class_without_stories_is_empty_and_no_error(archive):
    assert found(archive, "lamplight", readable=[PUBLIC, MEMBERS]) == [HARBOUR.key]


def test_a_class_that_is_switched_off_is_not_searched_until_it_is_on_again(archive):
    archive.switch_off(PUBLIC)
    with pytest.raises(SearchUnavailable):
        ask(archive, "lamplight")
    assert ask(archive, "lamplight", readable=[MEMBERS]).total == 0
    archive.switch_on(PUBLIC)
    assert found(archive, "lamplight") == [HARBOUR.key]


def test_any_word_of_a_question_is_enough_and_more_are_better(archive):
    assert found(archive, "who waited with her sister") == [CLINIC.key, BAKERY.key]


def test_words_are_found_in_any_form(archive):
    assert set(found(archive, "waits")) == {BAKERY.key, CLINIC.key}


def test_accents_and_curly_apostrophes_make_no_difference(archive):
    assert found(archive, "cafe") == found(archive, "CAFÉ") == [CLINIC.key]
    assert (
        found(archive, "owner's")
        == found(archive, "owner’s")
        == found(archive, '"owner\'s sister"')
        == [CLINIC.key]
    )


def test_a_question_of_stop_words_only_is_asked_all_the_same(archive):
    assert found(archive, "they with me") == [CLINIC.key]


def test_stop_words_beside_other_words_find_nothing_by_themselves(archive):
    assert found(archive, "with lamplight") == [HARBOUR.key]


def test_a_phrase_is_found_as_it_was_said(archive):
    assert found(archive, '"told it so often"') == [HARBOUR.key]
    assert found(archive, '"often so it told"') == []
    assert found(archive, '"telling it so often"') == []


def test_a_phrase_does_not_reach_from_one_passage_into_the_next(archive):
    assert found(archive, '"is quiet I had"') == []


def test_a_word_beside_a_phrase_need_not_be_there(archive):
    assert found(archive, '"the harbour" lighthouse') == [HARBOUR.key]


def test_what_is_excluded_is_not_found(archive):
    assert found(archive, "waiting -bread") == [CLINIC.key]
    assert found(archive, 'waiting -"rang back"') == [BAKERY.key]
    assert set(found(archive, "-lamplight")) == {BAKERY.key, CLINIC.key}


def test_the_beginning_of_a_word_is_enough_with_a_star(archive):
    assert found(archive, "lamp*") == [HARBOUR.key]
    assert found(archive, "lamp") == []


def test_every_field_is_searched(index):
    one = {"storyteller": "aaa", "role": "bbb", "summary": "ccc", "site": "ddd", "title": "eee"}
    many = {"themes": ("fff",), "personas": ("ggg",), "kinds": ("hhh",), "moments": ("iii",)}
    more = {"strengths": ("jjj",), "hopes": ("kkk",), "gathered": "1987-02"}
    index.put([story("s-all", "lll", **one, **many, **more)])
    for letter in "abcdefghijkl":
        assert found(index, 3 * letter) == ["s-all"], letter
    assert found(index, "1987") == ["s-all"]


def test_a_word_in_the_title_counts_more_than_one_in_the_text(index):
    index.put(
        [story("s-text", "The harbour.", title="Mine"), story("s-title", "My own.", title="The harbour")]
    )
    assert found(index, "harbour") == ["s-title", "s-text"]


def test_words_side_by_side_count_more_than_words_apart(index):
    apart = story("s-apart", "The crisis was long ago, and nobody I knew ever had a team.")
    beside = story("s-beside", "It was long ago, and nobody I knew ever had the crisis team.")
    index.put([apart, beside])
    assert found(index, "crisis team") == ["s-beside", "s-apart"]


def test_ties_are_in_the_order_of_slugs(index):
    index.put([story(f"s-{name}", "the same words", slug=name, title="T") for name in "dbca"])
    assert found(index, "words") == found(index, "", sort="title") == ["s-a", "s-b", "s-c", "s-d"]


def test_nothing_asked_lists_everything_newest_first(archive):
    assert found(archive, "") == [HARBOUR.key, CLINIC.key, BAKERY.key]


def test_results_are_sorted_by_title_or_newest_when_asked(archive):
    assert found(archive, "waiting", sort="title") == [CLINIC.key, BAKERY.key]
    assert found(archive, "waiting", sort="newest") == [CLINIC.key, BAKERY.key]
    assert found(archive, "", sort="title") == [CLINIC.key, BAKERY.key, HARBOUR.key]


def test_pages_cut_the_hits_and_not_the_counts(archive):
    second = ask(archive, "", page=Page(number=2, size=2))
    assert [hit.key for hit in second.hits] == [BAKERY.key]
    assert second.total == 3
    assert ask(archive, "", page=Page(number=1_000_000_000, size=100)).hits == []


def test_facets_count_over_all_that_match(archive):
    counted = ask(archive, "waiting").facets
    assert counted["site"] == (FacetValue("northgate", 1), FacetValue("southgate", 1))
    assert counted["theme"] == (FacetValue("being-heard", 1), FacetValue("waiting", 1))
    assert counted["persona"] == ()


def test_facets_are_most_frequent_first(archive):
    assert ask(archive, "").facets["site"] == (FacetValue("northgate", 2), FacetValue("southgate", 1))


def test_any_value_within_a_facet_and_all_facets_at_once(archive):
    assert set(found(archive, "", theme=["waiting", "being-heard"])) == {each.key for each in ALL}
    assert found(archive, "", theme=["waiting"], site=["northgate"]) == [HARBOUR.key]
    assert found(archive, "theme:waiting site:northgate") == [HARBOUR.key]


def test_a_facet_counts_what_choosing_another_value_of_it_would_add(archive):
    counted = ask(archive, "", site=["southgate"], year=["2025"]).facets
    assert counted["site"] == (FacetValue("southgate", 1),)
    assert counted["year"] == (FacetValue("2025", 1),)
    assert ask(archive, "", site=["southgate"]).facets["site"] == (
        FacetValue("northgate", 2),
        FacetValue("southgate", 1),
    )


def test_a_chosen_value_is_shown_where_nothing_has_it(archive):
    answer = ask(archive, "", site=["nowhere"])
    assert answer.total == 0
    assert FacetValue("nowhere", 0) in answer.facets["site"]


def test_hits_show_their_best_passages_with_the_words_marked(archive):
    (hit,) = ask(archive, "lamplight").hits
    assert [(each.anchor, each.html) for each in hit.passages] == [
        ("p-000001", "By <mark>lamplight</mark> the harbour is quiet.")
    ]


def test_passages_are_escaped(archive):
    (hit,) = ask(archive, "door").hits
    assert hit.passages[0].html == "The bread was always warm &amp; the &lt;<mark>door</mark>&gt; open."


def test_a_list_of_everything_shows_no_passages(archive):
    assert all(hit.passages == () for hit in ask(archive, "").hits)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("tell", "told"),
        ("telling", "told"),
        ("ring back", "rang back"),
        ("losing", "lost"),
        ("child", "children"),
    ],
)
def test_who_looks_for_a_word_finds_the_form_that_somebody_used(index, asked, told):
    stories = [story("s-a", f"She {told} that."), story("s-b", "Nothing of it.")]
    index.put(stories)
    assert found(index, asked) == found(index, told) == ["s-a"]
    assert "<mark>" in ask(index, asked, stories=stories).hits[0].passages[0].html


def test_other_writing_systems_are_found(index):
    index.put(
        [
            story("s-arabic", "كنت في الانتظار"),
            story("s-polish", "Czekałam w Łodzi na żółty autobus"),
            story("s-welsh", "Roedd hi’n bwrw glaw yn Llŷn"),
            story("s-emoji", "That is all 🙂"),
        ]
    )
    asked = {
        "الانتظار": "s-arabic",
        "zolty": "s-polish",
        "żółty": "s-polish",
        "Llŷn": "s-welsh",
        "🙂": "s-emoji",
    }
    for q, key in asked.items():
        assert found(index, q, stories=[story(key, "x")]) == [key], q
