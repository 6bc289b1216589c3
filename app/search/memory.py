"""An engine that keeps everything in memory and works by definition: for tests, and to hold others to."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from app.errors import SearchUnavailable
from app.search.analysis import Analyser
from app.search.highlight import Highlighter, Wanted
from app.search.likeness import LOOKED_AT, Votes, stretches, voting
from app.search.model import (
    FACETS,
    ConsentClass,
    Document,
    FacetValue,
    Hit,
    Page,
    PassagesOf,
    Query,
    Results,
    Sort,
)
from app.search.ranking import (
    DECIMALS,
    K1,
    PAIR_SLOP,
    PAIR_WEIGHT,
    B,
    Plan,
    facet_values,
    idf,
    plan,
    prefixed,
    title_key,
)
from app.search.words import StoryWords, words_in


@dataclass(frozen=True)
class _Story:
    document: Document
    words: StoryWords


class MemoryIndex:
    """SearchIndex without files. Not for archives of thousands of stories."""

    def __init__(self, *, language: str = "en") -> None:
        self._analyser = Analyser(language)
        self._stories: dict[str, _Story] = {}
        self._off: set[ConsentClass] = set()

    def put(self, documents: Iterable[Document]) -> None:
        """Add or replace."""
        for document in documents:
            self._stories[document.key] = _Story(document, words_in(document, self._analyser))

    def remove(self, keys: Iterable[str]) -> None:
        """Forget stories; unknown keys are no matter."""
        for key in keys:
            self._stories.pop(key, None)

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Forget everything and take these."""
        fresh = {each.key: _Story(each, words_in(each, self._analyser)) for each in documents}
        self._stories = fresh

    def optimise(self, _: ConsentClass | None = None) -> bool:
        """Nothing is left of removed stories here."""
        return False

    def switch_off(self, consent_class: ConsentClass) -> None:
        """Refuse to search a class until it is switched on again."""
        self._off.add(consent_class)

    def switch_on(self, consent_class: ConsentClass) -> None:
        """Search a class again."""
        self._off.discard(consent_class)

    def keys(self) -> Mapping[str, ConsentClass]:
        """Every story and its class."""
        return {key: story.document.consent_class for key, story in self._stories.items()}

    def ready(self) -> bool:
        """Always: there is nothing to open."""
        return True

    def close(self) -> None:
        """Nothing to close."""

    def find(
        self, query: Query, *, readable: Collection[ConsentClass], page: Page, passages_of: PassagesOf
    ) -> Results:
        """One page of what this reader may find."""
        if self._off.intersection(readable):
            raise SearchUnavailable("This part of the archive's search is switched off")
        stories = [each for each in list(self._stories.values()) if each.document.consent_class in readable]
        search = _Search(stories, query, plan(query, self._analyser))
        hits, start = search.hits(), (page.number - 1) * page.size
        marks = Highlighter(search.wanted(), self._analyser)
        shown = [
            Hit(each.document.key, marks.best(passages_of(each.document.key)))
            for each in hits[start:][: page.size]
        ]
        return Results(len(hits), shown, search.facets())

    def alike(self, parts: Sequence[str], *, readable: Collection[ConsentClass], limit: int) -> Sequence[str]:
        """The likeliest stories for a quotation."""
        if self._off.intersection(readable):
            raise SearchUnavailable("This part of the archive's search is switched off")
        stories = [each for each in list(self._stories.values()) if each.document.consent_class in readable]
        cut = voting(parts, self._analyser)
        words = {word for votes in cut for word in votes}
        rarity = {word: idf(len(stories), sum(word in s.words.plain for s in stories)) for word in words}
        likeness = {
            story.document.key: sum(_likeness(votes, rarity, story.words) for votes in cut)
            for story in _looked_at(stories, cut, rarity)
        }
        found = [(-round(weight, DECIMALS), key) for key, weight in likeness.items() if weight > 0]
        return [key for _, key in sorted(found)[:limit]]


def _looked_at(
    stories: Sequence[_Story], parts: Sequence[Votes], rarity: Mapping[str, float]
) -> list[_Story]:
    """The stories with the rarest words, and those with as rare ones as the last of them."""
    words = [word for votes in parts for word in votes]
    weights = [round(sum(rarity[w] for w in words if w in one.words.plain), DECIMALS) for one in stories]
    least = sorted(weights, reverse=True)[:LOOKED_AT][-1:] or [0.0]
    return [one for one, weight in zip(stories, weights, strict=True) if weight > 0 and weight >= least[0]]


def _likeness(votes: Votes, rarity: Mapping[str, float], words: StoryWords) -> float:
    """The weight of the words that vote for one stretch of a story, the best one."""
    weights: dict[int, float] = defaultdict(float)
    for word, places in votes.items():
        standing = words.plain[word].places if word in words.plain else []
        for stretch in {one for place in standing for at in places for one in stretches(place - at)}:
            weights[stretch] += rarity[word]
    return max(weights.values(), default=0.0)


