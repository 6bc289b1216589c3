"""One reader goes through the archive: all routes, every link that she is shown, and many questions."""

import random
import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, unquote_plus, urldefrag, urlencode, urljoin, urlsplit

from app.services.throttle import Throttle
from tests.proof_scale import scaled
from tests.proofs.canaries.cited import CITED
from tests.proofs.canaries.harvesting import HARVESTING
from tests.proofs.canaries.planting import SEARCHED, Planted
from tests.proofs.canaries.posts import POSTS, PUTS
from tests.proofs.canaries.routes import GETS, LOST, examples
from tests.proofs.canaries.specifications import GETS as SPECIFIED
from tests.proofs.canaries.table import READ, cell
from tests.proofs.canaries.words import ANCHOR, CANARY, UNKNOWN, anchor, found_in
from tests.proofs.canaries.world import World
from tests.web.asking import Answer
from tests.web.filling import filled_in
from tests.web.people import FORM, FROM_HERE

FORMATS = [  # a PDF is made of a page that is looked through
    tuple(one for one in GETS[route] if ".pdf" not in one)
    for route in (
        *CITED,
        *HARVESTING,
        *SPECIFIED,
        "/s/{story_id}/v/{number}",
        "/s/{record_id}/poster",
        "/q/{quote_id}",
        "/q/{quote_id}/card",
        "/api/v1/stories/{slug:text}",
        "/api/v1/quotes/{quote_id}",
    )
]
LINK = re.compile(r'(?:href|src|action)="([^"]*)"')
BY_LOT = ("/random",)  # leads to another story each time
WRITING = re.compile(r"/s/([^/?]+)/(?:edit|preview|names)(?:\?.*)?")  # where a file's own words are written
HARVESTED = re.compile(r"/oai|.*/?feed\.xml|/sitemap")  # the same for all: what everybody may read
MARKED_WITH = ("/themes/{}", "/api/v1/themes/{}", "/api/v1/quotes?theme={}", "/marking/themes?q={}")
MOST = scaled(280, 2_000)  # links that one reader follows at one time
ALIKE = scaled(2, 100)  # of them that differ in a word, an id or a number: filters lead to thousands
NAMED = re.compile(rf"{CANARY.pattern}|{ANCHOR.pattern}|[0-9a-f]{{16,}}|\d+")


JSON, WHENCE = ("content-type", "application/json"), b'{"text": "The first sat by the window."}'


@dataclass
class Met:
    """What one reader met at one time: answers, the words in them, and those that she should not have met."""

    reader: str
    answers: int = 0
    words: set[str] = field(default_factory=set)
    leaks: list[str] = field(default_factory=list)


