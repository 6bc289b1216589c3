"""Says in plain words why front matter can not be read."""

from ruamel.yaml.error import MarkedYAMLError

from app.records.model import Problem
from app.records.nodes import Lines
from app.records.problems import unreadable


def control(file: str, line: int, key: str | None = None) -> Problem:
    remedy = "Delete the character; retyping the line usually does."
    return unreadable(file, line, "There is an invisible control character in the front matter.", remedy, key)


_SAID_PLAINLY = (
    ("\\t", "A tab stands where YAML takes only spaces.", "Put spaces in the place of the tab."),
    ("mapping values are not allowed", "There is a colon where YAML takes none, or a wrong indent.",
     "Put quotation marks round a value that has a colon in it, and begin all keys in the same column."),
    ("end of stream", "A quotation mark or bracket is opened and never closed.", "Close it."),
    ("expected ',' or", "A bracket is opened and never closed, or a comma is missing.", "Close the bracket."),
    ("cannot start any token", "A value begins with a character that YAML keeps for itself.",
     "Put quotation marks round the value."),
    ("could not find expected ':'", "A line is neither a key nor part of a value.",
     "Write it as `key: value`, or indent it below its key."),
)  # fmt: skip


def no_yaml(error: MarkedYAMLError, lines: Lines, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = lines.at(mark.index) if mark else None
    for sign, reason, remedy in _SAID_PLAINLY:
        if sign in str(error.problem):
            return unreadable(file, line, reason, remedy)
    remedy = "Look at this line and the one above: a quotation mark, bracket, comma or indent is not right."
    return unreadable(file, line, "The front matter can not be read as YAML.", remedy)
