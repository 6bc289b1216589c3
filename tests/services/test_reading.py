"""What a reader meets around a story is made of what she may see, and of nothing else."""

import pytest

from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.errors import NotFound, Withdrawn
from app.rendering.passages import anchor_of
from app.services.archive import Archive
from app.services.cards import cards_of
from app.services.exposing import expose_story
from app.services.home import read_home
from app.services.listing import list_stories
from app.services.neighbours import RELATED
from app.services.personas import list_personas, read_persona
from app.services.reading import address_by_id, random_story, read_story
from app.services.searching import Asked, readable_classes, search
from app.services.spelling import complete
from app.services.themes import list_themes, read_theme
from tests.archives import story_file

ONE, TWO, THREE = "s-7k3fq2mx", "s-2m9tb3rw", "s-4hd8n0qe"
KATH = "who-3m2xa8qd"
DESIGN = "consent: {uses: [design]}"
MEMBER = Actor(roles=frozenset({Role.MEMBER}), signed_in=True)
WITHIN = {"storyteller": "Odalys", "themes": '["Quay (side)"]', "kind": '"Old (friend)"'}
WITHIN |= {"site": "The “Quay”"}
SAID = "“Everyone wants to hear about the first night, and nobody asks.”"


def page(archive: Archive, slug: str, actor: Actor = ANONYMOUS):
    return read_story(archive, actor, slug)


def test_related_stories_share_most_and_may_be_read(new_archive):
    archive = new_archive(
        {
            "stories/a.md": story_file(themes="[loss, waiting, letters]"),
            "stories/near.md": story_file(themes="[loss, waiting]"),
            "stories/far.md": story_file(themes="[letters]"),
            "stories/other.md": story_file(themes="[money]"),
            **{
                f"stories/closed{n}.md": story_file(themes="[loss, waiting, letters]", consent=DESIGN)
                for n in range(RELATED)
            },
        }
    )
    assert [card.slug for card in page(archive, "a").related] == ["near", "far"]
    assert "closed1" in {card.slug for card in page(archive, "a", MEMBER).related}


def test_next_and_previous_go_through_the_open_stories_newest_first(new_archive):
    archive = new_archive(
        {
            "stories/newest.md": story_file(gathered="2026-03-04"),
            "stories/between.md": story_file(gathered="2026-02", consent=DESIGN),
            "stories/older.md": story_file(gathered="2025"),
            "stories/undated.md": story_file(),
        }
    )
    order, slug = [], "newest"
    while slug:
        shown = page(archive, slug)
        order.append((shown.previous and shown.previous.slug, slug))
        slug = shown.next.slug if shown.next else ""
    assert order == [(None, "newest"), ("newest", "older"), ("older", "undated")]
    assert page(archive, "newest", MEMBER).next.slug == "between"


def test_a_theme_counts_and_quotes_what_its_reader_may_see(new_archive):
    archive = new_archive(
        {
            "stories/open.md": story_file(f"> {SAID}", themes="[Waiting, letters]"),
            "stories/folded.md": story_file(f"> {SAID}", themes="[waiting]", content_notes="[loss]"),
            "stories/closed.md": story_file(f"> {SAID}", themes="[waiting, secrets]", consent=DESIGN),
        }
    )
    theme = read_theme(archive, ANONYMOUS, "waiting", 1)
    assert (theme.label, theme.total) == ("Waiting", 2)
    assert [quotation.address.partition("#")[0] for quotation in theme.quotations] == ["/stories/open"]
    assert [chip.slug for chip in theme.beside] == ["letters"]
    assert [(chip.slug, chip.count) for chip in list_themes(archive, ANONYMOUS, 1, "").themes] == [
        ("waiting", 2),
        ("letters", 1),
    ]
    with pytest.raises(NotFound):
        read_theme(archive, ANONYMOUS, "secrets", 1)
    assert read_theme(archive, MEMBER, "waiting", 1).total == 3


