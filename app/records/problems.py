"""What is wrong with a file, said once and all together."""

import re
from collections.abc import Iterable

from app.errors import InvalidRecord
from app.records.model import Problem
from app.records.slugs import is_plain_text

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


def not_read(file: str) -> Problem:
    """A text in a form that the archive does not read: no record, and none set aside."""
    ending = file.rpartition(".")[2].lower()
    reason = f"It is passed over: the archive reads files that end in .md or .markdown, not in .{ending}."
    if is_plain_text(file):
        remedy = "If it is a story, let its name end in .md; if not, keep it outside the folder."
    else:
        remedy = "If it is a story, save its text as a .md file here; keep this file outside the folder."
    return Problem(file=file, line=None, key=None, reason=reason, remedy=remedy)


def said(key: str) -> str:
    """A key as a message may name it: one that is no plain word may be somebody's words."""
    return f"‘{key}’" if _NAME.fullmatch(key) else NO_NAME
