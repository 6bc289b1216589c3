"""Who took her story back, and who wants to, reads whom to ask, where the archive names somebody."""

import pytest

from tests.web.serving import served, story

GONE = {"gone.md": story("Lamplight.", "status: withdrawn")}
LINK = '<a href="{0}">{1}</a>'


def places(tmp_path, contact):
    """The absence notice, and the page on how consent works."""
    with served(tmp_path, GONE, contact=contact) as web:
        notice, explained = web.get("/stories/gone"), web.get("/help/consent")
        assert (notice.status, explained.status) == (410, 200)
        return notice.text, explained.text, web.ask("GET", "/api/v1/stories/gone").json


@pytest.mark.parametrize(
    ("contact", "address", "label"),
    [
        ("mailto:stories@example.org", "mailto:stories@example.org", "stories@example.org"),
        ("stories@example.org", "mailto:stories@example.org", "stories@example.org"),
        ("tel:+44-1632-960000", "tel:+44-1632-960000", "+44-1632-960000"),
        (
            "https://example.org/ask?a=b&c",
            "https://example.org/ask?a=b&amp;c",
            "https://example.org/ask?a=b&amp;c",
        ),
        ("http://intranet/stories", "http://intranet/stories", "http://intranet/stories"),
    ],
)
def test_an_address_is_a_link_on_both_pages(tmp_path, contact, address, label):
    notice, explained, told = places(tmp_path, contact)
    assert f"<p>Questions: {LINK.format(address, label)}</p>" in notice
    assert f"anybody in the story team: {LINK.format(address, label)}.</p>" in explained
    assert told["contact"] == contact


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("Ask <Ann> at the desk", "Ask &lt;Ann&gt; at the desk"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://example.org or the desk", "https://example.org or the desk"),
    ],
)
def test_a_text_stays_a_text(tmp_path, contact, shown):
    notice, explained, _ = places(tmp_path, contact)
    assert f"<p>Questions: {shown}</p>" in notice
    assert f"anybody in the story team: {shown}.</p>" in explained


def test_where_nobody_is_named_nothing_is_promised(tmp_path):
    notice, explained, told = places(tmp_path, "")
    assert "Questions" not in notice and "anybody in the story team.</p>" in explained
    assert "contact" not in told
