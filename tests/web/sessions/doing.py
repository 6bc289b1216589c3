"""What tests of design sessions share: an archive with two personas, a session, and people in it."""

import re

from tests.web.people import cookie_in, look, send
from tests.web.serving import story

WORDS = "She would not begin again."
DESIGN_WORDS = "The kettle was the quiet part."
STORIES = {
    "open.md": story(WORDS, "id: s-0pen0000", "storyteller: Marisa"),
    "design.md": story(DESIGN_WORDS, "id: s-des1gn00", "storyteller: Hidden Olu", uses="design"),
    "learning.md": story("For learning alone.", "id: s-1earn000", uses="learning"),
}
PERSONAS = {
    "elena.md": "---\nid: who-e1ena000\nname: Elena\nuses: [design, publication]\n"
    "statements:\n  What she brings:\n    - {statement: A list, evidence: [s-0pen0000]}\n---\nElena.\n",
    "abdi.md": "---\nid: who-abd10000\nname: Abdi of the teams\nuses: [design]\n---\nAbdi.\n",
}
ELENA, ABDI = "who-e1ena000", "who-abd10000"
ABOUT = {
    "title": "The first meeting",
    "day": "2026-05-14",
    "team": "Open-door team",
    "purpose": "To try three ideas.",
    "vision": "Nobody begins again.",
    "worths": "Being heard\nNo forms",
    "questions": "What would she say?",
    "agenda": "10:00 Who is on the table\n10:40 Ideas",
    "votes": "2",
}


def prepared(web, who, *personas, guests="yes", **about):
    """The address of a session with these personas on its table."""
    made = send(web, "/sessions", {"do": "make", "guests": guests} | ABOUT | about, who)
    assert made.status == 303, made.text
    address = made["location"].removesuffix("/prepare")
    for persona in personas or (ELENA,):
        laid = send(web, f"{address}/prepare", {"do": "lay-persona", "persona": persona}, who)
        assert laid.status == 303, laid.text
    return address


def opened(web, who, *personas, **about):
    """The address of a session that this person opened, and leads."""
    address = prepared(web, who, *personas, **about)
    assert do(web, who, address, "open").status == 303
    return address


def code_of(web, who, address):
    return re.search(r"join code <b>([A-Z]+-\d{3})</b>", look(web, address, who).text)[1]


def join(web, code, name="Sam", who=None, **how):
    return send(web, "/sessions/join", {"code": code, "name": name}, who, **how)


def guest(web, who, address, name="Sam"):
    """The cookie of a guest who joined with the code."""
    answer = join(web, code_of(web, who, address), name)
    assert (answer.status, answer["location"]) == (303, address), answer.text
    return cookie_in(answer)


def do(web, who, address, what, /, **fields):
    return send(web, address, {"do": what, **fields}, who)


def idea(web, who, address, text="A phone that is answered until ten", **fields):
    """The number of a new idea."""
    answer = do(web, who, address, "idea", text=text, **fields)
    assert answer.status == 303, answer.text
    return max(map(int, re.findall(r'id="idea-(\d+)"', look(web, address, who).text)))


def write(web, who, address, number, verdict="helps", note="", base="0", column=ELENA, **fields):
    told = {"do": "write", "verdict": verdict, "note": note, "base": base} | fields
    return send(web, f"{address}/cells/{number}/{column}", told, who)


def cell(web, who, address, number, column=ELENA):
    """The words of one cell on the board."""
    row = re.search(rf'<tr id="idea-{number}">.*?</tr>', look(web, address, who).text, re.S)[0]
    found = re.findall(r'<td class="cell[^>]*>.*?</td>', row, re.S)
    mine = next(one for one in found if f"/cells/{number}/{column}" in one)
    return " ".join(re.sub("<[^>]*>", " ", mine).split())