class _Search:
    """One query over the stories of one reader."""

    def __init__(self, stories: Sequence[_Story], query: Query, asked: Plan) -> None:
        self._stories, self._query, self._plan = stories, query, asked
        self._expanded = {prefix: prefixed(self._vocabulary(prefix)) for prefix in asked.prefixes}
        self._matching = [story for story in stories if self._matches(story)]

    def hits(self) -> list[_Story]:
        chosen = [story for story in self._matching if self._chosen(story)]
        ordered = sorted(chosen, key=lambda story: story.document.slug)
        if self._query.sort is Sort.TITLE:
            return sorted(ordered, key=lambda story: title_key(story.document.title))
        if self._query.sort is Sort.NEWEST or not self._plan.asks_for_words:
            return sorted(ordered, key=lambda story: story.document.gathered, reverse=True)
        scores = self._scores()
        return sorted(ordered, key=lambda story: scores[story.document.key], reverse=True)

    def facets(self) -> dict[str, tuple[FacetValue, ...]]:
        return {name: self._facet(name) for name in FACETS}

    def wanted(self) -> Wanted:
        rarity = {stem: idf(len(self._stories), self._having(stem)) for stem in self._plan.any_of}
        return Wanted(rarity, self._plan.prefixes, self._plan.phrases)

    def _vocabulary(self, prefix: str) -> set[str]:
        return {word for story in self._stories for word in story.words.plain if word.startswith(prefix)}

    def _having(self, stem: str) -> int:
        return sum(stem in story.words.stems for story in self._stories)

    def _matches(self, story: _Story) -> bool:
        asked, words = self._plan, story.words
        if any(stem in words.stems for stem in asked.excluded):
            return False
        if any(_times(phrase, words) for phrase in asked.excluded_phrases):
            return False
        if asked.phrases or not asked.asks_for_words:
            return all(_times(phrase, words) for phrase in asked.phrases)
        expanded = (word for prefix in asked.prefixes for word in self._expanded[prefix])
        return any(stem in words.stems for stem in asked.any_of) or any(
            word in words.plain for word in expanded
        )

    def _chosen(self, story: _Story, but: str = "") -> bool:
        return all(
            set(values) & set(story.document.facets.get(name, ()))
            for name, values in self._query.facets.items()
            if values and name != but
        )

    def _facet(self, name: str) -> tuple[FacetValue, ...]:
        stories = [story for story in self._matching if self._chosen(story, but=name)]
        counts = Counter(value for story in stories for value in set(story.document.facets.get(name, ())))
        return facet_values(counts.items(), self._query.facets.get(name, ()))

    def _scores(self) -> dict[str, float]:
        lengths = [story.words.length for story in self._stories]
        average = sum(lengths) / max(1, len(lengths)) or 1
        scores = dict.fromkeys((story.document.key for story in self._stories), 0.0)
        for worth, weights in self._parts():
            rarity = worth * idf(len(self._stories), len(weights))
            for story in self._stories:
                weight = weights.get(story.document.key, 0.0)
                norm = K1 * (1 - B + B * story.words.length / average)
                scores[story.document.key] += rarity * (weight * (K1 + 1) / (weight + norm))
        return {key: round(score, DECIMALS) for key, score in scores.items()}

    def _parts(self) -> list[tuple[float, dict[str, float]]]:
        """What is scored: how much it counts, and its weight in each story that has it."""
        asked = self._plan
        stems = [(1.0, self._weights(partial(_stem_weight, stem))) for stem in asked.scored]
        prefixes = [(1.0, self._weights(partial(self._prefix_weight, prefix))) for prefix in asked.prefixes]
        phrases = [(1.0, self._weights(partial(_times, phrase))) for phrase in asked.phrases]
        pairs = [(PAIR_WEIGHT, self._weights(partial(_together, pair))) for pair in asked.pairs]
        return [*stems, *prefixes, *phrases, *pairs]

    def _weights(self, weight_in: Callable[[StoryWords], float]) -> dict[str, float]:
        found = ((story.document.key, float(weight_in(story.words))) for story in self._stories)
        return {key: weight for key, weight in found if weight}

    def _prefix_weight(self, prefix: str, words: StoryWords) -> float:
        return sum(words.plain[word].weight for word in self._expanded[prefix] if word in words.plain)


def _stem_weight(stem: str, words: StoryWords) -> float:
    return words.stems[stem].weight if stem in words.stems else 0.0


def _times(phrase: Sequence[str], words: StoryWords) -> int:
    """How often a phrase stands in a story."""
    if not all(word in words.plain for word in phrase):
        return 0
    later = [set(words.plain[word].places) for word in phrase]
    return sum(
        all(place + step in later[step] for step in range(len(phrase)))
        for place in words.plain[phrase[0]].places
    )


def _together(pair: tuple[str, str], words: StoryWords) -> int:
    """How often the second stem follows the first within three places."""
    if not all(stem in words.stems for stem in pair):
        return 0
    second = set(words.stems[pair[1]].places)
    reach = range(1, PAIR_SLOP + 1)
    return sum(any(place + step in second for step in reach) for place in words.stems[pair[0]].places)
