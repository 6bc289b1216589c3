"""A gatherer's own stories at /mine: whatever their state, and nobody else's."""

import re

import pytest

from app.services.reconcile import reconcile
from tests.web.people import look, someone
from tests.web.serving import served, write

OURS = {"organisation": "The archive"}
SORTED = ("newest", "title", "state", "sideways")
STATES = {
    "published": ("consent: {uses: [publication]}", "Read by everyone"),
    "for-design": ("consent: {uses: [design, commissioning]}", "Read by design teams and commissioners"),
    "drafted": ("status: draft\nconsent: {uses: [publication]}", "Draft"),
    "silent": ("", "No consent is recorded"),
    "none-agreed": ("consent: {uses: []}", "No use has been agreed"),
    "ended": (
        "consent: {uses: [publication], given: 2020-01-01, until: 2021-01-01}",
        "Its consent has ended",
    ),
    "odd": ("consent: off", "Its consent can not be understood"),
}


def told(slug, keys, gatherer="J. O.", number=0):
    named = f"id: s-00000{number:03}\ntitle: Titled {slug}\ngatherer: {gatherer}"
    return f"---\n{named}\n{keys}\n---\nWords of {slug}.\n"


FILES = {f"{slug}.md": told(slug, keys, number=n) for n, (slug, (keys, _)) in enumerate(STATES.items())}
FILES |= {
    "hers.md": told("somebody else's", "status: draft", "A. N.", 90),
    "not-for.md": told("not for us", "consent: {uses: [publication], not_for: [The Archive]}", number=91),
    "gone.md": told("taken back", "status: withdrawn\nconsent: {uses: [publication]}", number=92),
}


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mine")
    with served(
        folder, FILES | {"broken.md": told("broken", "consent: {uses: [publication]}", number=93)}
    ) as web:
        write(folder / "stories", {"broken.md": told("broken", "title: Twice", number=93)})
        reconcile(web.archive)
        yield web


@pytest.fixture(scope="module")
def jo(web):
    return someone(web.archive, "Jo", "gatherer", gathers_as="j. o.", **OURS)


def states(text):
    pattern = r'<h2><a[^>]*>(?:Titled )?([^<]*)</a>.*?<span class="badge \w+">([^<]*)</span>'
    return dict(re.findall(pattern, text, re.DOTALL))


def test_each_of_her_stories_stands_there_with_its_state_in_words(web, jo):
    answer = look(web, "/mine", jo)
    assert answer["cache-control"] == "no-store"
    expected = {slug: state for slug, (_, state) in STATES.items()}
    assert states(answer.text) == expected | {"broken": "Set aside: its file can not be read"}


def test_nobody_else_s_stand_there_nor_those_that_are_not_for_her_organisation(web, jo):
    text = look(web, "/mine", jo).text
    assert "somebody else" not in text and "not for us" not in text


def test_of_a_story_that_was_taken_back_only_its_id_is_there(web, jo):
    text = look(web, "/mine", jo).text
    assert "s-00000092" in text and "Titled taken back" not in text and "Words of" not in text


def test_what_is_wrong_with_a_file_is_said_in_plain_words(web, jo):
    text = look(web, "/mine", jo).text
    assert "duplicate" in text.casefold() or "twice" in text.casefold()
    assert text.count("What to mend") >= 2


def test_the_list_is_sorted_as_she_asks(web, jo):
    newest, title, state, odd = (list(states(look(web, f"/mine?sort={s}", jo).text)) for s in SORTED)
    assert newest == odd and title == sorted(newest)
    assert state[:3] == ["broken", "odd", "drafted"]


@pytest.mark.parametrize("page", ["0", "2", "99", "x", "-1"])
def test_a_page_that_is_not_there_is_the_last_or_the_first(web, jo, page):
    assert len(states(look(web, f"/mine?page={page}", jo).text)) == len(STATES) + 1


def test_anonymous_readers_are_asked_to_sign_in_and_come_back(web):
    for address, onward in (("/mine", "%2Fmine"), ("/s/s-00000000/people", "%2Fs%2Fs-00000000%2Fpeople")):
        answer = look(web, address)
        assert (answer.status, answer["location"]) == (303, f"/login?next={onward}")


@pytest.mark.parametrize("role", ["member", "commissioner", "steward"])
def test_who_does_not_gather_has_no_such_page_and_no_way_to_it(web, role):
    cookie = someone(web.archive, f"Not{role}", role, gathers_as="J. O.", **OURS)
    assert look(web, "/mine", cookie) == look(web, "/nowhere")
    assert 'href="/mine"' not in look(web, "/", cookie).text


def test_a_gatherer_without_stories_learns_how_one_becomes_hers(web):
    unnamed = look(web, "/mine", someone(web.archive, "New", "gatherer", **OURS)).text
    assert "No story is yours yet" in unnamed and "when their gatherer or a steward names you" in unnamed
    assert 'href="/add">Add a story</a></p>' in unnamed
    named = look(web, "/mine", someone(web.archive, "Nu", "gatherer", gathers_as="N. U.", **OURS)).text
    assert "gatherer: N. U." in named


@pytest.mark.parametrize(
    ("roles", "goes"),
    [(("gatherer",), "/desk/codebook"), (("steward",), "/desk/"), (("member",), ""), ((), "")],
)
def test_the_desk_leads_to_its_first_part_that_is_hers(web, roles, goes):
    answer = look(web, "/desk", someone(web.archive, f"Desk{''.join(roles)}", *roles, **OURS))
    if goes:
        assert answer.status == 303 and answer["location"].startswith(goes)
    else:
        assert answer == look(web, "/nowhere")


def test_the_desk_asks_an_anonymous_reader_to_sign_in(web):
    assert look(web, "/desk")["location"] == "/login?next=%2Fdesk"


def test_a_gatherer_chooses_many_of_her_own_drafts_too_to_change_them_together(web, jo):
    assert 'href="/mine?select=1"' in look(web, "/mine", jo).text
    page = look(web, "/mine?sort=title&select=1", jo).text
    for number in range(len(STATES)):
        assert f'name="story" value="s-00000{number:03}"' in page
    assert "s-00000090" not in page and 'href="/mine?sort=title"' in page
    chosen = look(web, "/desk/change?mine=1", jo).text
    assert "Change 8 stories" in chosen and "s-00000002" in chosen and "s-00000090" not in chosen