@pytest.fixture
def elena(new_archive) -> Archive:
    """A persona who rests on an open story, a closed one and one with a content note."""
    anchor, closed = anchor_of("He rang back."), anchor_of("She told nobody.")
    statements = [
        f"    - {{statement: Rings back, evidence: [{ONE}#{anchor}, {TWO}#{anchor}, {THREE}#{anchor}]}}",
        f"    - {{statement: Says nothing, evidence: [{TWO}#{anchor}], against: [{ONE}#{anchor}]}}",
        f"    - {{statement: Keeps it, evidence: [{ONE}#{closed}]}}",
        "    - Nobody has told us this",
    ]
    front = f"name: Elena\nquote: {THREE}#{anchor}\nuses: [publication]\nstories: [{TWO}]"
    front += "\nstatements:\n  What she does:"
    return new_archive(
        {
            "stories/open.md": story_file("He rang back.\n\n::: closed\nShe told nobody.\n:::", id=ONE),
            "stories/closed.md": story_file("He rang back.", id=TWO, consent=DESIGN, **WITHIN),
            "stories/folded.md": story_file("He rang back.", id=THREE, content_notes="[self-harm]"),
            "personas/elena.md": "\n".join(
                ["---", front, *statements, "---", f"See [one]({ONE}), [two]({TWO})."]
            ),
            "personas/inner.md": f"---\nid: {KATH}\nname: Inner\nstories: [{ONE}]\n---\nFor design teams.\n",
        }
    )


def test_a_persona_counts_the_evidence_that_its_reader_may_see(elena):
    shown = read_persona(elena, ANONYMOUS, "elena")
    counts = [(s.text, s.quotes, s.stories) for s in shown.groups[0].statements]
    assert counts == [
        ("Rings back", 2, 2),
        ("Nobody has told us this", 0, 0),
    ]  # the others rest on hidden words
    assert (shown.stories, shown.quotes) == (2, 2)
    assert sorted(person.face.slug for person in shown.people) == ["folded", "open"]
    (card,) = list_personas(elena, ANONYMOUS, 1).cards
    assert (card.stories, card.quotes) == (2, 2)
    within = read_persona(elena, MEMBER, "elena")
    assert [(s.quotes, len(s.against)) for s in within.groups[0].statements] == [(3, 0), (1, 1), (0, 0)]
    assert list_personas(elena, MEMBER, 1).total == 2


def test_words_from_a_story_with_a_content_note_are_not_shown_with_a_persona(elena):
    shown = read_persona(elena, ANONYMOUS, "elena")
    assert shown.spoken is None or shown.spoken.text is None
    assert shown.written_quote is None
    assert [e.text for e in shown.groups[0].statements[0].evidence] == ["He rang back.", None]
    assert list_personas(elena, ANONYMOUS, 1).cards[0].quote is None


def test_a_persona_for_design_teams_is_nowhere_for_others(elena):
    with pytest.raises(NotFound):
        read_persona(elena, ANONYMOUS, "inner")
    with pytest.raises(NotFound):
        address_by_id(elena, ANONYMOUS, KATH)
    assert address_by_id(elena, MEMBER, KATH) == "/personas/inner"
    assert page(elena, "open").personas == []
    assert [face.name for face in page(elena, "open", MEMBER).personas] == ["Inner"]
    assert read_persona(elena, MEMBER, "inner").name == "Inner"
    for actor, names in ((ANONYMOUS, ["Elena"]), (MEMBER, ["Elena", "Inner"])):
        home = read_home(elena, actor)
        assert (home.personas, [card.name for card in home.personas_shown]) == (len(names), names)
        listed = list_personas(elena, actor, 1)
        assert (listed.total, [card.name for card in listed.cards]) == (len(names), names)
        named = search(elena, actor, Asked("inner elena"))
        assert [face.name for face in named.personas] == names
        with elena.engine.connect() as connection:
            offered = complete(elena, actor, readable_classes(elena, connection, actor), connection, "inn")
        assert ("Inner" in [one.label for one in offered]) == ("Inner" in names)


