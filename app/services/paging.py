"""Addresses of lists: pages of them, sorts, and filters switched over."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from app.services.views import Choice, Pager

PAGE_SIZE = 24
HIGHEST = 100_000  # a page number beyond this is nobody's
FIELDS = ("theme", "persona", "site", "kind", "use", "year")


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

    def __str__(self) -> str:
        parts: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        parts += [(name, value) for name in FIELDS for value in self.chosen.get(name, ())]
        parts += [(n, v) for n, v in (("sort", self.sort), ("layout", self.layout)) if v]
        parts += [("page", str(self.page))] if self.page > 1 else []
        return f"{self.path}?{urlencode(parts)}" if parts else self.path

    def with_page(self, number: int) -> str:
        return str(ListAddress(self.path, self.q, self.chosen, self.sort, self.layout, number))

    def with_sort(self, sort: str) -> str:
        return str(ListAddress(self.path, self.q, self.chosen, sort, self.layout))

    def with_layout(self, layout: str) -> str:
        return str(ListAddress(self.path, self.q, self.chosen, self.sort, layout, self.page))

    def with_query(self, q: str) -> str:
        return str(ListAddress(self.path, q, self.chosen, self.sort, self.layout))

    def switched(self, name: str, value: str) -> str:
        """The list with this value of a filter added, or taken away where it is chosen."""
        values = self.chosen.get(name, ())
        changed = tuple(v for v in values if v != value) if value in values else (*values, value)
        return str(ListAddress(self.path, self.q, {**self.chosen, name: changed}, self.sort, self.layout))

    def cleared(self) -> str:
        return str(ListAddress(self.path, self.q, {}, self.sort, self.layout))


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
