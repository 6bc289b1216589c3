"""Whatever a file holds, it is read, or set aside with a place and a remedy. Numbers are BAD_INPUT's."""

import pytest

from app.records.ids import derived_id
from app.records.model import RecordKind, Slug, Status
from app.records.problems import SetAside
from tests.records.reading import keys, keys_set_aside, read, set_aside


def test_a_key_that_is_there_twice_sets_the_file_aside_on_the_second_line_of_it():  # 1
    (problem,) = keys_set_aside("consent: {uses: []}\ntitle: x\nconsent: {uses: [publication]}")
    assert (problem.file, problem.line, problem.key) == ("2026/marisa.md", 4, "consent")
    assert "line 2" in problem.remedy


def test_a_key_that_is_twice_inside_another_sets_the_file_aside():  # 1
    (problem,) = keys_set_aside("consent:\n  uses: []\n  uses: [publication]")
    assert (problem.line, problem.key) == (4, "consent.uses")


def test_an_anchor_and_an_alias_are_both_named():  # 2
    anchor, alias = keys_set_aside("title: &name Marisa\nstoryteller: *name")
    assert (anchor.line, anchor.key, alias.line, alias.key) == (2, "title", 3, "storyteller")
    assert "Marisa" not in anchor.reason + anchor.remedy


def test_an_alias_to_itself_sets_the_file_aside():  # 3
    assert len(keys_set_aside("themes: &a [*a]")) == 2


@pytest.mark.parametrize("tagged", ["!!python/object:os.system x", "!x y", "!!str 5", "! z", "!!binary eA=="])
def test_a_tag_sets_the_file_aside(tagged):  # 4
    (problem,) = keys_set_aside(f"title: {tagged}")
    assert (problem.line, problem.key) == (2, "title")
    assert "tag" in problem.reason


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_five_thousand_levels_are_set_aside_at_once(opening):  # 5
    (problem,) = keys_set_aside("themes: \n  " + opening * 5000)
    assert problem.line in (2, 3)
    assert "deep" in problem.reason


@pytest.mark.parametrize(
    "consent", ["off", "yes", "public", "", "[]", "[design]", "{}", "{given: 2026-01-01}", "~"]
)
def test_consent_in_another_form_is_no_use_at_all_and_a_problem(consent):  # 6
    parsed = keys(f"title: x\nconsent: {consent}")
    assert parsed.story.consent.stated
    assert not parsed.story.consent.understood
    assert not parsed.story.consent.uses
    assert [(problem.line, problem.key.split(".")[0]) for problem in parsed.problems] == [(3, "consent")]


def test_consent_to_nothing_is_understood():
    parsed = keys("consent: {uses: []}")
    assert parsed.problems == ()
    assert parsed.story.consent.understood
    assert parsed.story.consent.stated


@pytest.mark.parametrize(
    "written",
    ["no", "12:30", "0123", "2024", "2026-03-04", "1e3", "0x1F", "null", "~", "true", ".5", "1_000", "NO"],
)
def test_a_text_stays_what_was_written(written):  # 7
    parsed = keys(f"title: {written}\nsite: {written}\ncountry: {written}")
    assert parsed.problems == ()
    assert (parsed.story.title, parsed.story.site) == (written, written)
    assert parsed.story.other_keys == {"country": written}


def test_an_id_not_of_our_form_is_a_problem_and_the_story_is_there():  # 7
    parsed = keys("id: 0123")
    assert parsed.story.id is None
    assert [(problem.line, problem.key) for problem in parsed.problems] == [(2, "id")]


def test_an_id_read_aloud_is_the_same_id():
    assert keys("id: S-7K3FQ2MX").story.id == keys("id: s-7k3fq2mx").story.id
    assert keys("id: s-OIL3fq2m").story.id == "s-0113fq2m"
    assert keys("id: who-7k3fq2mx").story.id is None


def test_a_number_of_five_thousand_digits_is_too_long_a_text():  # 8
    parsed = keys("title: " + "9" * 5000 + "\nage: " + "9" * 5000)
    assert parsed.story.title == "marisa"
    assert [problem.key for problem in parsed.problems] == ["title"]
    assert parsed.story.other_keys == {"age": "9" * 5000}


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x7f", "\x85", "\x9b", "\ufffe"])
def test_a_control_character_sets_the_file_aside_by_its_line(character):  # 9
    (problem,) = keys_set_aside(f"title: x\nsite: North{character}gate")
    assert problem.line == 3
    assert "North" not in problem.reason + problem.remedy