def test_what_is_shown_first_and_offered_while_typing_is_open_to_its_reader(elena):
    for actor, within in ((ANONYMOUS, False), (MEMBER, True)):
        assert ("closed" in {card.slug for card in read_home(elena, actor).cards}) == within
        with elena.engine.connect() as connection:
            offered = complete(elena, actor, readable_classes(elena, connection, actor), connection, "odal")
        assert ("story" in {one.kind for one in offered}) == within


def test_only_the_team_is_led_to_where_a_story_is_taken_back_and_recorded(elena):
    for actor, led in ((ANONYMOUS, False), (MEMBER, False), (TERMINAL, True)):
        shown = page(elena, "open", actor)
        assert (bool(shown.withdraw_address), bool(shown.consent_address)) == (led, led)


def test_a_card_is_made_of_no_story_that_its_reader_may_not_see(elena):
    with elena.engine.connect() as connection:
        shown = [
            [card.id for card in cards_of(elena, connection, who, [TWO, ONE])] for who in (ANONYMOUS, MEMBER)
        ]
    assert shown == [[ONE], [TWO, ONE]]


def test_references_to_hidden_records_are_plain_words(elena):
    body = read_persona(elena, ANONYMOUS, "elena").body_html
    assert '<a href="/stories/open">one</a>, two.' in body
    assert TWO not in body
    assert "/stories/closed" in read_persona(elena, MEMBER, "elena").body_html


def test_references_in_a_story_lead_to_open_pages_only(new_archive):
    body = f"[her](closed.md), [him](open.md), [it]({TWO}#p-aaaaaa), [none](s-00000000), [Kath]({KATH})."
    archive = new_archive(
        {
            "stories/a.md": story_file(body),
            "stories/open.md": story_file(id=ONE),
            "stories/closed.md": story_file(id=TWO, consent=DESIGN),
            "personas/kath.md": f"---\nname: Kath\nid: {KATH}\nuses: [publication]\n---\nOf people.\n",
        }
    )
    shown = page(archive, "a").body_html
    assert 'her, <a href="/stories/open">him</a>, it, none, <a href="/personas/kath">Kath</a>.' in shown
    exposed = str(expose_story(archive, ANONYMOUS, "a"))
    assert (TWO in exposed, "closed" in exposed, "s-00000000" in exposed) == (False, False, False)
    assert "/stories/closed" in page(archive, "a", MEMBER).body_html


def test_home_never_shows_words_of_a_story_with_content_notes(new_archive):
    folded = story_file(f"> {SAID}\n\n::: pull\nNobody asks.\n:::", content_notes="[loss]", gathered="2026")
    archive = new_archive({f"stories/{n}.md": folded for n in range(3)})
    home = read_home(archive, ANONYMOUS)
    assert (home.stories, home.hero, [card.quote for card in home.cards]) == (3, None, [None] * 3)


def test_home_quotes_a_story_without_a_note_the_same_all_day(new_archive):
    files = {f"stories/{n}.md": story_file(f"> “Word {n} was said.”", storyteller=f"N{n}") for n in range(4)}
    archive = new_archive(files)
    heroes = set()
    for hour in (0, 12, 23):
        archive.clock.time = archive.clock.time.replace(hour=hour)
        heroes.add(read_home(archive, ANONYMOUS).hero)
    (hero,) = heroes
    assert hero.text == f"Word {hero.name[1:]} was said."


def test_an_empty_archive_has_a_home_and_lists(new_archive):
    archive = new_archive()
    home = read_home(archive, ANONYMOUS)
    assert (home.stories, home.hero, home.cards) == (0, None, [])
    assert list_stories(archive, ANONYMOUS, Asked()).total == 0
    assert search(archive, ANONYMOUS, Asked("anything")).total == 0
    assert list_themes(archive, ANONYMOUS, 1, "").total == list_personas(archive, ANONYMOUS, 1).total == 0
    with pytest.raises(NotFound):
        random_story(archive, ANONYMOUS)


