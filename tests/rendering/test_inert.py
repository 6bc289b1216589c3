"""BAD_INPUT.md, lines 22 to 32: whatever is written, the page shows nothing that acts."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.rendering.markdown import render
from app.rendering.model import Rendered
from app.rendering.passages import anchor_of
from tests.rendering.conftest import LINKS

TAGS = {
    *(
        "a",
        "blockquote",
        "br",
        "code",
        "div",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
    ),
    *("p", "pre", "s", "section", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    *("id", "class", "lang", "dir", "href", "rel", "src", "alt", "loading", "role", "tabindex", "start"),
    *("aria-label", "aria-hidden"),
}
CLASSES = re.compile(
    r"passage|anchor|at|voice|pull|note|closed|why|code|table|right|center|footnotes|footnote-(ref|back)|a-[\w-]+"
)
IDS = re.compile(r"p-[0-9a-z]{6}(-\d+)?|h-.+|fn(ref)?-(c[\d.]+-)?\d+(-\d+)?|a-[\w.-]+")
ADDRESS = re.compile(r"https?://[^/]|mailto:|/stories/|/personas/|/media/[0-9a-f]{64}|#")


class Inspector(HTMLParser):
    """Reads a page as a browser would and notes everything that has no business there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.wrong += [] if tag in TAGS else [f"<{tag}>"]
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag, name, value):
        self.attributes.add(name)
        fits = {"href": ADDRESS.match, "src": re.compile(r"/media/[0-9a-f]{64}").match, "id": IDS.fullmatch}
        right = name in ATTRIBUTES and (name not in fits or fits[name](value))
        if name == "class":
            right = all(CLASSES.fullmatch(word) for word in value.split())
        self.wrong += [] if right else [f"{tag} {name}={value!r}"]
        self.ids += [value] if name == "id" else []
        self.links += [value] if name == "href" and not value.startswith("#") else []

    def handle_comment(self, data):
        self.wrong.append(f"<!--{data}-->")

    def handle_decl(self, decl):
        self.wrong.append(decl)

    def handle_pi(self, data):
        self.wrong.append(data)

    def handle_data(self, data):
        self.text += data


def inspect(page: Rendered) -> Inspector:
    """The page, once it is certain that nothing in it acts and no id is there twice."""
    for html in (page.html, *(passage.html for passage in page.passages)):
        assert Inspector(html).wrong == []
    found = Inspector(page.html)
    assert len(set(found.ids)) == len(found.ids)
    for passage in page.passages:
        assert Inspector(passage.html).ids == []
    return found


RAW = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<iframe src="//evil.example"></iframe>',
    "<style>*{display:none}</style>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext></table></math><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=alert(1)&gt;'>",
]


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize(
    "around", ["{}", "text {} text", "> {}", "- {}", "# {}", "| a |\n|---|\n| {} |", "`{}`"]
)
def test_raw_html_is_shown_as_the_text_it_is(read, raw, around):  # 22
    shown = inspect(read(around.format(raw)))
    assert raw.partition("<!--")[0].split(">")[0].replace("|", "") in shown.text


SCRIPTS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java&#115;cript:alert(1)",
    "&#x6A;avascript&colon;alert(1)",
    "java%0ascript:alert(1)",
    "%6aavascript:alert(1)",
    "java&Tab;script:alert(1)",
    "\u200bjavascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHN2Zz4=",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "data:image/png;base64,AAAA",
    "file:///etc/passwd",
    "blob:https://x/1",
    "feed:javascript:alert(1)",
]


@pytest.mark.parametrize("address", SCRIPTS)
@pytest.mark.parametrize(
    "form", ["[x]({})", "![x]({})", "<{}>", "[x][a]\n\n[a]: {}", "[x](<{}>)", "[x]({}){{#a .b}}"]
)
def test_addresses_that_act_are_inert_text(read, address, form):  # 23
    assert inspect(read(form.format(address))).links == []


def test_a_tab_inside_an_address_does_not_make_it_act(read):  # 23
    assert inspect(read("[x](<java\tscript:alert(1)>) [y](java\\\tscript:1)")).links == []


def test_an_image_from_elsewhere_is_a_link_and_never_fetched(read):  # 24
    page = read("![A harbour](https://evil.example/pixel.gif) ![](http://evil.example/2.gif)")
    assert "<img" not in page.html
    assert inspect(page).links == ["https://evil.example/pixel.gif", "http://evil.example/2.gif"]
    assert page.html.count('rel="noopener noreferrer nofollow"') == 2
    assert ">A harbour</a>" in page.html