class Crawl:
    """Goes through the archive as one reader."""

    def __init__(self, world: World, reader: str) -> None:
        self.world, self.reader, self.met = world, reader, Met(reader)
        self.forbidden, self.forbidden_to_all = world.forbidden(reader), world.forbidden("anonymous")

    def routes(self, part: float = 1, seed: str = "") -> None:
        """Every example of every route, or a part of them; forms as well, and lost addresses."""
        chance = random.Random(f"{seed}{self.reader}")
        for address in [*examples(GETS.values(), self.world.stories), *LOST]:
            if chance.random() < part:
                self.look(address)
        for address in examples(POSTS.values(), self.world.stories):
            if chance.random() < part:
                self._see(address, self._post(address))
        for address in examples(PUTS.values(), self.world.stories):
            if chance.random() < part:
                self._see(address, self._put(address))

    def formats(self, stories: Iterable[Planted]) -> list[str]:
        """Every form in which words of these stories could leave; what she meets that is not hers."""
        for address in examples(FORMATS, stories):
            self.look(address)
        return self.met.leaks

    def links(self, seed: str = "", most: int = MOST) -> None:
        """Every link that she is shown, and those on the pages behind them; of links that are alike, some."""
        chance, seen, alike = random.Random(f"{seed}{self.reader}"), {"/"}, Counter[str]()
        waiting = deque(seen)
        while waiting and len(seen) < most:
            address = waiting.popleft()
            shown = links_of(address, self.look(address))
            for link in chance.sample(shown, len(shown)):
                shape = NAMED.sub("*", link)
                if link not in seen and is_followed(link) and alike[shape] < ALIKE:
                    alike[shape] += 1
                    seen.add(link)
                    waiting.append(link)

    def variants(self, addresses: Iterable[str]) -> None:
        """The same addresses as other programs ask for them: headers alone, a part, what is known already."""
        for address in addresses:
            self.world.web.archive.throttle = Throttle()  # else one of the two is told to come back later
            whole = self.look(address)
            tag = self.world.get(address, "anonymous").get("etag", '"none"')
            named = [*self.world.readers[self.reader]]
            head = self.world.web.ask("HEAD", address, headers=named)
            self._see(address, head)
            same = (head.status, _kept(head)) == (whole.status, _kept(whole)) or address in BY_LOT
            if head.body or not same:
                self.met.leaks.append(f"{self.reader}: HEAD {address} says another thing than GET")
            for header in (("range", "bytes=0-99999"), ("if-none-match", tag), ("accept-encoding", "gzip")):
                self._see(address, self.world.get(address, self.reader, header))
            self._by_token(address, whole)
            self._see(address, self.world.web.ask("DELETE", address, headers=[FROM_HERE, *named]))

    def _by_token(self, address: str, whole: Answer) -> None:
        """A program that holds her token is told what she is told, and nothing outside the API."""
        token = self.world.tokens.get(self.reader)
        if token is None:
            return
        answer = self.world.web.get(address, headers=[token])
        self._see(address, answer)
        told = whole.status if address.startswith("/api/") else 401
        if answer.status != told:
            self.met.leaks.append(f"{self.reader}: {address} is {answer.status} by token, not {told}")
        elif address.startswith("/api/v1/") and answer.body != whole.body:
            self.met.leaks.append(f"{self.reader}: {address} tells a token another thing")

    def questions(self, words: int, seed: str = "") -> None:
        """Ask for forbidden words, by themselves and nearly: nothing tells them from words of nobody's."""
        chance = random.Random(f"{seed}{self.reader}")
        asked = [word for word in self.forbidden if CANARY.fullmatch(word) and len(word) == len(UNKNOWN)]
        for word in chance.sample(sorted(asked), min(words, len(asked))):
            self._ask_for(word)

    def marking(self, words: int, seed: str = "") -> None:
        """Mark words of a public story with names that are not hers to know: nobody is told more than these.

        What is marked is taken off again, so that her own word is nowhere when others go through.
        """
        chance = random.Random(f"{seed}{self.reader}")
        names = [word for word, place in self.forbidden.items() if place.endswith((": theme", ": alias"))]
        for word in chance.sample(sorted(names), min(words, len(names))):
            self._mark_with(word)

    def _mark_with(self, word: str) -> None:
        story = self.world.story("publication theirs")
        named, at = [*self.world.readers[self.reader], FORM, FROM_HERE], f"/s/{story.id}/mark"
        chosen = {"anchor": anchor(story.passage), "exact": "other", "themes": word}
        fields = filled_in(self.look(at), at) | chosen
        answer = self.world.web.ask("POST", at, headers=named, body=urlencode(fields).encode())
        if answer.status != 303:
            return
        quote = answer["location"].rpartition("#")[2]
        for address in (answer["location"].partition("#")[0], *(where.format(word) for where in MARKED_WITH)):
            for reader in (self.reader, "anonymous"):
                told = self.world.get(address, reader)
                found = found_in(told.headers, told.body) - {word}
                hidden = self.world.forbidden(reader)
                more = found & hidden.keys()
                self.met.leaks += [f"{reader}: {address} tells {hidden[one]}" for one in more]
        self.world.web.ask("POST", f"/q/{quote}/edit", headers=named, body=b"do=remove")

    def _ask_for(self, word: str) -> None:
        slip = word[:4] + word[5] + word[4] + word[6:]
        for near in (f"{word[:-1]}*", slip, f"theme:{word[:-1]}", f"window {word[:7]}"):
            self.look(f"/search?q={near}")
            self.look(f"/api/v1/search?q={near}")
        self.look(f"/api/v1/complete?q={word[:6]}")
        for template in ASKING:
            self._same(template, word)

    def _same(self, template: str, word: str) -> None:
        """What is asked for by name is answered as if the name were nobody's."""
        one, other = (self.world.get(template.format(w), self.reader) for w in (word, UNKNOWN))
        self.met.answers += 2
        noticed = one.status == 410 and self.forbidden[word].endswith(": file")  # the table says to whom
        same = _plain(one.content, word) == _plain(other.content, UNKNOWN)
        if not noticed and (not same or one.status != other.status):
            self.met.leaks.append(f"{self.reader}: {template.format(word)} knows {self.forbidden[word]}")

    def finds(self) -> list[str]:
        """What she ought to find and does not: stories that she may read, by words of theirs."""
        missing = []
        for story in self.world.stories:
            if cell(story.state, self.reader) == READ and story.state != "set aside":  # that is in no list
                for place in SEARCHED:
                    answer = self.look(f"/api/v1/search?q={story[place]}").json
                    if story.slug not in [one["slug"] for one in answer["results"]]:
                        missing.append(f"{self.reader}: {place} of {story.name}")
        return missing

    def look(self, address: str) -> Answer:
        """A page, looked through for words."""
        answer = self.world.get(address, self.reader)
        self._see(address, answer)
        return answer

    def _post(self, address: str) -> Answer:
        """The API is asked where words come from that stand in every planted story."""
        kind, body = (JSON, WHENCE) if address.startswith("/api/") else (FORM, b"do=nothing")
        named = [*self.world.readers[self.reader], kind, FROM_HERE]
        return self.world.web.ask("POST", address, headers=named, body=body)

    def _put(self, address: str) -> Answer:
        """Nothing is changed by what asks for no version of a story."""
        named = [*self.world.readers[self.reader], JSON, FROM_HERE]
        return self.world.web.ask("PUT", address, headers=named, body=b"{}")

    def _see(self, address: str, answer: Answer) -> None:
        """An answer may repeat what was asked for, unless it says that there is no such thing."""
        self.met.answers += 1
        found = found_in(answer.headers, answer.body)
        self.met.words |= found
        echoed = set(CANARY.findall(unquote_plus(address))) if answer.status < 400 else set()
        writing = WRITING.fullmatch(address)
        written = self.world.written(self.reader, writing[1]) if writing else set()
        forbidden = self.forbidden_to_all if HARVESTED.match(address) else self.forbidden
        for word in (found - echoed - written) & forbidden.keys():
            if not self._is_noticed(forbidden[word], address, answer):
                self.met.leaks.append(f"{self.reader}: {address} tells of {forbidden[word]}")

    def _is_noticed(self, told: str, address: str, answer: Answer) -> bool:
        """An absence notice names the story's id, and nothing else of it; so does the list of one's own, and
        what harvesters are told of a story that was public.
        """
        name, _, place = told.rpartition(": ")
        if place != "id":
            return False
        hers = address.startswith("/mine") and "own gatherer" in self.reader
        been = bool(HARVESTED.match(address)) and self.world.story(name).been_public
        return answer.status == 410 or hers or been


