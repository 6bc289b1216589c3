"""What tests of building share: the workbench as a browser fills it in, and the file that it writes."""

import re
from html import unescape

from tests.web.people import hidden, look, send

ELENA_AT = "/p/who-e1ena000/build"


def step(web, who, do, address=ELENA_AT, digest="", **fields):
    """One step on the workbench as it stands."""
    told = digest or hidden(look(web, address, who), "digest")
    return send(web, address, {"do": do, "digest": told, "from": "", **fields}, who)


def done(web, who, do, **fields):
    """The same, which is to be saved."""
    answer = step(web, who, do, **fields)
    assert answer.status == 303, answer.text
    return answer


def file(web, name="elena"):
    return (web.archive.settings.personas / f"{name}.md").read_text()


def statements(web, who, address=ELENA_AT):
    """The statements that somebody sees, by their words: the keys that forms name them by."""
    text = look(web, address, who).text
    found = re.findall(r'name="statement" value="(\w{16})"(?: checked)?> <span>(.*?)</span>', text)
    return {unescape(words): key for key, words in found}


def headings(web, who, address=ELENA_AT):
    found = re.findall(r'<h3 id="h-(\w{16})"[^>]*>(.*?)</h3>', look(web, address, who).text)
    return {unescape(name): key for key, name in found}


def problem(answer):
    found = re.search(r'id="wrong"[^>]*><strong>Nothing was changed.</strong> (.*?)</p>', answer.text)
    assert found, answer.text
    return unescape(found[1])