@pytest.mark.parametrize("escape", ["\\0", "\\ud800", "\\x9b", "\\N"])
def test_a_control_character_written_as_an_escape_is_one_too(escape):  # 9
    (problem,) = keys_set_aside(f'title: x\nsite: "{escape}"')
    assert (problem.line, problem.key) == (3, "site")


def test_half_of_a_surrogate_pair_is_not_utf_8():  # 9
    (problem,) = set_aside(b"---\ntitle: \xed\xa0\x80\n---\n")
    assert problem.line == 2


@pytest.mark.parametrize(
    "uses", ["[design, sale]", "publication but not yet", "[design, [learning]]", "{a: b}", "all"]
)
def test_a_use_that_is_none_of_ours_closes_the_whole_consent(uses):  # 10
    parsed = keys(f"consent:\n  uses: {uses}")
    assert not parsed.story.consent.uses
    assert not parsed.story.consent.understood
    assert [(problem.line, problem.key) for problem in parsed.problems] == [(3, "consent.uses")]


@pytest.mark.parametrize(
    ("days", "key"),
    [
        ("given: 2026-07-02", "consent.given"),
        ("given: 2026-03-04\n  until: 2026-03-03", "consent.until"),
        ("until: soon", "consent.until"),
        ("until: 2029", "consent.until"),
        ("given: 2026-02-30", "consent.given"),
        ("co_crafted: x", "consent.co_crafted"),
        ("not_for: {a: b}", "consent.not_for"),
    ],
)
def test_days_of_consent_that_can_not_be_leave_no_use(days, key):  # 11
    parsed = keys(f"consent:\n  uses: [publication]\n  {days}")
    assert not parsed.story.consent.uses
    assert not parsed.story.consent.understood
    assert [problem.key for problem in parsed.problems] == [key]


def test_consent_given_today_and_ending_today_is_understood():  # 11
    consent = keys("consent: {scope: design, given: 2026-07-01, until: 2026-07-01}").story.consent
    assert (consent.uses, consent.understood) == ({"design"}, True)


@pytest.mark.parametrize(
    "key",
    [
        "Consent",
        "consents",
        "CONSENT",
        "consent_",
        "concent",
        "consnet",
        "consen\u0301t",
        "con\u200bsent",
        "uses",
        "consent_form",
    ],
)
def test_a_key_that_may_be_about_consent_closes_the_story(key):  # 6
    parsed = keys(f"title: x\n{key}: {{uses: [publication]}}")
    assert (parsed.story.consent.stated, parsed.story.consent.understood) == (True, False)
    assert not parsed.story.consent.uses
    assert [problem.line for problem in parsed.problems][:1] == [3]


def test_a_look_alike_beside_the_consent_closes_it_too():  # 6
    assert not keys("consent: {uses: [publication]}\nConsent: {uses: []}").story.consent.uses
    assert not keys("consent: {uses: [publication], Until: 2026-01-01}").story.consent.uses
    assert keys("consent: {uses: [publication], note: all of it}\ncontent: x").story.consent.uses


@pytest.mark.parametrize(
    "written", ["2024-20-03", "2024-02-30", "0000", "04/03/2026", "spring", "2024-", "20245", "2024-1-1x"]
)
def test_a_date_that_is_none_is_a_problem_of_its_key_alone(written):  # 12
    parsed = keys(f"title: x\ngathered: {written}")
    assert parsed.story.gathered is None
    assert parsed.story.title == "x"
    assert [(problem.line, problem.key) for problem in parsed.problems] == [(3, "gathered")]


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026", "2026"),
        ("2026-03", "2026-03"),
        ("2026-3-4", "2026-03-04"),
        ("2009-02-13 10:00:00 +0000", "2009-02-13"),
    ],
)
def test_a_day_a_month_or_a_year_is_a_date(written, iso):  # 12
    assert keys(f"gathered: {written}").story.gathered.iso == iso
    assert keys(f"date: {written}").story.gathered.iso == iso