ASKING = (
    "/search?q={}",
    "/api/v1/complete?q={}",
    "/search?theme={}",
    "/trace?q=The+first+{}+sat+by+the+window.",
    "/search?persona={}",
    "/search?site={}",
    "/api/v1/search?kind={}",
    "/api/v1/search?q={}",
    "/stories?theme={}",
    "/themes/{}",
    "/personas/{}",
    "/api/v1/stories/{}",
)


def _kept(answer: Answer) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.headers if name not in ("content-length",)]


def _plain(body: bytes, word: str) -> bytes:
    took = re.sub(rb'"took_ms": ?\d+', b"", body)
    return re.sub(word.encode(), b"?", took, flags=re.IGNORECASE)


def links_of(address: str, answer: Answer) -> list[str]:
    kind = answer.get("content-type")
    if answer.get("location"):
        found = [answer["location"]]
    elif kind.startswith("text/html"):
        found = [unescape(one) for one in LINK.findall(answer.text)]
    elif kind.startswith("application/json"):
        found = re.findall(r'"(?:address|next)": ?"([^"]*)"', answer.text)
    else:
        found = []
    whole = [urldefrag(urljoin(f"http://localhost{address}", one)).url for one in found]
    return [one.removeprefix("http://localhost") for one in whole if urlsplit(one).netloc == "localhost"]


def is_followed(link: str) -> bool:
    """Filters combine without end: each value is followed once, alone. A PDF file takes a second to make,
    of the very page that leads to it, which is looked through. Of what a story is cited with, each has its
    example among the routes, and would keep a short walk from what has none.
    """
    asked = [name for name, _ in parse_qsl(urlsplit(link).query) if name != "page"]
    path = urlsplit(link).path
    made = path.endswith((".pdf", "/cite")) or (path.startswith(("/s/", "/q/")) and "." in path)
    return len(asked) <= 1 and not made and not link.startswith("/static/")
