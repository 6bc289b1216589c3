"""Whoever finds a hole is told whom to write to, where the archive names somebody."""

import re
from datetime import datetime

import pytest

from tests.web.serving import always, opened

PATH = "/.well-known/security.txt"
NOON = "2026-05-04T12:00:00+00:00"


def told(tmp_path, **settings):
    with opened(tmp_path, clock=always(NOON), **settings) as web:
        return web.get(PATH), web.get("/nowhere")


def test_security_txt_names_the_contact_for_less_than_a_year(tmp_path):
    answer, _ = told(tmp_path, contact="mailto:stories@example.org", base_url="https://stories.example.org")
    assert answer.status == 200 and answer["content-type"].startswith("text/plain")
    lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert lines["Contact"] == "mailto:stories@example.org"
    assert lines["Canonical"] == f"https://stories.example.org{PATH}"
    assert lines["Preferred-Languages"] == "en"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", lines["Expires"])
    ahead = datetime.fromisoformat(lines["Expires"]) - datetime.fromisoformat(NOON)
    assert 90 < ahead.days < 365


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("stories@example.org", "mailto:stories@example.org"),
        ("https://example.org/contact", "https://example.org/contact"),
        ("tel:+44-1632-960000", "tel:+44-1632-960000"),
    ],
)
def test_the_contact_is_an_address(tmp_path, contact, shown):
    answer, _ = told(tmp_path, contact=contact)
    assert answer.text.startswith(f"Contact: {shown}\n") and "Canonical" not in answer.text


@pytest.mark.parametrize(
    "contact", ["", "Ask at the desk in Northgate", "http://example.org", "Ann <ann@example.org>"]
)
def test_without_an_address_there_is_no_such_file(tmp_path, contact):
    answer, nowhere = told(tmp_path, contact=contact)
    assert answer == nowhere


def test_another_language_stands_before_english(tmp_path):
    answer, _ = told(tmp_path, contact="mailto:a@example.org", language="cy")
    assert "Preferred-Languages: cy, en\n" in answer.text