def test_what_is_not_utf_8_is_set_aside_by_its_line():  # 13
    (problem,) = set_aside("---\r\ntitle: x\r\n---\r\nZoë".encode("latin-1"))
    assert problem.line == 4
    assert "UTF-16" in set_aside("---\ntitle: x\n---\n".encode("utf-16"))[0].reason


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_any_line_end_and_a_byte_order_mark_are_read(mark, end):  # 13
    content = (
        mark
        + "---\ntitle: x\nthemes:\n- a\nbad: [\n]\ngathered: y\n---\nOne\n\nTwo".replace("\n", end).encode()
    )
    parsed = read(content)
    assert (parsed.story.title, parsed.story.themes) == ("x", ("a",))
    assert parsed.story.body == "One\n\nTwo"
    assert [problem.line for problem in parsed.problems] == [7]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("---\ntitle: x\n\nText\n", "never closed"),
        ("---", "never closed"),
        ("---js\n{title: 'x'}\n---\n", "JavaScript"),
        ("+++\ntitle = 'x'\n+++\n", "TOML"),
        (";;;\n{}\n;;;\n", "JSON"),
        ("---toml\nx = 1\n---\n", "TOML"),
        ("—\ntitle: x\nconsent: {uses: []}\n—\n", "hyphens"),
        ("----\ntitle: x\n----\n", "hyphens"),
        (" ---\ntitle: x\n---\n", "hyphens"),
    ],
)
def test_front_matter_that_is_not_closed_or_of_another_kind_is_named_for_what_it_is(content, said):  # 14
    (problem,) = set_aside(content)
    assert problem.line == 1
    assert said in problem.reason


def test_front_matter_after_empty_lines_is_still_front_matter():  # 14
    assert keys("title: x").story.title == read("\n \n---\ntitle: x\n---\n").story.title == "x"
    assert read("\n---\n\nA rule first").story.body == "\n---\n\nA rule first"


@pytest.mark.parametrize("front_matter", ["- a\n- b", "just words", "[a]", "'quoted'", "12"])
def test_front_matter_without_keys_sets_the_file_aside(front_matter):  # 15
    assert "no keys" in keys_set_aside(front_matter)[0].reason


@pytest.mark.parametrize("front_matter", ["", "# only\n# comments", "\n\n", "{}"])
def test_empty_front_matter_is_none(front_matter):  # 15
    parsed = keys(front_matter)
    assert (parsed.story.title, parsed.story.body, parsed.problems) == ("marisa", "Text\n", ())


def test_more_than_64_kb_of_front_matter_is_set_aside():  # 16
    assert "64 KB" in keys_set_aside("summary: " + "é" * 33_000)[0].reason
    assert keys("note: " + "e" * 65_000).story.title == "marisa"


def test_marks_of_a_merge_conflict_set_the_file_aside_by_their_line():  # 17
    conflict = "<<<<<<< HEAD\nconsent: {uses: []}\n=======\nconsent: {uses: [publication]}\n>>>>>>> theirs"
    (problem,) = keys_set_aside(f"title: x\n{conflict}")
    assert problem.line == 3
    assert set_aside("<<<<<<< HEAD\n---\ntitle: x\n---\n=======\n>>>>>>> b\n")[0].line == 1


def test_a_merge_conflict_in_the_text_is_a_problem_and_the_story_is_there():  # 17
    parsed = read("---\ntitle: x\n---\nOne\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n")
    assert [(problem.line, problem.set_aside) for problem in parsed.problems] == [(5, False)]


def test_a_tab_after_a_value_does_no_harm():  # 18
    parsed = keys("title: x\t\nsite:\tNorthgate \t # hers")
    assert (parsed.story.title, parsed.story.site, parsed.problems) == ("x", "Northgate", ())


def test_a_tab_that_indents_sets_the_file_aside():  # 18
    (problem,) = keys_set_aside("title: x\nconsent:\n\tuses: [design]")
    assert problem.line == 4
    assert "tab" in problem.reason


@pytest.mark.parametrize("other", ["s-7k3fq2mx", "S-7K3FQ2MX", "ｓ-７k3fq2mx"])
def test_one_id_in_another_spelling_is_the_same_id(other):  # 19; tests/services sets both files aside
    assert keys(f"id: {other}").story.id == "s-7k3fq2mx"


def test_a_slug_has_always_the_same_derived_id_and_another_at_each_attempt():  # 19
    ids = [derived_id(RecordKind.STORY, Slug("marisa"), attempt) for attempt in (1, 2, 3)]
    assert len(set(ids)) == 3
    assert all(identifier.startswith("s-") and len(identifier) == 12 for identifier in ids)
    assert ids[0] == derived_id(RecordKind.STORY, Slug("marisa"))


