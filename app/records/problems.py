"""What is wrong with a file, said once and all together."""

import re
from collections.abc import Iterable

from app.errors import InvalidRecord
from app.records.model import Problem

NO_NAME = "on this line"
_NAME = re.compile(r"[\w-]{1,40}")


class SetAside(InvalidRecord):
    """A file can not be read as a record; `problems` says everything that stands in the way."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(f"{problem.reason} {problem.remedy}" for problem in self.problems))


def unreadable(file: str, line: int | None, reason: str, remedy: str, key: str | None = None) -> Problem:
    """A problem for which the whole file is set aside."""
    return Problem(file=file, line=line, key=key, reason=reason, remedy=remedy, set_aside=True)


def said(key: str) -> str:
    """A key as a message may name it: one that is no plain word may be somebody's words."""
    return f"‘{key}’" if _NAME.fullmatch(key) else NO_NAME
