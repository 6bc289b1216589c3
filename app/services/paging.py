"""Addresses of lists: pages of them, sorts, and filters switched over."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from app.services.views import Choice, Pager

PAGE_SIZE = 24
HIGHEST = 100_000  # a page number beyond this is nobody's
FIELDS = ("theme", "persona", "site", "kind", "use", "year")
OF_QUOTES = ("story", "by", "flag", "board", "cell", "together", "common")  # filters of quotes alone


def page_number(text: str | None) -> int:
    """A page number as written in an address; anything else is the first page."""
    if text is None or not re.fullmatch(r"[0-9]{1,6}", text):
        return 1
    return min(max(1, int(text)), HIGHEST)


@dataclass(frozen=True)
class ListAddress:
    """The address of a list with all that was chosen in it."""

    path: str
    q: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    layout: str = ""
    page: int = 1
    kept: tuple[tuple[str, str], ...] = ()  # what else stands in it

    def __str__(self) -> str:
        parts: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        parts += self.kept
        parts += [(name, value) for name in (*FIELDS, *OF_QUOTES) for value in self.chosen.get(name, ())]
        parts += [(n, v) for n, v in (("sort", self.sort), ("layout", self.layout)) if v]
        parts += [("page", str(self.page))] if self.page > 1 else []
        return f"{self.path}?{urlencode(parts)}" if parts else self.path

    def with_page(self, number: int) -> str:
        return str(replace(self, page=number))

    def with_sort(self, sort: str) -> str:
        return str(replace(self, sort=sort, page=1))

    def with_layout(self, layout: str) -> str:
        return str(replace(self, layout=layout))

    def with_query(self, q: str) -> str:
        return str(replace(self, q=q, page=1))

    def switched(self, name: str, value: str) -> str:
        """The list with this value of a filter added, or taken away where it is chosen."""
        values = self.chosen.get(name, ())
        changed = tuple(v for v in values if v != value) if value in values else (*values, value)
        return str(replace(self, chosen={**self.chosen, name: changed}, page=1))

    def cleared(self) -> str:
        return str(replace(self, chosen={}, page=1))


def pager(total: int, number: int, size: int, address: Callable[[int], str]) -> Pager:
    """Where page `number` stands among all of them."""
    pages = max(1, -(-total // size))
    return Pager(
        number,
        pages,
        address(min(number - 1, pages)) if number > 1 else None,
        address(number + 1) if number < pages else None,
    )


def choices(
    options: Iterable[tuple[str, str]], current: str, address: Callable[[str], str]
) -> Sequence[Choice]:
    """Ways to sort or view as links; options are values and labels."""
    return [Choice(value, label, address(value), value == current) for value, label in options]
