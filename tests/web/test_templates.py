"""Templates keep to their dataclasses, to the content security policy and to the page's weight."""

import dataclasses
import gzip
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from markupsafe import Markup

from app.records.model import Problem
from app.services import views
from app.services.marking.listing import in_list
from app.web.api import documentation
from app.web.templating import assets, in_english, marked

ROOT = Path(__file__).parents[2]
TEMPLATES, STATIC = ROOT / "templates", ROOT / "app" / "web" / "static"
PAGES: dict[str, type] = {
    "api.html": documentation.ApiPage,
    "home.html": views.HomePage,
    "stories/list.html": views.StoriesPage,
    "stories/page.html": views.StoryPage,
    "personas/list.html": views.PersonasPage,
    "personas/compare.html": views.ComparePage,
    "personas/page.html": views.PersonaPage,
    "personas/build.html": views.BuildPage,
    "personas/begin.html": views.BeginPage,
    "personas/reshape.html": views.ReshapePersonaPage,
    "coverage/page.html": views.CoveragePage,
    "coverage/reference.html": views.ReferencePage,
    "themes/list.html": views.ThemesPage,
    "themes/page.html": views.ThemePage,
    "search.html": views.SearchPage,
    "trace/page.html": views.TracePage,
    "trace/file.html": views.TracedFilePage,
    "desk/problems.html": views.ProblemsPage,
    "desk/codebook.html": views.CodebookPage,
    "desk/reshape.html": views.ReshapePage,
    "desk/theme.html": views.CodebookThemePage,
    "desk/new_theme.html": views.NewThemePage,
    "desk/import.html": views.ImportPage,
    "language/page.html": views.LanguagePage,
    "language/desk.html": views.LanguageDeskPage,
    "desk/audit.html": views.AuditPage,
    "desk/readers.html": views.ReadersPage,
    "people/readings.html": views.ReadingsPage,
    "consent/desk.html": views.ConsentDeskPage,
    "consent/page.html": views.ConsentPage,
    "gathering/names.html": views.NamesPage,
    "marking/mark.html": views.MarkPage,
    "citing/cite.html": views.CitePage,
    "marking/quote.html": views.QuotePage,
    "themes/quotes.html": views.ThemeQuotesPage,
    "marking/take.html": views.TakePage,
    "marking/found.html": views.QuotesPage,
    "patterns/together.html": views.PatternsPage,
    "patterns/grid.html": views.GridPage,
    "patterns/quotes.html": views.BehindPage,
    "marking/queue.html": views.QueuePage,
    "sessions/list.html": views.SessionsPage,
    "sessions/prepare.html": views.PreparePage,
    "sessions/page.html": views.SessionPage,
    "sessions/cell.html": views.SessionCellPage,
    "sessions/idea.html": views.SessionIdeaPage,
    "sessions/join.html": views.JoinPage,
    "sessions/ended.html": views.SessionEndedPage,
    "sessions/report.html": views.SessionReportPage,
    "sessions/report_paper.html": views.SessionReportPaper,
    "sessions/wall.html": views.WallPage,
    "specifications/list.html": views.SpecificationsPage,
    "specifications/page.html": views.SpecificationPage,
    "specifications/requirement.html": views.RequirementPage,
    "specifications/away.html": views.AwayPage,
    "specifications/about.html": views.AboutSpecificationPage,
    "specifications/access.html": views.AccessPage,
    "specifications/health.html": views.HealthPage,
    "specifications/matrix.html": views.MatrixPage,
    "specifications/paper.html": views.SpecificationPaper,
    "boards/list.html": views.BoardsPage,
    "boards/page.html": views.BoardPage,
    "boards/theme.html": views.BoardThemePage,
    "memos/list.html": views.MemosPage,
    "memos/form.html": views.MemoPage,
    "lenses/list.html": views.LensesPage,
    "lenses/page.html": views.LensPage,
    "lenses/edit.html": views.LensEditPage,
    "lenses/cell.html": views.LensCellPage,
    "gathering/edit.html": views.EditPage,
    "gathering/add.html": views.AddPage,
    "gathering/review.html": views.ReviewPage,
    "desk/restored.html": views.RestoredPage,
    "people/login.html": views.LoginPage,
    "people/forgotten.html": views.ForgottenPage,
    "people/code.html": views.CodePage,
    "people/second_factor.html": views.SecondFactorPage,
    "people/leaving.html": views.LeavingPage,
    "people/welcome.html": views.WelcomePage,
    "people/account.html": views.AccountPage,
    "people/list.html": views.PeoplePage,
    "people/person.html": views.PersonPage,
    "mine.html": views.MinePage,
    "stories/people.html": views.NamedPage,
    "stories/history.html": views.HistoryPage,
    "stories/compared.html": views.ComparedPage,
    "stories/version.html": views.VersionPage,
    "message.html": views.MessagePage,
    "notice.html": views.NoticePage,
    "guides/list.html": views.GuidesPage,
    "guides/page.html": views.GuidePage,
    "jobs/list.html": views.JobsPage,
    "jobs/page.html": views.JobPage,
    "jobs/change.html": views.ChangePage,
    "stories/withdraw.html": views.WithdrawPage,
    "door/home.html": views.DoorPage,
    "door/passage.html": views.DoorPassagePage,
    "door/uses.html": views.DoorUsesPage,
    "door/since.html": views.DoorSincePage,
    "door/later.html": views.DoorWritePage,
    "door/back.html": views.DoorBackPage,
    "door/gone.html": views.DoorGonePage,
    "door/ended.html": views.DoorEndedPage,
    "door/letter.html": views.LetterPage,
    "door/desk.html": views.DoorDeskPage,
    "stories/taken_back.html": views.TakenBackPage,
    "paper/sheets.html": views.PaperPage,
    "paper/pack.html": views.PackPage,
    "paper/making.html": views.MakingPage,
}
SAID = [
    ("It rang.", "“It rang.”"),
    ("“It rang.”", "“It rang.”"),
    ("It rang”.", "“It rang”."),
    ("She said “no” twice", "“She said “no” twice”"),
]
SITE = views.Site(
    "Storyhold", "en-GB", (views.NavigationItem("Stories", "/stories", True),), "A notice.", "wait"
)
EVERY = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
STYLESHEET_LIMIT, SCRIPT_LIMIT = 6_000, 8_000  # bytes, compressed


