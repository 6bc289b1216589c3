"""What splitting, merging and retiring make of one persona's file."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.records.edit import change_keys
from app.records.model import Use
from app.records.statements import Group, Item, Statements, read_statements
from app.records.statements_edit import changed_item, with_items, without, written
from app.services.building.beginning import new_content
from app.services.building.loading import LoadedPersona
from app.services.building.reshaping import Plan

WAYS = ("evidence", "against")


def retired(loaded: LoadedPersona, day: str | None) -> bytes:
    """Her file, no longer offered since that day; offered again where there is none."""
    return change_keys(loaded.content, {"retired": day})


def merged_away(loaded: LoadedPersona, into: str, day: str) -> bytes:
    """Her file, which leads to another from now on; what is said in it stays."""
    return change_keys(loaded.content, {"retired": day, "merged_into": into})


def joined(loaded: LoadedPersona, other: LoadedPersona, stories: Sequence[str]) -> bytes:
    """The file of a persona that takes another in: their statements under their headings, and her stories.

    Of a statement that both have, the evidence of both.
    """
    content = _with_stories(loaded, stories)
    mine = replace(loaded.statements, listed=())
    for group in other.statements.groups:
        mine = _with_group(mine, group, keep=_line_ends(loaded) == _line_ends(other))
    return written(content, _in(content, loaded, mine))


def _line_ends(loaded: LoadedPersona) -> bool:
    return b"\r\n" in loaded.content


def _with_stories(loaded: LoadedPersona, stories: Sequence[str], without: Collection[str] = ()) -> bytes:
    assert loaded.persona is not None
    before = list(loaded.persona.stories)
    named = [one for one in before if one not in without]
    named += [one for one in stories if one not in named]
    return change_keys(loaded.content, {"stories": named}) if named != before else loaded.content


def _in(content: bytes, loaded: LoadedPersona, statements: Statements) -> Statements:
    """The statements where they stand in a file of which another key was changed."""
    if content == loaded.content or statements.start is None:
        return statements
    there = read_statements(content)
    return replace(statements, head=there.head, start=there.start, end=there.end)


def _with_group(mine: Statements, group: Group, *, keep: bool) -> Statements:
    groups = list(mine.groups)
    at = next((n for n, one in enumerate(groups) if _same(one.heading, group.heading)), None)
    if at is None:
        groups.append(_as_new(group, keep=keep))
        return replace(mine, groups=tuple(groups))
    items = list(groups[at].items)
    for item in group.items:
        same = next((n for n, one in enumerate(items) if item.words and _same(one.words, item.words)), None)
        if same is None:
            items.append(_loose(item, keep=keep))
        else:
            items[same] = _both(mine, items[same], item)
    groups[at] = with_items(groups[at], items)
    return replace(mine, groups=tuple(groups))


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _as_new(group: Group, *, keep: bool) -> Group:
    if not group.readable:
        return replace(group, opening="", whole="", items=())
    return Group(group.heading, tuple(_loose(item, keep=keep) for item in group.items))


def _loose(item: Item, *, keep: bool) -> Item:
    """A statement with its lines, which stand in no front matter now."""
    return replace(item, node=None, text=item.text if keep else "", tail=item.tail if keep else "")


def _both(mine: Statements, item: Item, other: Item) -> Item:
    changes: dict[str, object] = {}
    for way in WAYS:
        named = list(dict.fromkeys([*item.references(way), *other.references(way)]))
        if named != list(item.references(way)):
            changes[way] = named
    return changed_item(mine, item, changes) if changes else item


def parted(loaded: LoadedPersona, planned: Plan, leaving: Collection[str]) -> bytes:
    """The file of a persona from which statements go to another, and stories by these ids and slugs."""
    content = _with_stories(loaded, (), leaving)
    groups = list(loaded.statements.groups)
    for number, place in sorted(planned.moved, reverse=True):
        groups[number] = without(groups[number], place)
    moved = {number for number, _ in planned.moved}
    kept = [group for n, group in enumerate(groups) if n not in moved or group.items]
    return written(content, _in(content, loaded, replace(loaded.statements, groups=tuple(kept))))


def begun(loaded: LoadedPersona, planned: Plan) -> bytes:
    """The file of the new persona: the statements that go to her, and whose stories she is made from."""
    persona = loaded.persona
    assert persona is not None
    uses = [use for use in Use if use in persona.uses]
    made = new_content(planned.to_called, None, uses, planned.stories)
    content = change_keys(made, {"id": planned.to})
    going: dict[int, list[Item]] = {}
    for number, place in planned.moved:
        item = loaded.statements.groups[number].items[place]
        going.setdefault(number, []).append(_loose(item, keep=not _line_ends(loaded)))
    groups = (
        Group(loaded.statements.groups[number].heading, tuple(items)) for number, items in going.items()
    )
    return written(content, replace(read_statements(content), groups=tuple(groups)))