def test_a_withdrawn_story_leaves_a_notice_only_where_it_could_be_read(new_archive):
    archive = new_archive(
        {
            "stories/was-public.md": story_file(id=ONE, status="withdrawn"),
            "stories/was-design.md": story_file(id=TWO, status="withdrawn", consent=DESIGN),
        }
    )
    with pytest.raises(Withdrawn):
        page(archive, "was-public")
    with pytest.raises(Withdrawn):
        address_by_id(archive, ANONYMOUS, ONE)
    with pytest.raises(NotFound):
        page(archive, "was-design")
    with pytest.raises(Withdrawn):
        page(archive, "was-design", MEMBER)
    page(archive, "was-design", TERMINAL)  # the ledger
    assert list_stories(archive, TERMINAL, Asked()).archive_total == 0


def test_ids_are_understood_as_they_are_read_aloud(new_archive):
    archive = new_archive({"stories/a.md": story_file(id="s-7k3fq011")})
    for spelled in ("s-7k3fq011", "S-7K3FQOIL", " s-7k3fqoil "):
        assert address_by_id(archive, ANONYMOUS, spelled) == "/stories/a"


def test_filters_count_what_the_reader_may_see(new_archive):
    archive = new_archive(
        {
            "stories/a.md": story_file(site="Northgate", themes="[loss]", gathered="2025", kind="carer"),
            "stories/b.md": story_file(site="Northgate", themes="[loss]", gathered="2026", consent=DESIGN),
        }
    )
    shown = search(archive, ANONYMOUS, Asked("lamplight"))
    counts = {facet.name: [(o.value, o.count) for o in facet.options] for facet in shown.facets}
    assert counts == {
        "theme": [("loss", 1)],
        "site": [("northgate", 1)],
        "kind": [("carer", 1)],
        "use": [("publication", 1)],
        "year": [("2025", 1)],
    }
    nothing = search(archive, ANONYMOUS, Asked("lamplight", {"year": ("2026",)}))
    assert nothing.total == 0


def test_a_filter_that_no_story_of_hers_has_is_called_as_she_wrote_it(elena):
    chosen = {"theme": "quay-side", "site": "the-quay", "kind": "old-friend", "persona": "inner"}
    asked = Asked("", {name: (value,) for name, value in chosen.items()})
    told = [[one.label for one in search(elena, who, asked).chosen] for who in (ANONYMOUS, MEMBER)]
    assert told == [list(chosen.values()), ["Quay (side)", "The “Quay”", "Old (friend)", "Inner"]]


def test_home_shows_six_others_beside_the_one_that_it_quotes(new_archive):
    files = {
        f"stories/{n}.md": story_file(f"> “The kettle was on {n} times.”", storyteller=f"Teller {n}")
        for n in range(7)
    }
    home = read_home(new_archive(files), ANONYMOUS)
    assert len(home.cards) == 6
    assert home.hero.address not in {card.address for card in home.cards}


def test_a_story_of_which_nobody_recorded_consent_says_so(new_archive):
    archive = new_archive({"stories/a.md": story_file("x", consent="")}, unstated_uses="publication")
    told = page(archive, "a")
    assert not told.usable
    assert told.uses_label == "No consent is recorded; this archive assumes publication."


def test_a_filter_that_is_chosen_comes_first(new_archive):
    archive = new_archive(
        {f"stories/{n}.md": story_file("x", themes="[rare]" if n == 3 else "[common]") for n in range(4)}
    )
    shown = search(archive, ANONYMOUS, Asked(chosen={"theme": ("rare",)}))
    themes = next(facet for facet in shown.facets if facet.name == "theme")
    assert [(option.value, option.selected) for option in themes.options] == [
        ("rare", True),
        ("common", False),
    ]