def environment() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    made.filters["in_list"] = in_list
    made.globals["_"] = in_english
    return made


def example(kind: Any, filled: bool, name: str = "") -> Any:
    """A value of a type: with everything in it, or with as little as the type allows."""
    origin, inside = get_origin(kind), get_args(kind)
    if dataclasses.is_dataclass(kind):
        return build(kind, filled)
    if type(None) in inside:
        return example(next(one for one in inside if one is not type(None)), True, name) if filled else None
    if origin is tuple:
        return tuple(example(one, filled) for one in inside)
    if origin is dict:  # a part of a document, which no template looks into
        return {}
    if origin is Mapping:
        return {example(inside[0], filled): example(inside[1], filled)} if filled else {}
    if origin not in (None, Union):
        return [example(inside[0], filled)] * 3 if filled else []
    if kind is str and name.endswith("html"):
        return Markup("<p>So <mark>it</mark> was</p>") if filled else Markup("")
    return {
        str: "A & <b>word</b>" if filled else "",
        int: 3 if filled else 0,
        float: 3.5 if filled else 0.0,
        bool: filled,
    }[kind]


def build(kind: type, filled: bool) -> Any:
    hints = get_type_hints(kind)
    return kind(
        **{field.name: example(hints[field.name], filled, field.name) for field in dataclasses.fields(kind)}
    )


def render(template: str, page: object, site: views.Site = SITE) -> str:
    return (
        environment()
        .get_template(template)
        .render(site=marked(site), page=marked(page), static=lambda name: f"/static/d1/{name}")
    )


@pytest.mark.parametrize("filled", [True, False], ids=["full", "bare"])
@pytest.mark.parametrize("template", PAGES)
def test_a_page_is_shown_however_much_or_little_there_is_to_show(template, filled):
    html = render(template, build(PAGES[template], filled))
    assert html.count("<h1") == 1
    assert "<b>word</b>" not in html


