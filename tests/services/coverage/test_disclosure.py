"""Somebody who knows how figures are made tries to work out every group under five.

The attacker knows the rule, how many people were counted, and every figure. She tries each table that there
could be (single answers of which nobody else gave any are 'other'), and keeps those that would be published
just so. What she knows of a group is the set of its counts in them.
"""

from collections import defaultdict
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.coverage.batches import Placed, counted_now, placed_anew
from app.services.coverage.disclosure import LEAST, LEFT_OVER, SPARE, published, spare

NAMES = ("women", "men", "not asked", "rather not say")
SMALL = range(1, LEAST)


def tables(total, groups):
    """Every way in which so many people can be of these groups or, the last number, of others."""
    if not groups:
        yield (total,)
        return
    for count in range(total + 1):
        for rest in tables(total - count, groups - 1):
            yield (count, *rest)


def told(table, names=NAMES):
    counts = dict(zip(names, table, strict=False))
    others = {f"other {number}": 1 for number in range(table[len(names)])}  # each of a word of her own
    return tuple(sorted(published(counts | others, sum(table)).items()))


@pytest.mark.parametrize(("total", "groups"), [(5, 3), (9, 3), (12, 3), (17, 3), (23, 3), (26, 2), (31, 2)])
def test_a_group_under_five_may_be_nobody_or_four_or_any_number_between(total, groups):
    names = NAMES[:groups]
    possible = defaultdict(list)
    for table in tables(total, groups):
        possible[told(table, names)].append(table)
    for figures, alike in possible.items():
        shown = dict(figures)
        for at, name in enumerate(names):
            known = {table[at] for table in alike}
            if name not in shown:
                assert known >= set(range(LEAST)), (figures, name)
            else:
                assert not known & set(SMALL) and len(known) >= LEAST


@pytest.mark.parametrize("total", [8, 14, 21])
def test_nor_can_those_who_are_not_of_a_group_be_worked_out(total):
    """All but the women: as many as stay when they are taken from the total."""
    names = NAMES[:3]
    possible = defaultdict(list)
    for table in tables(total, 3):
        possible[told(table, names)].append(table)
    for alike in possible.values():
        for at in range(3):
            rest = {total - table[at] for table in alike}
            if rest & set(SMALL):
                assert rest >= {*SMALL, LEAST}


@given(st.dictionaries(st.text(max_size=4), st.integers(0, 60), max_size=9), st.integers(0, 30))
def test_no_figure_is_under_five_or_above_what_is_there(counts, others):
    total = sum(counts.values()) + others
    shown = published(counts, total)
    for name, figure in shown.items():
        assert figure >= LEAST and figure % 5 == 0
        assert figure <= counts[name] <= figure + SPARE
    told_total = total // 5 * 5
    for name, count in counts.items():
        assert count <= shown.get(name, 0) + spare(shown, told_total)
    assert not shown or total - sum(shown.values()) >= LEFT_OVER


PEOPLE = st.lists(st.sets(st.sampled_from(["carer", "peer", "parent", "worker"]), max_size=3), max_size=40)


