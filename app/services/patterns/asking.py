"""What somebody asked to see of the patterns, as it stands in an address; and addresses of other views."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app.services.paging import page_number
from app.services.patterns.counting import QUOTES, WAYS
from app.services.views import Chip, Choice, Choosing, Option

TOGETHER, BY_STORY, BY_SITE = "/patterns", "/patterns/stories", "/patterns/sites"
BEHIND = "/patterns/quotes"
VIEWS = ((TOGETHER, "Themes together"), (BY_STORY, "By story"), (BY_SITE, "By site, kind and year"))
SORTS = ("count", "name", "newest")
LINES = ("site", "kind", "year")
TOPS = (12, 20, 30)
MOST_THEMES, LONGEST = 30, 200  # in one address, and characters of each
OFFERED = 120


@dataclass(frozen=True)
class Asked:
    """What can not be meant is left out; no themes are the most used."""

    path: str = TOGETHER
    themes: tuple[str, ...] = ()
    by: str = QUOTES
    top: int = TOPS[0]
    sort: str = "count"
    lines: str = "site"
    page: int = 1

    def address(self, path: str = "") -> str:
        """The page with all of this."""
        path, plain = path or self.path, Asked()
        parts = [("theme", slug) for slug in self.themes]
        for name in ("by", "top", "sort", "lines", "page"):
            if getattr(self, name) != getattr(plain, name):
                parts.append((name, str(getattr(self, name))))
        return f"{path}?{urlencode(parts)}" if parts else path

    def download(self) -> str:
        """The same figures, of all that there are, as CSV."""
        return replace(self, page=1, sort="count", top=TOPS[0]).address(f"{self.path}.csv")

    def with_page(self, number: int) -> str:
        return replace(self, page=number).address()


def asked_of(path: str, query: Iterable[tuple[str, str]]) -> Asked:
    """What stands in an address."""
    given = list(query)
    last = dict(given)
    themes = dict.fromkeys(value for name, value in given if name == "theme" and 0 < len(value) <= LONGEST)
    top = last.get("top", "")
    return Asked(
        path=path,
        themes=tuple(themes)[:MOST_THEMES],
        by=_one_of(last.get("by"), WAYS),
        top=int(top) if top in map(str, TOPS) else TOPS[0],
        sort=_one_of(last.get("sort"), SORTS),
        lines=_one_of(last.get("lines"), LINES),
        page=page_number(last.get("page")),
    )


def _one_of(given: str | None, known: Sequence[str]) -> str:
    return given if given is not None and given in known else known[0]


def behind(themes: Iterable[str], by: str = QUOTES, **where: str) -> str:
    """The address of the quotes, or stories, behind a number."""
    parts = [("theme", slug) for slug in themes] + ([("by", by)] if by != QUOTES else [])
    return f"{BEHIND}?{urlencode([*parts, *where.items()])}"


def views_of(asked: Asked) -> list[Choice]:
    """The three pages, with the themes that were chosen."""
    kept = replace(asked, page=1, sort="count", by=QUOTES, lines="site")
    return [Choice(path, label, kept.address(path), path == asked.path) for path, label in VIEWS]


def choosing(asked: Asked, used: Sequence[Chip]) -> Choosing:
    """The form that chooses themes, of those that this reader may know, the most used first."""
    chosen = set(asked.themes)
    offered = [*used[:OFFERED], *(chip for chip in used[OFFERED:] if chip.slug in chosen)]
    options = [Option(chip.slug, chip.label, chip.count, chip.slug in chosen, "") for chip in offered]
    fresh = replace(asked, themes=(), page=1)
    tops = [Choice(str(top), f"{top}", replace(fresh, top=top).address(), top == asked.top) for top in TOPS]
    kept = [(name, str(getattr(asked, name))) for name in ("by", "sort", "lines")]
    here = any(chip.slug in chosen for chip in used)
    return Choosing(asked.path, options, len(used), tops, kept, here, fresh.address())


def shown_themes(asked: Asked, used: Sequence[Chip], most: int = MOST_THEMES) -> list[Chip]:
    """The themes that were chosen and are there, else the most used."""
    chosen = [chip for chip in used if chip.slug in set(asked.themes)]
    return (chosen or list(used[: asked.top]))[:most]