def test_no_page_is_left_out():
    """The desk's frame is no page; how consent works is shown without data."""
    pages = {one for one in EVERY if "{% extends" in (TEMPLATES / one).read_text(encoding="utf-8")}
    assert pages - {"desk/_desk.html", "help/consent.html"} == PAGES.keys()


@pytest.mark.parametrize("template", EVERY)
def test_pages_say_take_back_and_use_no_other_word_for_it(template):
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    shown = re.sub(r"\{[{%#].*?[}%#]\}|<[^>]*>", " ", text, flags=re.DOTALL)
    assert "withdr" not in shown.lower()


def variants(page: object) -> Sequence[object]:
    """The page with each yes-or-no field turned over, and each layout."""
    turned = [
        dataclasses.replace(page, **{field.name: not getattr(page, field.name)})
        for field in dataclasses.fields(page)
        if isinstance(getattr(page, field.name), bool)
    ]
    return turned + ([dataclasses.replace(page, layout="table")] if hasattr(page, "layout") else [])


@pytest.mark.parametrize("template", PAGES)
def test_a_page_is_shown_in_each_of_its_states(template):
    for page in variants(build(PAGES[template], True)) + variants(build(PAGES[template], False)):
        assert render(template, page).count("<h1") == 1


def test_how_consent_works_is_explained_without_any_data():
    assert "Taking a story back" in render("help/consent.html", None)


def test_a_frame_without_navigation_or_notice_is_whole():
    html = render("help/consent.html", None, views.Site("Storyhold", "en-GB"))
    assert "<nav" not in html and "How consent works" in html


def attributes_of(template: str, name: str) -> set[str]:
    tree = environment().parse((TEMPLATES / template).read_text("utf-8"))
    found = tree.find_all(nodes.Getattr)
    return {one.attr for one in found if isinstance(one.node, nodes.Name) and one.node.name == name}


@pytest.mark.parametrize("template", PAGES)
def test_a_template_uses_no_field_that_its_page_does_not_declare(template):
    declared = {field.name for field in dataclasses.fields(PAGES[template])}
    assert attributes_of(template, "page") <= declared


@pytest.mark.parametrize("template", EVERY)
def test_the_frame_uses_only_what_the_site_declares(template):
    declared = {field.name for field in dataclasses.fields(views.Site)}
    assert attributes_of(template, "site") <= declared


@pytest.mark.parametrize("template", EVERY)
def test_a_template_holds_nothing_that_the_policy_forbids(template):
    text = (TEMPLATES / template).read_text("utf-8")
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:", text, re.IGNORECASE)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert "|safe" not in text.replace(" ", "")


HOSTS = [*TEMPLATES.rglob("*.html"), *STATIC.glob("*.css"), *STATIC.glob("*.js")]


@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.name)
def test_nothing_asks_another_host(path):
    assert not re.search(r"https?:|[\"'(]//", path.read_text("utf-8"))


def test_a_reader_on_a_slow_line_gets_a_light_frame():
    assert len(gzip.compress(assets()["storyhold.css"].content)) < STYLESHEET_LIMIT
    assert len(gzip.compress(assets()["storyhold.js"].content)) < SCRIPT_LIMIT


def test_the_stylesheet_that_is_sent_says_what_the_one_that_is_written_says():
    sent, written = assets()["storyhold.css"].content.decode(), (STATIC / "storyhold.css").read_text("utf-8")
    bare = "".join(re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL).split())
    assert "".join(sent.split()) == bare
    assert "/*" not in sent and ".foot a,.ev a,dd a" in sent