@pytest.mark.parametrize(
    "address",
    ["//evil.example", r"\\\\evil.example", "/\\evil.example", "%2f%2fevil.example", "/%5cevil.example"],
)
def test_addresses_that_only_look_like_ours_are_inert(read, address):  # 25
    assert inspect(read(f"[x]({address}) ![y]({address})")).links == []


MARKS = {
    **{mark: mark * 40_000 for mark in "[*>`_<&{~^!:"},
    **{mark: mark * 10_000 for mark in ("![", "^[", "[a](", "*a ", "[^1]", "<!--", "[a]{", "`` ` ", "[[a]]")},
    **{mark: mark * 1_000 + "a" for mark in ("> ", "- ", "1. ", "> - ")},
    "brackets": "[" * 20_000 + "]" * 20_000,
    "list": "\n".join("  " * depth + "- a" for depth in range(300)),
    "lazy": ">" * 11 + "a\n" + "b\n" * 3_000,
}


@pytest.mark.parametrize("marks", MARKS)
def test_forty_kilobytes_of_marks_are_shown_inert(read, marks):  # 26
    page = read(f"before\n\n{MARKS[marks]}\n\nafter")
    assert inspect(page).text.startswith("before")
    assert page.passages[0].anchor == anchor_of("before")


def test_what_nests_too_deep_keeps_its_words(read):  # 26
    page = read("> " * 1_000 + "the words\n\n- " + "- " * 1_000 + "more words")
    assert "the words" in inspect(page).text
    assert "more words" in inspect(page).text


def test_a_table_of_two_thousand_columns_is_shown_inert(read):  # 27
    page = read("|" + "a|" * 2_000 + "\n|" + "-|" * 2_000 + "\n|" + "b|" * 2_000)
    assert len(page.passages) == 1
    assert inspect(page).text.count("a|") == 2_000


def test_a_table_is_one_passage_with_white_space_between_its_cells(read):
    page = read("| a | b |\n|--:|---|\n| **c** | `d` |")
    assert [p.text for p in page.passages] == ["a b c d"]
    assert '<div class="table" tabindex="0" role="group" aria-label="Table">' in page.html
    assert '<th class="right">a</th>' in page.html


def test_a_gatherers_ids_and_classes_are_kept_apart_from_the_pages_own(read):  # 28
    page = read("{#main .passage}\ntext\n\n# H {#p-2dca5f .note}\n\n[span]{#main .a lang=hu} [x](#p-2dca5f)")
    found = inspect(page)
    assert {"a-main", "a-p-2dca5f"} <= set(found.ids)
    assert found.ids.count("a-main") == 1
    assert 'class="passage a-passage"' in page.html
    assert 'href="#a-p-2dca5f"' in page.html
    assert '<span class="a-a" lang="hu" dir="auto">span</span>' in page.html


@pytest.mark.parametrize(
    "attribute", ['onclick="alert(1)"', 'style="x"', "href=javascript:1", "srcdoc=x", "tabindex=1"]
)
def test_no_other_attribute_is_kept(read, attribute):  # 28
    text = f"{{{attribute}}}\ntext [span]{{{attribute}}} `code`{{{attribute}}} [l](s-7k3fq2mx){{{attribute}}}"
    found = inspect(read(text))
    assert found.attributes <= {"id", "class", "href", "aria-label"}
    assert found.links == ["/stories/marisa"]


@pytest.mark.parametrize("value", ['"><script>', "a b", "x" * 200, "../..", "é", "%00", "a:b"])
def test_odd_values_of_attributes_do_no_harm(read, value):  # 28
    inspect(read(f'{{#{value} .{value} lang="{value}"}}\ntext [s]{{#{value} .{value} lang="{value}"}}'))


def test_directions_and_invisible_characters_are_folded_in_a_passages_text(read):  # 29
    page = read("He said \u202eevil\u202c and\u200b rang\u2060 back\ufeff.")
    assert page.passages[0].text == "He said evil and rang back."


@pytest.mark.parametrize(
    "address", ["/logout", "/account?delete=1", "logout", "#", "s-7k3fq2mx", "?x", "a.md"]
)
def test_an_image_of_one_of_our_pages_is_only_its_words(read, address):  # 30
    page = read(f"![Sign out]({address}) here")
    assert "<img" not in page.html and inspect(page).links == []
    assert "Sign out here" in inspect(page).text
    assert page.passages[0].text == "here"


def test_images_of_the_archive_are_shown(read):  # 30
    page = read(f"![One](/media/{'b' * 64}) ![Two](photo.jpg)")
    assert page.html.count("<img") == 2
    inspect(page)