@given(PEOPLE)
def test_of_overlapping_groups_some_are_left_beside_the_largest(people):
    counts = defaultdict(int)
    for kinds in people:
        for kind in kinds or {"not asked"}:
            counts[kind] += 1
    shown = published(counts, len(people), frozenset({"not asked"}))
    largest = max((figure for kind, figure in shown.items() if kind != "not asked"), default=0)
    assert not shown or len(people) - largest - shown.get("not asked", 0) >= LEFT_OVER
    more = spare(shown, len(people) // 5 * 5, frozenset({"not asked"}))
    assert all(shown.get(kind, 0) <= count <= shown.get(kind, 0) + more for kind, count in counts.items())


# --- two readers, two days, with and without somebody ---

STORIES = [f"s-{number:02}" for number in range(30)]
CLASSES = st.sampled_from(["public", "members", "commissioners", ""])  # empty: not counted at all
DAYS = st.lists(st.dictionaries(st.sampled_from(STORIES), CLASSES), min_size=1, max_size=8)


def history(days):
    """Day by day who is counted, and in which batches; each day changes the classes of some stories."""
    placed, classes = {}, {}
    for changed in days:
        classes |= changed
        there = {story: name for story, name in classes.items() if name}
        placed |= placed_anew(placed, there, {story: story[::-1] for story in there})
        yield counted_now(placed, there), dict(placed), there


@given(DAYS)
@settings(max_examples=300)
def test_whoever_is_counted_is_counted_with_four_others_of_the_same_readers(days):
    for counted, placed, there in history(days):
        batches = defaultdict(list)
        for story in counted:
            batches[placed[story].batch].append(story)
        for stories in batches.values():
            assert len(stories) >= LEAST
            assert len({there[story] for story in stories}) == 1


@given(DAYS)
@settings(max_examples=300)
def test_between_two_days_five_people_come_or_go_and_never_one(days):
    """Whoever comes, comes with five of whom nothing was published before; whoever goes, with her batch."""
    before_that = set()
    for (counted, _, there), (then, _, there_then) in pairwise(history(days)):
        before_that |= counted
        for readers in ({"public"}, {"public", "members"}, {"public", "commissioners"}):
            one = {story for story in counted if there[story] in readers}
            other = {story for story in then if there_then[story] in readers}
            gone, come = one - other, other - one
            assert not gone or len(gone) >= LEAST or len(come - before_that) >= LEAST
            assert not come or len(come) >= LEAST


@given(DAYS)
@settings(max_examples=200)
def test_no_sum_or_difference_of_what_was_ever_counted_is_one_to_four_people(days):
    """Of any two days and any two readers: nobody comes, goes or is regraded alone."""
    views = [
        frozenset(story for story in counted if there[story] in readers)
        for counted, _, there in history(days)
        for readers in ({"public"}, {"public", "members"}, {"public", "commissioners"})
    ]
    for one, other in product(set(views), repeat=2):
        assert len(one ^ other) not in SMALL


def test_somebody_who_goes_takes_her_batch_along_and_the_others_come_back_with_five_who_are_new():
    classes = dict.fromkeys(STORIES[:10], "public")
    placed = placed_anew({}, classes, {story: story for story in classes})
    assert {one.batch for one in placed.values()} == {1, 2}
    del classes[STORIES[0]]
    assert counted_now(placed, classes) == set(STORIES[5:10])
    assert placed_anew(placed, classes, {story: story for story in classes}) == {}
    classes |= dict.fromkeys(STORIES[10:14], "public")
    assert placed_anew(placed, classes, {story: story for story in classes}) == {}
    classes[STORIES[14]] = "public"
    placed |= placed_anew(placed, classes, {story: story for story in classes})
    assert counted_now(placed, classes) == set(STORIES[1:15])
    assert placed[STORIES[1]] == Placed(3, 9, "public")


def test_somebody_who_was_counted_by_another_story_is_nobody_new():
    classes = dict.fromkeys(STORIES[:5], "public")
    order = {story: story for story in classes}
    assert placed_anew({}, classes, order, frozenset({STORIES[0]})) == {}


def joined(one, other):
    return tuple(a + b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(("before", "names"), [(9, NAMES[:3]), (15, NAMES[:3]), (21, NAMES[:2]), (10, NAMES)])
def test_what_five_newcomers_said_can_not_be_worked_out_from_the_day_before_and_after(before, names):
    """The attacker knows who they are, and what was told without and with them."""
    possible = defaultdict(list)
    for table in tables(before, len(names)):
        for new in tables(LEAST, len(names)):
            possible[told(table, names), told(joined(table, new), names)].append(new)
    for alike in possible.values():
        for at in range(len(names)):
            known = {new[at] for new in alike}
            assert len(known) > 1, (names[at], known)


def test_nor_from_three_days_on_which_five_came_each_time():
    possible = defaultdict(list)
    every = list(tables(LEAST, 2))
    names = NAMES[:2]
    for first, second, third in product(every, repeat=3):
        two = joined(first, second)
        seen = told(first, names), told(two, names), told(joined(two, third), names)
        possible[seen].append((first, second, third))
    for alike in possible.values():
        for day, at in product(range(3), range(2)):
            assert len({days[day][at] for days in alike}) > 1


def test_nor_from_what_two_readers_are_told_who_share_some_stories():
    """Public, for members, for commissioners: each of five; a member and a commissioner lay together."""
    possible = defaultdict(list)
    names = NAMES[:2]
    for public, members, commissioners in product(list(tables(LEAST, 2)), repeat=3):
        seen = told(joined(public, members), names), told(joined(public, commissioners), names)
        possible[seen].append((public, members, commissioners))
    for alike in possible.values():
        for part, at in product(range(3), range(2)):
            assert len({parts[part][at] for parts in alike}) > 1
