"""Stories and personas with a word of its own in every place that can hold text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from tests.imports.photographs import drawing, with_words
from tests.proofs.canaries.table import Kind
from tests.proofs.canaries.words import anchor, record_id, word

DRAWING = drawing()
GATHERER = "J. O. Harkness"
EVERYBODY = "who-everyb0d"
CONSENT = {
    "publication": "consent: {uses: [publication, design]}",
    "design": "consent: {uses: [design]}",
    "learning": "consent: {uses: [learning], until: 2099-01-01}",
    "commissioning": "consent: {uses: [commissioning]}",
    "no use": "consent: {uses: []}",
    "draft": "status: draft\nconsent: {uses: [publication, design, commissioning]}",
    "expired": "consent: {uses: [publication], until: 2020-01-01}",
    "not understood": "consent: yes",
    "set aside": "consent: {uses: [publication]",
    "until Wednesday": "consent: {uses: [publication], until: 2026-05-06}",
    "not for Northgate": "consent: {uses: [publication], not_for: [Northgate Trust]}",
    "withdrawn, was public": "status: withdrawn\nconsent: {uses: [publication]}",
    "withdrawn, was design": "status: withdrawn\nconsent: {uses: [design]}",
}
OPEN, KEPT, NEVER = Kind.OPEN, Kind.KEPT, Kind.NEVER
PUBLIC = {"publication", "until Wednesday", "not for Northgate", "withdrawn, was public"}
PLACES = {
    "file": OPEN,
    "title": OPEN,
    "storyteller": OPEN,
    "role": OPEN,
    "kind": OPEN,
    "site": OPEN,
    "gatherer": OPEN,
    "summary": OPEN,
    "theme": OPEN,
    "moment": OPEN,
    "strength": OPEN,
    "hope": OPEN,
    "content note": OPEN,
    "body": OPEN,
    "heading": OPEN,
    "quotation": OPEN,
    "item": OPEN,
    "cell": OPEN,
    "code": OPEN,
    "pull": OPEN,
    "footnote": OPEN,
    "alt text": OPEN,
    "link": OPEN,
    "link title": OPEN,
    "definition": OPEN,  # of its theme, in the codebook
    "use when": OPEN,  # of its theme too, as are the next two
    "not when": OPEN,
    "alias": OPEN,  # which its file says as well
    "new theme name": OPEN,  # of what was marked in it, once that is renamed
    "statement": OPEN,  # of a persona, resting on this story alone
    "evidence": OPEN,
    "against": OPEN,
    "unknown key": KEPT,
    "unknown value": KEPT,
    "closed": KEPT,
    "closed heading": KEPT,
    "closed footnote": KEPT,
    "closed alt text": KEPT,
    "picture": OPEN,  # in the bytes of one
    "closed picture": KEPT,
    "to be closed": OPEN,
    "earlier version": OPEN,  # in its first version and no other
    "revision note": KEPT,  # why the first version was made
    "not for": KEPT,
    "said at her door": KEPT,  # in the database, as are the next two
    "answer at her door": KEPT,
    "what came of it": KEPT,
    "quote theme": OPEN,  # of words that somebody marked in it, as is the next
    "quote note": Kind.WORK,
    "quote memo": Kind.WORK,  # about that quote, as the next is about the story
    "quote memo of story": Kind.WORK,
    "quote cluster": Kind.WORK,  # on a board where each story's quote has one of its own
    "quote board": Kind.WORK,  # on which nothing else hangs
    "quote session": Kind.WORK,  # on whose table nothing else lies
    "quote cell": Kind.WORK,  # of a session's board, to which nothing else is pinned
    "quote requirement": Kind.WORK,  # of a specification: why it is asked, resting on nothing else
    "unresolved persona": NEVER,  # a name that no persona has
    "context": NEVER,
    "comment": NEVER,
    "comment in front matter": NEVER,
}
OF_CODEBOOK = {"theme", "definition", "use when", "not when", "alias"}
SEARCHED = ("title", "storyteller", "theme", "site", "kind", "summary", "body", "quotation", "cell")


@dataclass
class Planted:
    """One story, the state that it is in, and its words by place."""

    name: str
    state: str
    hers: bool
    closed: bool = False  # the passage that is to be closed is
    closed_at_door: bool = False
    pulled: bool = False  # its file was brought back after it was erased

    def __post_init__(self) -> None:
        self.id = record_id("s", self.name)
        self.first_state = self.state
        self.quote = record_id("q", self.name, "quote")
        self.memo, self.board, self.session = (f"{kind}-{word(self.name, kind)}" for kind in ("m", "b", "d"))
        self.requirement = f"req-{word(self.name, 'requirement')}"  # tells nothing of the story
        self.words = {place: word(self.name, place) for place in PLACES}
        self.path = f"stories/{self['file']}.md"

    def __getitem__(self, place: str) -> str:
        return self.words[place]

    @property
    def slug(self) -> str:
        return self["file"]

    @property
    def been_public(self) -> bool:
        """Whether everybody could read it once: then harvesters are told its id, and that it is gone."""
        return bool({self.first_state, self.state} & PUBLIC) or self.first_state == "set aside"

    def kind(self, place: str) -> Kind:
        """For whom the words of this place are now."""
        closed = self.closed or self.closed_at_door
        if place == "earlier version" and (closed or self.first_state == "draft"):
            return KEPT  # closing a passage, or publishing what was a draft, opens no version before
        return KEPT if place == "to be closed" and closed else PLACES[place]

    def secrets(self) -> Iterator[tuple[str, str, Kind]]:
        """Each word, id and anchor, its place, and for whom it is."""
        yield self.id.partition("-")[2], "id", OPEN
        yield self.quote.partition("-")[2], "quote", OPEN
        yield self.memo.partition("-")[2], "quote memo", Kind.WORK
        yield self.board.partition("-")[2], "quote board", Kind.WORK
        yield self.session.partition("-")[2], "quote session", Kind.WORK
        yield anchor(self.passage), "anchor", OPEN
        yield anchor(self.held_against), "anchor against", OPEN
        yield anchor(self.closed_passage), "closed anchor", KEPT
        for place, found in self.words.items():
            if place != "gatherer" or not self.hers:
                yield found, place, self.kind(place)

    def left(self) -> set[str]:
        """What stewards know of a story that is no more: the codebook's part, and for the audit its id."""
        if self.state == "gone":
            return {*OF_CODEBOOK, "id"}
        kept = {*OF_CODEBOOK, "id", *(["file"] if self.pulled else [])}
        return kept if self.state == "erased" else set()

    def shows(self, place: str, kind: Kind) -> bool:
        """Whether the words of this place stand on some page for whoever may know them."""
        if place.endswith("picture"):  # of a story that was taken back nobody is shown one
            return not self.state.startswith("withdrawn")
        if place == "content note":
            return self.hers
        if place == "not for":
            return self.state.startswith("not for")
        if place in ("quote cluster", "quote board", "quote session"):  # lists show nothing of her own alone
            return self.state in ("publication", "design", "learning")
        if place == "quote requirement":  # gatherers, who work here, are in no specification
            return False
        if place == "quote cell":  # sessions use what is agreed to for design or publication
            return self.state in ("publication", "design")
        if place.startswith("quote") and place != "quotation":  # gone with a story that is taken back
            return self.state != "set aside" and not self.state.startswith("withdrawn")
        if place in OF_CODEBOOK - {"theme"}:  # nobody wrote under the theme of a story set aside at once
            return self.state != "set aside"
        if place == "new theme name":  # there is one for those alone of which a step renames it
            return False
        return kind is not NEVER and place not in ("link title", "closed anchor")

    def picture(self, place: str) -> bytes:
        """A picture with this place's word in its bytes, as no picture that comes in has."""
        return with_words(DRAWING, f"Of {self[place]}.")

    def digest(self, place: str) -> str:
        """Under which the story shows it."""
        return sha256(self.picture(place)).hexdigest()

    @property
    def passage(self) -> str:
        return f"The evidence is {self['evidence']} and no other."

    @property
    def held_against(self) -> str:
        return f"Some held against it: {self['against']}."

    @property
    def closed_passage(self) -> str:
        return f"She said {self['closed']}."

    def text(self, state: str = "", *, first: bool = False) -> str:
        """The file; `first` as it was before anything was changed."""
        w, consent = self.words, CONSENT[state or self.state]
        notes = f"content_notes: [{w['content note']}]\n" if self.hers else ""
        gatherer = GATHERER if self.hers else w["gatherer"]
        consent = consent.replace("Northgate Trust", f"Northgate Trust, {w['not for']} Trust")
        earlier = f"Once it was {w['earlier version']}.\n\n" if first else ""
        late = (
            f"::: closed\nAnd {w['to be closed']} too.\n:::"
            if self.closed
            else f"And {w['to be closed']} too."
        )
        return f"""---
id: {self.id}
title: The {w["title"]}
storyteller: {w["storyteller"]}
role: {w["role"]}
kind: [{w["kind"]}, carer]
site: {w["site"]}
gathered: 2026-03-04
gatherer: {gatherer}
summary: About {w["summary"]}.
themes: [{w["theme"]}, waiting, {w["alias"]}]
personas: [{EVERYBODY}, {w["unresolved persona"]}]
moments:
  - {{when: "2019", what: The {w["moment"]}, kind: low}}
strengths: [Keeps {w["strength"]}]
hopes: [More {w["hope"]}]
{notes}context: {{age_band: {w["context"]}}}
{w["unknown key"]}: {{deep: [{w["unknown value"]}]}}  # {w["comment in front matter"]}
{consent}
---
The first {w["body"]} <!-- {w["comment"]} --> sat by the window.[^1]

{self.passage}

{self.held_against}

<!--
{w["comment"]} again
-->

## The {w["heading"]}

> “{w["quotation"]} I said.”

- one {w["item"]}

| what | how |
| --- | --- |
| {w["cell"]} | well |

```
{w["code"]}
```

::: pull
So {w["pull"]}.
:::

![of a {w["alt text"]}](kettle.png) and
[a {w["link"]}](https://example.org "{w["link title"]}"). ![](/media/{self.digest("picture")})

{late}

::: closed
## About {w["closed heading"]}

{self.closed_passage}

And more.[^2] ![a {w["closed alt text"]}](other.png) ![](/media/{self.digest("closed picture")})

[^2]: A note of {w["closed footnote"]}.
:::

{earlier}It ended well.

[^1]: A note of {w["footnote"]}.
"""