@pytest.mark.parametrize(
    ("themes", "kept", "problems"),
    [
        ("5", ("5",), 0),
        ("loss, waiting", ("loss", "waiting"), 0),
        ("{loss: 1}", (), 1),
        ("[[loss], waiting]", ("waiting",), 1),
        ("['', loss, ' ']", ("loss",), 2),
        ("[Loss, loss, LOSS]", ("Loss",), 2),
        (f"[{'x' * 300}, loss]", ("loss",), 1),
        (f"[{', '.join(f't{n}' for n in range(500))}]", tuple(f"t{n}" for n in range(100)), 1),
        ("", (), 0),
    ],
)
def test_themes_that_can_be_understood_are_kept_and_the_others_are_problems(themes, kept, problems):  # 20
    parsed = keys(f"themes: {themes}")
    assert parsed.story.themes == kept
    assert [(problem.line, problem.key) for problem in parsed.problems] == [(2, "themes")] * problems


def test_a_rule_in_the_text_is_no_end_and_hyphens_in_a_title_are_none():  # 21
    parsed = read("---\ntitle: a---\nsite: '---'\n---\nOne\n\n---\n\nTwo\n---\n")
    assert (parsed.story.title, parsed.story.site) == ("a---", "---")
    assert parsed.story.body == "One\n\n---\n\nTwo\n---\n"


@pytest.mark.parametrize("content", [b"", b"   \n\t\n", b"\xef\xbb\xbf", b"\r\r\n"])
def test_a_file_without_a_word_is_a_story_named_as_its_file(content):  # 33
    parsed = read(content)
    assert (parsed.story.title, parsed.problems) == ("marisa", ())


def test_a_file_of_front_matter_alone_is_a_story_without_text():  # 33
    parsed = read(b"---\ntitle: x\n---")
    assert (parsed.story.title, parsed.story.body) == ("x", "")


def test_all_that_is_wrong_comes_at_once():
    parsed = keys(
        "id: x\ngathered: y\nlanguage: '?'\nown_name: maybe\n"
        "summary: [a]\nmoments: x\ncontext: y\nsite: {a: b}"
    )
    assert [problem.line for problem in sorted(parsed.problems, key=lambda problem: problem.line)] == list(
        range(2, 10)
    )
    assert len(keys_set_aside("a: &x 1\nb: !y 2\na: 3\nc: [")) == 4


@pytest.mark.parametrize(
    ("front_matter", "status"),
    [
        ("status: Withdrawn", Status.WITHDRAWN),
        ("draft: true", Status.DRAFT),
        ("draft: no", Status.READY),
        ("draft: perhaps", Status.DRAFT),
        ("published: false", Status.DRAFT),
        ("published: 2019-01-01", Status.READY),
        ("status: validated", Status.READY),
        ("status: validated\nconsent: {uses: [design]}", Status.DRAFT),
        ("status: withdrawn\ndraft: true", Status.WITHDRAWN),
        ("status: ready\nDraft: true", Status.DRAFT),
        ("Status: draft", Status.DRAFT),
    ],
)
def test_a_status_in_doubt_is_a_draft(front_matter, status):
    assert keys(front_matter).story.status is status


@pytest.mark.parametrize("notes", ["[self-harm]", "self-harm", "{a: b}", "[[x]]", "yes"])
def test_any_word_about_content_folds_the_text(notes):
    assert keys(f"content_notes: {notes}").story.folded
    assert keys(f"Content-Notes: {notes}").story.folded
    assert not keys("content_notes: []").story.folded


@pytest.mark.parametrize(
    "hostile",
    [
        "a: '" + "''" * 30_000,
        "a" * 60_000,
        "{" * 60_000,
        "\t" * 60_000,
        "a: b #" + " #" * 20_000,
        "".join(f"k{n}: [" for n in range(9_000)),
        ": " * 30_000,
        "? a\n" * 15_000,
        "- a\n" * 15_000,
        "a:\n" + " b\n" * 15_000,
        "[" + "a," * 30_000,
        'a: "' + "\\\n" * 20_000,
        "\n" * 60_000,
        "".join(f"k{n}: v\n" for n in range(6_000)),
        "themes:\n" + "- a\n" * 15_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_front_matter_made_to_be_slow_is_read_or_set_aside(hostile):
    try:
        assert keys(hostile).story.body == "Text\n"
    except SetAside as refused:
        assert refused.problems[0].line is not None
