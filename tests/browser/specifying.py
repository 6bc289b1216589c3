"""A specification that cites four stories, one of them taken back and one of them changed since."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from app.services.reconcile import reconcile
from tests.browser.serving import Place, serving
from tests.web.people import send, someone
from tests.web.serving import served, story
from tests.web.specifications.doing import asked, begun, cited, quoted

CHAIR = "I had told it so often that it stopped sounding like mine."
PHONE = "At night the phone rings where nobody sits, and in the morning I am asked why I did not ring."
PAGE = "Nobody had written down that I rang. I know it, because I asked, and was shown an empty page."
FORM = "They sent the form to the flat that I had told them I had left."
BUS = "Two buses and a quarter of an hour in the rain, to be told that it was the other Tuesday."
TELLERS = {
    "marisa": (CHAIR, "Marisa", "Looks after her nephew", "elena", "[publication, commissioning]"),
    "olu": (PHONE, "Olu", "Night porter", "abdi", "[commissioning]"),
    "dilys": (FORM, "Dilys", "Moved twice in a year", "elena", "[publication]"),
    "ray": (BUS, "Ray", "Waits for his wife", "abdi", "[publication]"),
    "gwen": (PAGE, "Gwen", "Rings for her mother", "elena", "[publication, commissioning]"),
}
TITLES = {
    "marisa": "The chair by the window",
    "olu": "What a porter hears",
    "dilys": "The flat that I had left",
    "ray": "The other Tuesday",
    "gwen": "An empty page",
}
NAMES = {
    "elena": "who keeps starting again",
    "abdi": "who is awake when nobody answers",
    "moira": "who will not ask twice",
}


def _id(name: str) -> str:
    return f"s-{list(TELLERS).index(name):08}"


def _story(name: str, *keys: str, words: str = "") -> str:
    said, teller, role, persona, uses = TELLERS[name]
    told = (
        f"id: {_id(name)}",
        f"title: {TITLES[name]}",
        f"storyteller: {teller}",
        f"role: {role}",
        "site: Northgate",
        *keys,
    )
    more = (f"personas: [{persona}]", "gathered: 2026-03-04", "themes: [telling it twice]")
    return story(f"We sat by the window.\n\n“{words or said}”", *told, *more, uses=uses.strip("[]"))


def _persona(name: str) -> str:
    return f"---\nname: {name.title()}\ntagline: {NAMES[name]}\nuses: [publication]\n---\n{name.title()}.\n"


@contextmanager
def a_specification(folder: Path) -> Iterator[tuple[Place, str, str]]:
    """Where it is served, its address, and the cookie of Cy, who writes it."""
    with ThreadPoolExecutor(1) as apart:  # a browser's own loop runs in this thread
        address, cookie = apart.submit(_prepared, folder).result()
    places = {"STATE": str(folder / "state"), "SEARCH_INDEX": str(folder / "search_index")}
    with serving(folder, **places) as place:
        yield place, address, cookie


def _prepared(folder: Path) -> tuple[str, str]:
    stories = {f"{name}.md": _story(name) for name in TELLERS}
    with served(folder, stories, {f"{name}.md": _persona(name) for name in NAMES}) as web:
        someone(web.archive, "Steward", "steward")
        cy = someone(web.archive, "Cy", "commissioner", organisation="Northgate ICB")
        someone(web.archive, "Dora", "commissioner", organisation="Northgate ICB")
        address = _written(web, cy)
        changed = BUS.replace("a quarter of an hour", "twenty minutes")
        (folder / "stories" / "ray.md").write_text(_story("ray", words=changed))
        (folder / "stories" / "dilys.md").write_text(_story("dilys", "status: withdrawn"))
        reconcile(web.archive)
        return address, cy[1].partition("=")[2]


def _written(web, cy):
    about = "What we ask of whoever keeps the door of community mental health in Northgate."
    told = {"commissioner": "Northgate ICB", "service": "Open door", "version": "0.4", "about": about}
    address = begun(web, cy, "An open door", worths="Nobody tells it twice\nSomebody rings back", **told)
    first = asked(web, cy, address, "Being heard", heading="yes").rpartition("/")[2]
    once = {"priority": "must", "rationale": "Each assessment begins again, and people stop telling it."}
    once = asked(web, cy, address, "What somebody has told once goes with them.", parent=first, **once)
    ring = "Somebody rings back within two days, at an hour that was asked for."
    ring = asked(web, cy, address, ring, parent=first, priority="must")
    second = asked(web, cy, address, "Letters and places", heading="yes").rpartition("/")[2]
    letters = asked(web, cy, address, "Letters go where people live now.", parent=second, priority="should")
    asked(web, cy, address, "Opening hours are counted each quarter.", parent=second, priority="could")
    marks = {name: quoted(web, said[0], _id(name)) for name, said in TELLERS.items()}
    cited(web, cy, once, marks["marisa"])
    cited(web, cy, once, marks["gwen"], "Nobody had written down that I rang. I know it, because I asked …")
    cited(web, cy, once, "", kind="persona", persona="elena")
    cited(web, cy, ring, marks["olu"], "At night the phone rings where nobody sits …")
    cited(
        web, cy, ring, "", kind="figure", figure="Four of ten calls are never returned.", source="ICB, 2026"
    )
    cited(web, cy, ring, marks["ray"], stance="challenges", note="He would rather that nobody rang.")
    cited(web, cy, letters, marks["dilys"])
    send(
        web,
        address,
        {"do": "promise", "words": "One sheet of paper that goes with people", "day": "2027-03-01"},
        cy,
    )
    return address