def planted(moving: Iterable[tuple[str, str]] = ()) -> list[Planted]:
    """A story in each state, twice: one that `own gatherer` gathered, and one of somebody else.

    `moving` names further ones, and the states in which they begin; every other of them is hers.
    """
    standing = [
        (f"{state} {whose}", state, whose == "hers") for state in CONSENT for whose in ("hers", "theirs")
    ]
    others = [(name, state, number % 2 == 1) for number, (name, state) in enumerate(moving)]
    return [Planted(*one) for one in standing + others]


@dataclass(frozen=True)
class PlantedPersona:
    """One persona, in a state of its own."""

    state: str
    keys: str

    @property
    def id(self) -> str:
        return record_id("who", "persona", self.state)

    def __getitem__(self, place: str) -> str:
        return word("persona", self.state, place)

    def secrets(self) -> Iterator[tuple[str, str, Kind]]:
        yield self.id.partition("-")[2], "id", OPEN
        for place in ("file", "name", "tagline", "quote", "heading", "statement", "body"):
            yield self[place], place, OPEN
        for place in ("portrait", "portrait words"):
            yield self[place], place, OPEN
        yield self["comment"], "comment", NEVER

    def picture(self) -> bytes:
        """Her portrait, with a word in its bytes, as none that comes in has."""
        return with_words(DRAWING, f"Of {self['portrait']}.")

    def digest(self) -> str:
        """Under which her file names it."""
        return sha256(self.picture()).hexdigest()

    def text(self) -> str:
        return f"""---
id: {self.id}
name: {self["name"].title()}
tagline: who {self["tagline"]}
quote: I am {self["quote"]}
portrait: {{picture: "{self.digest()}", words: Of {self["portrait words"]}}}
{self.keys}
statements:
  About {self["heading"]}:
    - She {self["statement"]}
---
A {self["body"]} life. <!-- {self["comment"]} -->
"""


PERSONAS = [
    PlantedPersona("publication", "uses: [publication]"),
    PlantedPersona("design", ""),
    PlantedPersona("commissioning", "uses: [commissioning]"),
    PlantedPersona("draft", "status: draft\nuses: [publication]"),
]


def everybody(stories: list[Planted]) -> str:
    """A public persona with a statement that rests on each story, one for each."""
    statements = "\n".join(
        f"    - statement: They {one['statement']}\n"
        f"      evidence: [{one.id}#{anchor(one.passage)}]\n"
        f"      against: [{one.id}#{anchor(one.held_against)}]"
        for one in stories
    )
    links = "\n".join(f"[Someone]({one.id}), [her words]({one.id}#{anchor(one.passage)})." for one in stories)
    known = f"stories: [{', '.join(one.slug for one in stories)}]"
    return (
        f"---\nid: {EVERYBODY}\nname: Every Body\nuses: [publication]\n{known}\n"
        f"statements:\n  Each of them:\n{statements}\n---\n{links}\n"
    )
