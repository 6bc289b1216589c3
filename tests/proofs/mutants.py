"""Takes one policy call after the other out of a copy of the archive, and runs the policy tests on each.

    python -m tests.proofs.mutants            lists the mutants
    python -m tests.proofs.mutants --run      tries them all; with --likely the likeliest tests alone
    python -m tests.proofs.mutants desk.py    lists those whose names hold a word

A mutant is one place where the code asks what somebody may see or do, answered as if she might.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULE = "app/database/visibility.py"
OF_RULE = '__import__("app.database.visibility", fromlist=["x"])'
TRUE = '__import__("sqlalchemy").true()'
CALLS = {  # what is asked, and the answer that opens everything
    "visible_to": TRUE,
    "listed_to": TRUE,
    "_not_kept_out": TRUE,
    "takeable_by": TRUE,
    "answer_to": f"{OF_RULE}.Answer.ALLOWED",
    "may": "True",
    "_kept_out": "False",
    "_in_force": "True",
    "desk_actor": f"{OF_RULE}.TERMINAL",
    "only": f"only(*{OF_RULE}.Role)",
    "withheld": "None",
    "_open_to": "True",
    "closed_since": "False",
    "renamed_since": "False",
}
OF_THE_RULE = {"_kept_out", "_in_force", "_not_kept_out"}  # by these names, other modules have others
STATEMENTS = {  # calls for what they do: refusing, or letting go of what has left
    "close_expired", "search_as_narrowed", "_note_left", "refuse_cross_site", "refuse_guesser", "attempt",
    "void_tokens", "void_resets", "end_sessions", "_keep_one_steward", "_mark", "guessed",
    "refuse_undecided", "refuse_opening", "_refuse_waiting", "intake_for", "load_for_edit", "story_for",
}  # fmt: skip
REFUSALS = {
    "NotFound", "Withdrawn", "SignInNeeded", "SignInRefused", "LinkDead", "LastSteward", "CrossSite",
    "TokenRefused", "ScopeMissing", "SearchUnavailable", "NotAllowed", "OthersStory", "NamesUndecided",
    "JobsWait",
}  # fmt: skip
FINDERS = {"session_of", "holder_of", "open_session", "_living", "awaits_code", "own_stories"}
GUARDS = {"Privacy", "Changes", "OnlyKnownHosts", "TokensAlone"}
WEAKER = {  # whom a handler asks for, and whom it would ask for instead
    "Steward": '__import__("app.web.desk", fromlist=["x"]).AtDesk',
    "AtDesk": '__import__("app.web.frame", fromlist=["x"]).Reader',
}
NO_POLICY = {  # path, functions and why what they raise, ask or do is not about what somebody may
    "app/services/gathering/working.py": (("_try",), "a job that could not go on is noted"),
    "app/services/gathering/journal.py": (("read_job",), "a job that is not there"),
    "app/records/store.py": (("delete",), "a file that has gone meanwhile"),
    "app/search/whoosh_index.py": (
        ("_current", "_guarded", "_only_writer"),
        "an index that is broken or busy",
    ),
}
EQUIVALENT: dict[str, dict[str, str]] = {  # path, what is left out (in which function), why that is the same
    "app/services/links.py": {
        "does not raise LinkDead in accept": (
            "`_living` has just said so in the transaction that writes, of which SQLite has one at a time; "
            "PostgreSQL has more, and there it decides between two who come at once"
        ),
    },
    "app/services/gathering/names_page.py": {
        "story_for() asks EDIT as READ in _unreadable": (
            "`open_desk` has asked the same before it found that the file can not be read"
        ),
    },
    "app/services/personas.py": {
        "visible_to() says yes in people_behind": (
            "its ids come from `_stories_behind` and `sources`, which ask"
        ),
    },
    "app/services/searching.py": {
        "her own stories open a class": "part of the key alone under which the same answer is kept for her",
    },
    RULE: {
        "without actor.own": "an empty set of ids matches no row; the test saves a condition",
        "without unlimited": "`excludes` is false where NOT_FOR has no row, and the rows are asked as well",
    },
}


@dataclass(frozen=True)
class Mutant:
    """One place in a file, in bytes, and what stands there instead."""

    path: str
    line: int
    start: int
    end: int
    instead: str
    what: str
    function: int = 0  # the line of the function whose code it is part of; 0 for an annotation and the like
    within: str = ""  # that function's name

    @property
    def argued(self) -> str:
        """What is said of it in EQUIVALENT, by the name that it has there; empty where nothing is."""
        known = EQUIVALENT.get(self.path, {})
        return next((name for name in (self.what, f"{self.what} in {self.within}") if name in known), "")

    @property
    def inside(self) -> bool:
        return bool(self.function)

    @property
    def place(self) -> str:
        """Names the function."""
        return f"{self.path}:{self.function}"

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line} {self.what}"

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.instead.encode() + source[self.end :]


class _Finder(ast.NodeVisitor):
    """Finds the places in one file."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path, self.source, self.found = path, source, list[Mutant]()
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.functions: list[str] = []
        self.lines: list[int] = []  # of the same
        self.visit(ast.parse(source))

    def add(self, node: ast.AST, instead: str, what: str, inside: bool = True) -> None:
        start = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        function = self.lines[-1] if inside and self.lines else 0
        line = node.lineno  # type: ignore[attr-defined]
        within = self.functions[-1] if function else ""
        self.found.append(Mutant(self.path, line, start, end, instead, what, function, within))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for given in (*node.args.args, *node.args.kwonlyargs):
            if isinstance(given.annotation, ast.Name) and given.annotation.id in WEAKER:
                what = f"{node.name} asks less of {given.arg}"
                self.add(given.annotation, WEAKER[given.annotation.id], what, inside=False)
        for part in (*node.decorator_list, node.args):
            self.visit(part)
        self.functions.append(node.name)
        self.lines.append(node.lineno)
        for one in node.body:
            self.visit(one)
        self.functions.pop()
        self.lines.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]

    def visit_Call(self, node: ast.Call) -> None:
        name = _name(node.func)
        if name in CALLS and (name not in OF_THE_RULE or self.path == RULE):
            self.add(node, CALLS[name], f"{name}() says yes")
        if name == "Middleware" and node.args and _name(node.args[0]) in GUARDS:
            self.add(node, "*[]", f"without {_name(node.args[0])}")
        if name == "story_for" and _name(node.args[-1]) not in ("action", "READ"):
            self.add(node.args[-1], "Action.READ", f"story_for() asks {_name(node.args[-1])} as READ")
        if name == "replace" and any(one.arg == "own" for one in node.keywords):
            self.add(node, ast.unparse(node.args[0]), "her own stories open a class")
        if name in ("where", "and_", "or_") and self._decides():
            for one in node.args:
                neutral = TRUE if name != "or_" else TRUE.replace("true()", "false()")
                self.add(one, neutral, f"without {ast.unparse(one)[:60]}")
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg == "dependencies" and isinstance(node.value, ast.List):
            self.add(node.value, "[]", "a router without its guard")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call) and _is_guard(node.value.func) and not self._is_no_policy():
            self.add(node, "pass", f"without {_name(node.value.func)}()")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if raised is not None and _name(raised) in REFUSALS and not self._is_no_policy():
            self.add(node, "pass", f"does not raise {_name(raised)}")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        if _asks_roles(node.comparators[-1]) and isinstance(node.ops[0], ast.In | ast.NotIn):
            self.add(node, str(isinstance(node.ops[0], ast.In)), f"{ast.unparse(node)} is granted")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.BitAnd) and _asks_roles(node.left):
            self.add(node, "{1}", f"{ast.unparse(node)} is granted")
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if self.path == RULE:
            self.add(node.test, f"not ({ast.unparse(node.test)})", f"not ({ast.unparse(node.test)[:60]})")
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        if self.path == RULE:
            neutral = str(isinstance(node.op, ast.And))
            for one in node.values:
                self.add(one, neutral, f"without {ast.unparse(one)[:60]}")
        self.generic_visit(node)

    def _decides(self) -> bool:
        return self.path == RULE or bool(FINDERS & set(self.functions))

    def _is_no_policy(self) -> bool:
        names, _ = NO_POLICY.get(self.path, ((), ""))
        return bool(set(names) & set(self.functions))


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_guard(called: ast.AST) -> bool:
    name = _name(called)
    return name in STATEMENTS and (name != "attempt" or isinstance(called, ast.Attribute))


