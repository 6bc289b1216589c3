"""Puts other code in the place of the archive's own, in the process that asks for it."""

import ast
import gc
import sys
from collections.abc import Iterable
from functools import _lru_cache_wrapper
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType

from tests.proofs.mutants import ROOT, Mutant

ENTERED: set[str] = set()  # the functions that ran since somebody last looked, as Mutant.place names them
NOTE = f'__import__("{__name__}", fromlist=["x"]).ENTERED.add'


class NotInPlace(Exception):
    """A mutant that has to be there when its module is imported."""


def put_in_place(mutant: Mutant) -> None:
    """Give every function that the mutant changes its new code. Raises NotInPlace where that can not be."""
    path = ROOT / mutant.path
    if not _replaced(path, compile(mutant.applied(path.read_bytes()), str(path), "exec", dont_inherit=True)):
        raise NotInPlace("it is no part of any function")


def note_who_enters(paths: Iterable[str]) -> None:
    """From now on every function of these modules says in ENTERED that it was called."""
    for path in sorted(set(paths)):
        tree = ast.parse((ROOT / path).read_bytes())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                said = ast.parse(f"{NOTE}({f'{path}:{node.lineno}'!r})").body
                node.body[:] = [*node.body[:1], *said, *node.body[1:]] if _told(node) else [*said, *node.body]
        _replaced(ROOT / path, compile(ast.fix_missing_locations(tree), str(ROOT / path), "exec"))


def forget_what_is_kept() -> None:
    """Empty what functions of the archive keep: the next test calls them as if it were the first."""
    for name, module in list(sys.modules.items()):
        for one in vars(module).values() if name.startswith("app.") else ():
            if isinstance(one, _lru_cache_wrapper):
                one.cache_clear()


def import_as(mutant: Mutant) -> None:
    """From now on the module, which nobody has imported yet, is what the mutant makes of it."""
    path = ROOT / mutant.path
    as_it_is = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        if loader.path != str(path):
            return as_it_is(loader, name)
        return compile(mutant.applied(path.read_bytes()), str(path), "exec", dont_inherit=True)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]


def _replaced(path: Path, made: CodeType) -> int:
    """How many functions were given what has changed of theirs."""
    import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    gc.unfreeze()
    before = _codes(compile(path.read_bytes(), str(path), "exec", dont_inherit=True))
    after = {name: code for name, code in _codes(made).items() if before.get(name) != code}
    swapped = 0
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == str(path):
            name = one.__code__.co_qualname
            swapped += name in after
            new = after.get(name, one.__code__)
            if new.co_freevars != one.__code__.co_freevars:
                raise NotInPlace("it keeps other names of the function around it")
            one.__code__ = new
    return swapped


def _codes(module: CodeType) -> dict[str, CodeType]:
    """The code of every function in a module, those within others too, by its qualified name."""
    found, left = dict[str, CodeType](), [module]
    while left:
        for one in left.pop().co_consts:
            if isinstance(one, CodeType):
                left.append(one)
                if not one.co_name.startswith("<"):
                    found[one.co_qualname] = one
    return found


def _told(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return ast.get_docstring(node, clean=False) is not None
