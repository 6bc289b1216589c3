"""Saved web pages give their words, and nothing that runs, points elsewhere to be fetched, or hides."""

import socket
import threading

import pytest

from app.errors import ImportRefused
from app.rendering.markdown import render
from tests.imports.words import read, reasons, shown
from tests.rendering.conftest import LINKS
from tests.rendering.test_inert import inspect

PAGE = """<!DOCTYPE html><html><head><title>Northgate – talks</title><meta name="author" content="Jo">
<style>p { color: red }</style><script>alert(1)</script></head><body>
<h1>Marisa</h1><!-- her sister's name --><p onclick="alert(1)">The <b>first</b> thing<br>is <i>hers</i>.</p>
<blockquote><p>“Quoted.”</p></blockquote><ul><li>a letter</li></ul>
<table><tr><th>When</th><th>What</th></tr><tr><td><p>2019</p><p>June</p></td><td>Loses</td></tr></table>
<p><a href="https://example.org/x" onmouseover="x">a link</a> <a href="#top">within</a></p>
<img src="https://example.org/cat.png" alt="A cat"><script>document.write("gone")</script>
</body></html>"""


def test_headings_quotations_lists_tables_and_comments_are_kept():
    assert read("talk.html", PAGE).body == (
        "# Marisa\n\n<!-- her sister's name -->\n\nThe **first** thing\\\nis *hers*.\n\n"
        "> “Quoted.”\n\n- a letter\n\n"
        "| When      | What  |\n|-----------|-------|\n| 2019 June | Loses |\n\n"
        "[a link](https://example.org/x) within\n"
    )


def test_its_first_heading_is_its_title_else_what_the_window_said():
    assert read("talk.html", PAGE).title == "Marisa"
    assert read("talk.htm", PAGE.replace("h1", "p")).title == "Northgate – talks"


def test_pictures_and_comments_are_reported():
    told = reasons(read("talk.html", PAGE))
    assert "picture 1: A picture was left out." in told
    assert "1 comment was kept" in told


HARMFUL = [
    "<svg><script>alert(1)</script></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<p>{onclick=alert(1)}</p>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<textarea><script>alert(1)</script></textarea>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<p><!--><script>alert(1)</script>--></p>",
    "<p style='x'>`<img src=x onerror=alert(1)>`</p>",
    "<object data='x'></object><embed src='x'><base href='//x'>",
    "<form action='/logout'><button>x</button></form>",
]


@pytest.mark.parametrize("html", HARMFUL)
def test_nothing_that_runs_comes_out_of_it(html):
    page = render(read("talk.html", f"<p>Words.</p>{html}").body, links=LINKS)
    inspect(page)
    assert "Words." in page.html


def test_nothing_is_fetched():
    asked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        here = f"http://127.0.0.1:{server.getsockname()[1]}/"
        threading.Thread(target=_wait, args=(server, asked), daemon=True).start()
        tags = f"<iframe src={here}></iframe><img src={here}><link rel=stylesheet href={here}>"
        assert "Words." in read("talk.html", f"<p>Words.</p>{tags}<iframe src='/etc/passwd'></iframe>").body
        assert (
            "root:" not in read("talk.html", "<p>Words.</p><iframe src='file:///etc/passwd'></iframe>").body
        )
        assert not asked.is_set()


def _wait(server, asked):
    try:
        server.accept()
        asked.set()
    except OSError:
        return


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_letters_are_read_in_each_encoding(encoding):
    assert shown(read("talk.html", "<p>Zoë paid £5 – ‘enough’.</p>", encoding).body) == [
        "Zoë paid £5 – ‘enough’."
    ]


def test_the_encoding_that_a_page_names_is_believed():
    page = '<meta charset="iso-8859-2"><p>Łucja nie śpi.</p>'
    assert shown(read("talk.html", page, "iso-8859-2").body) == ["Łucja nie śpi."]
    assert shown(read("talk.html", page.replace("iso-8859-2", "zlib_codec"), "utf-8").body) == [
        "Łucja nie śpi."
    ]


def test_cells_that_reach_over_others_lose_no_word():
    rows = (
        "<tr><th colspan=2>One</th></tr><tr><td rowspan=2>Two</td><td>Three</td></tr><tr><td>Four</td></tr>"
    )
    table = f"<table>{rows}</table>"
    assert shown(read("talk.html", table).body) == ["One Two Three Four"]


def test_a_list_of_meanings_and_a_picture_with_a_caption_keep_their_words():
    figure = "<figure><img src=x><figcaption>Said of it</figcaption></figure>"
    assert shown(read("talk.html", f"<dl><dt>Term</dt><dd>Meaning</dd></dl>{figure}").body) == [
        "Term",
        "Meaning",
        "Said of it",
    ]


DEEP = ["<div>", "<blockquote>", "<ul><li>", "<table><tr><td>", "<b>", "<DIV class=x>"]


@pytest.mark.parametrize("tag", DEEP)
def test_a_page_nested_too_deep_is_refused(tag):  # 36
    with pytest.raises(ImportRefused, match="nested"):
        read("talk.html", f"<p>a</p>{tag * 30_000}Words")


def test_many_paragraphs_that_nobody_closes_are_not_nested():
    assert len(shown(read("talk.html", "<p>Words.<br><img src=x>" * 1_000).body)) == 1_000


@pytest.mark.parametrize("content", [b"A story.", b"# Markdown", b"{\\rtf1 x}", b"%PDF-1.7"])
def test_what_is_no_page_is_refused(content):  # 39
    with pytest.raises(ImportRefused, match=r"no \.html"):
        read("talk.html", content)