def _asks_roles(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute | ast.Name) and _name(node) == "roles"


def mutants(root: Path = ROOT) -> list[Mutant]:
    """Every place in the archive's code that asks what somebody may."""
    found = [one for path in sorted((root / "app").rglob("*.py")) for one in _of(path, root)]
    return list({(one.path, one.start, one.end, one.instead): one for one in found}.values())


def _of(path: Path, root: Path) -> Iterator[Mutant]:
    source = path.read_bytes()
    for one in _Finder(path.relative_to(root).as_posix(), source).found:
        ast.parse(one.applied(source))
        yield one


OPTIONS = ("--run", "--named", "--likely", "--one-by-one")


def main() -> None:
    """List the mutants; with --run, try them; with --named, those alone whose names come in, one a line.

    Two at once, unless --one-by-one. Ends with 1 where the tests fail without a mutant as well.
    """
    words = [word for word in sys.argv[1:] if word not in OPTIONS]
    wanted = [one for one in mutants() if all(word in one.name for word in words)]
    if "--named" in sys.argv:
        named = set(sys.stdin.read().splitlines())
        wanted = [one for one in wanted if one.name in named]
    if "--run" not in sys.argv:
        print("\n".join(one.name for one in wanted), len(wanted), sep="\n")
        return
    from tests.proofs.trying import try_all

    at_once = 1 if "--one-by-one" in sys.argv else 2
    tried = [one for one in wanted if not one.argued]
    sys.exit(not try_all(tried, at_once=at_once, likely_alone="--likely" in sys.argv))


if __name__ == "__main__":
    main()