COMMENTS = [
    "<!-- Maria Silva -->",
    "a <!-- Maria Silva --> b",
    "a\n<!-- Maria\nSilva -->\nb",
    "a <!-- Maria\n\n# Silva\n\n- Maria\n\n> Silva\n\n--> b",
    "<!--\n\n```\nMaria Silva\n```\n\n-->\n\nb",
    "<!--\n\n    Maria Silva\n\n-->",
    "a <!-- Maria Silva",
    "- a <!-- Maria\n- Silva --> b",
    "> <!-- Maria Silva -->\n> b",
    "| a <!-- Maria | Silva --> |\n|---|---|\n| <!-- Maria --> | b |",
    "# a <!-- Silva -->\n\nb",
    "[a <!-- Silva -->](s-7k3fq2mx)",
    "b[^1]\n\n[^1]: <!-- Maria Silva -->",
    "::: note\n<!-- Maria Silva -->\n:::",
    "::: pull\na <!-- Maria Silva -->\n:::",
    "` <!-- Maria Silva --> b",
    "<!-- Maria --><!-- Silva -->",
    "<!--\n\nMaria Silva\n\n[a]: /x '-->'\n\nb",
    "<!-->Maria<!-- Silva -->",
]


@pytest.mark.parametrize("text", COMMENTS)
def test_comments_are_served_nowhere_and_counted(read, text):  # 31
    page = read(text)
    assert not re.search("Maria|Silva", repr(page))
    assert page.comments >= 1
    inspect(page)


@pytest.mark.parametrize(
    "text", ["`<!-- shown -->`", "```\n<!-- shown -->\n```", "    <!-- shown -->", "\\<!-- shown"]
)
def test_what_only_shows_a_comment_is_shown(read, text):  # 31
    page = read(text)
    assert "<!-- shown" in page.passages[0].text
    assert page.comments == 0


def test_one_paragraph_of_a_megabyte_is_one_passage(read):  # 32
    page = read("the words of a story go on, and on: \n" * 27_000)
    assert len(page.passages) == 1
    assert len(page.passages[0].text) > 900_000


def test_one_line_of_a_megabyte_is_one_passage(read):  # 32
    page = read("the words of a *story* go on " * 35_000)
    assert len(page.passages) == 1
    assert inspect(page).text.count("words") == 35_000


def test_ten_thousand_headings_have_ten_thousand_anchors(read):  # 32
    page = read("# told again\n" * 10_000)
    assert len({section.anchor for section in page.sections}) == 10_000


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\t", "\u200b", "\u2028"])
def test_an_empty_story_has_an_empty_page(read, text):
    page = read(text)
    assert (page.passages, page.sections) == ((), ())


def test_links_lead_to_records_and_to_other_sites(read):
    page = read(
        "[a](s-7k3fq2mx) [b](s-7k3fq2mx#p-4c1e9a) [c](who-3m2xa8qd) [d](../march/owen.md) "
        "[e](https://x.example/a?b=1&c) [f](mailto:a@x.example) <https://y.example>"
    )
    assert inspect(page).links == [
        *("/stories/marisa", "/stories/marisa#p-4c1e9a", "/personas/elena", "/stories/march/owen"),
        *("https://x.example/a?b=1&c", "mailto:a@x.example", "https://y.example"),
    ]
    assert page.html.count('rel="noopener noreferrer nofollow"') == 3
    assert "target" not in page.html


@pytest.mark.parametrize(
    "address", ["s-99999999", "lost.md", "/logout", "/stories/x", "tel:1", "ftp://x.example", ""]
)
def test_a_link_that_leads_nowhere_is_its_words(read, address):
    page = read(f"[the *words*]({address} 'Title')")
    assert inspect(page).links == []
    assert [p.html for p in page.passages] == ["the <em>words</em>"]


PIECES = """
[ ]( ) ![ < > " ' ` ```~ ~~ > - # | ~|---|---|~ {#a} {.b_onclick=x} {lang=hu} [^1] ~~[^1]:_ ^[ :::_note~
:::_pull~ :::_closed~ ~:::~ &lt; &#0; \\ javascript: // * <a_href=' { } s-7k3fq2mx word _ ~ ~~ ~~>_
~-_ ~#_ ~____
"""
ODD = [
    "\x00",
    "\u202e",
    "/media/" + "c" * 64,
    *(p.replace("~", "\n").replace("_", " ") for p in PIECES.split()),
]
FRAGMENTS = st.sampled_from([*RAW, *SCRIPTS, *COMMENTS, *ODD])


@settings(max_examples=400, deadline=None)
@given(st.lists(FRAGMENTS | st.text(max_size=5), max_size=25).map("".join), st.booleans())
@example("::: closed\nShe told me.\n:::\n", True)
def test_nothing_that_is_written_ever_acts(text, show_closed):
    inspect(render(text, links=LINKS, show_closed=show_closed))