def test_everything_that_the_frame_and_the_stylesheet_ask_for_is_there():
    frame = re.findall(r"static\('([^']+)'\)", (TEMPLATES / "base.html").read_text("utf-8"))
    sheet = re.findall(r"url\(([^)]+)\)", (STATIC / "storyhold.css").read_text("utf-8"))
    missing = [name for name in frame + sheet if not (STATIC / name).is_file()]
    assert frame and sheet and not missing


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_words_stand_out_from_the_paper_in_both_schemes(scheme):
    blocks = re.findall(r":root \{(.*?)\}", (STATIC / "storyhold.css").read_text("utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", blocks[scheme]))
    for ground in ("paper", "sheet", "sunk", "accent-soft", "voice-soft"):
        for ink in ("ink", "ink-2", "ink-3", "accent", "voice", "ok", "warn", "stop"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


@pytest.mark.parametrize(("words", "shown"), SAID)
def test_words_stand_in_one_pair_of_quotation_marks(words, shown):
    said = environment().get_template("macros/words.html").module.said
    assert said(words) == shown


def test_passages_are_counted_only_where_all_of_them_are_on_the_page():
    page = dataclasses.replace(build(views.SearchPage, True), unavailable=False)
    alone = dataclasses.replace(page, pager=dataclasses.replace(page.pager, pages=1))
    assert "3 stories, 3 passages" in render("search.html", alone)
    assert "3 stories, 3 passages" not in render("search.html", page)


def test_a_story_with_a_comment_is_not_listed_as_hidden():
    comment = dataclasses.replace(build(Problem, True), key="comment")
    page = dataclasses.replace(build(views.ProblemsPage, False), hidden=[comment])
    html = render("desk/problems.html", page)
    assert "With comments" in html and "Hidden" not in html


def test_a_table_has_no_column_without_an_entry():
    card = dataclasses.replace(build(views.StoryCard, True), site="", kinds=())
    page = dataclasses.replace(build(views.StoriesPage, True), layout="table", choosing=False, cards=[card])
    html = render("stories/list.html", page)
    assert ">Gathered</th>" in html and ">Site</th>" not in html and ">Kind</th>" not in html


def story(**changes: object) -> views.StoryPage:
    return dataclasses.replace(build(views.StoryPage, True), **changes)


def test_a_story_with_content_notes_is_folded_after_its_note():
    noted = story(folded=True, content_notes=("self-harm", "loss", "war"), head=None)
    html = render("stories/page.html", noted)
    note, fold, text = (
        html.index(part) for part in ("mentions self-harm, loss and war", 'id="fold"', "it</mark>")
    )
    assert note < text and fold < text
    assert not re.search(r"<details class=\"fold\"[^>]*\bopen", html)


def test_the_text_stands_behind_its_fold_and_not_in_it_so_that_no_link_opens_it():
    html = render("stories/page.html", story(folded=True))
    fold = re.search(r'<details class="fold" id="fold">.*?</details>', html, re.DOTALL)
    assert fold and "it</mark>" not in fold[0]
    assert re.match(r'\s*<div class="behind">\s*<div class="story"', html[fold.end() :])


def test_a_moment_has_no_mark_that_could_stand_alone_at_the_end_of_a_line():
    moments = [
        views.MomentView("2019", "Loses her sister", "low", "Low"),
        views.MomentView("", "Moves", "high", "High"),
    ]
    html = render("stories/page.html", story(moments=moments, folded=False))
    assert "<b>2019, low</b> Loses her sister" in html and "<b>High</b> Moves" in html


def test_a_card_of_a_story_with_content_notes_lends_no_words():
    card = dataclasses.replace(
        build(views.StoryCard, True), folded=True, quote="Never this", summary="Nor this"
    )
    page = dataclasses.replace(build(views.HomePage, True), cards=[card])
    html = render("home.html", page)
    assert "Never this" not in html and "Nor this" not in html


def test_a_statement_that_nobody_made_says_so():
    silent = views.StatementView("Loses pay", 0, 0)
    page = dataclasses.replace(
        build(views.PersonaPage, True), groups=[views.StatementGroupView("What gets in the way", [silent])]
    )
    assert "nobody has told us this yet" in render("personas/page.html", page)


def test_words_that_the_team_wrote_are_not_set_as_speech():
    page = dataclasses.replace(build(views.PersonaPage, True), spoken=None, written_quote="Our own words")
    html = render("personas/page.html", page)
    assert "written by the team" in html and "“Our own words" not in html


@pytest.mark.parametrize(
    "file", sorted([*TEMPLATES.rglob("*.html"), *STATIC.glob("*.*")]), ids=lambda file: file.name
)
def test_no_page_holds_what_a_merge_left_behind(file):
    assert not re.search(rb"^(<{7}|={7}|>{7})( |$)", file.read_bytes(), re.MULTILINE)
