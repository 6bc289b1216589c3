"""What can be done with a persona's statements, one step each: the file's statements before and after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.errors import InvalidText
from app.records.statements import Group, Item, Statements
from app.records.statements_edit import changed_item, renamed, with_items, without
from app.services.building.asked import Change, Scene, heading_of, own_words
from app.services.building.loading import key_of

FOR, AGAINST = "evidence", "against"
NEW = "new"  # in the place of a heading's key: one that is to be made
SAME = "It says that already."
FULL = "There are statements under this heading. Move them or take them away first."
UNREADABLE = "What stands under this heading in the file is no list of statements. Mend the file first."
LISTED = "The statements have no headings yet. Put one above them first."
NOT_LISTED = "The statements have headings already."
GONE = "This is not among its evidence any more."


def changed(scene: Scene, group: int, items: Sequence[Item], note: str, *, then: str = "") -> Change:
    """Other statements under one heading."""
    groups = list(scene.groups)
    groups[group] = with_items(groups[group], items)
    return Change(note, _with(scene, groups), then=then)


def _with(scene: Scene, groups: Sequence[Group]) -> Statements:
    return replace(scene.loaded.statements, groups=tuple(groups), listed=())


def _swapped(scene: Scene, changes: Mapping[str, object], note: str) -> Change:
    number, place = scene.statement()
    items = list(scene.groups[number].items)
    items[place] = changed_item(scene.loaded.statements, items[place], changes)
    words = items[place].words
    return changed(scene, number, items, note, then=key_of(scene.archive, _name(scene, number), words, 1))


def _name(scene: Scene, number: int) -> str:
    return scene.groups[number].heading


def put(way: str) -> Callable[[Scene], Change]:
    """A step that puts what was chosen under a statement, for it or against it."""
    other = AGAINST if way == FOR else FOR
    note = "Evidence for a statement" if way == FOR else "Evidence against a statement"

    def step(scene: Scene) -> Change:
        item, named = scene.item(), list(scene.evidence())
        there = item.references(way)
        moved = [one for one in item.references(other) if one not in named]
        changes: dict[str, object] = {way: [*there, *(one for one in named if one not in there)]}
        if len(moved) < len(item.references(other)):
            changes[other] = moved
        if changes == {way: list(there)}:
            raise InvalidText(SAME)
        return _swapped(scene, changes, note)

    return step


def write(scene: Scene) -> Change:
    """A new statement, with what was chosen as its evidence."""
    found = scene.evidence() if scene.asked.chosen else {}
    words = own_words(scene.asked.text("words"), list(found.values()))
    groups = list(scene.groups)
    number = _heading_or_new(scene, groups)
    item = Item({"statement": words, FOR: list(found)} if found else words)
    groups[number] = with_items(groups[number], [*groups[number].items, item])
    then = key_of(scene.archive, groups[number].heading, words, 1)
    return Change("A statement", _with(scene, groups), then=then)


def _heading_or_new(scene: Scene, groups: list[Group]) -> int:
    """The place of the heading that was chosen, or of the one that was typed, which is made."""
    if scene.asked.text("heading") not in ("", NEW):
        number = scene.heading()
    else:
        name = heading_of(scene.asked.text("name"))
        number = next((n for n, group in enumerate(groups) if group.heading == name), len(groups))
        if number == len(groups):
            groups.append(Group(name))
    if not groups[number].readable:
        raise InvalidText(UNREADABLE)
    if scene.loaded.statements.listed:
        raise InvalidText(LISTED)
    return number


def reword(scene: Scene) -> Change:
    """Other words for a statement, and where it was chosen another heading."""
    item = scene.item()
    named = [scene.shown.found[one] for one in item.references(FOR) if one in scene.shown.found]
    words = own_words(scene.asked.text("words"), named) if scene.asked.text("words") != item.words else ""
    number, place = scene.statement()
    other = scene.shown.headings.get(scene.asked.text("heading"), number)
    if not words and other == number:
        raise InvalidText(SAME)
    new = changed_item(scene.loaded.statements, item, {"statement": words}) if words else item
    then = key_of(scene.archive, _name(scene, other), new.words, 1)
    if other == number:
        items = list(scene.groups[number].items)
        items[place] = new
        return changed(scene, number, items, "Other words for a statement", then=then)
    return _moved(scene, new, other, then)


def _moved(scene: Scene, item: Item, other: int, then: str) -> Change:
    number, place = scene.statement()
    groups = list(scene.groups)
    if not groups[other].readable:
        raise InvalidText(UNREADABLE)
    groups[number] = without(groups[number], place)
    tail = "" if "#" in item.tail else item.tail
    groups[other] = with_items(groups[other], [*groups[other].items, replace(item, tail=tail)])
    return Change("A statement under another heading", _with(scene, groups), then=then)


def shift(by: int) -> Callable[[Scene], Change]:
    """A step that moves a statement up or down, past the next one that this person sees."""

    def step(scene: Scene) -> Change:
        number, place = scene.statement()
        hers = sorted(at for of, at in scene.shown.places.values() if of == number)
        to = hers.index(place) + by
        if not 0 <= to < len(hers):
            raise InvalidText(SAME)
        items = list(scene.groups[number].items)
        items.insert(hers[to], items.pop(place))
        return changed(scene, number, items, "Order of statements", then=scene.asked.text("statement"))

    return step


def remove(scene: Scene) -> Change:
    """Take a statement away."""
    number, place = scene.statement()
    groups = list(scene.groups)
    groups[number] = without(groups[number], place)
    return Change("A statement taken away", _with(scene, groups))


def take_off(scene: Scene) -> Change:
    """Take one piece of evidence off a statement."""
    item, gone = scene.item(), scene.asked.text("reference")
    named = {way: [one for one in item.references(way) if one != gone] for way in (FOR, AGAINST)}
    return _swapped(scene, _those_changed(item, named), "Evidence taken off a statement")


def turn(scene: Scene) -> Change:
    """What was for a statement is against it, and the other way."""
    item, one = scene.item(), scene.asked.text("reference")
    named = {way: [other for other in item.references(way) if other != one] for way in (FOR, AGAINST)}
    named[AGAINST if one in item.references(FOR) else FOR].append(one)
    if one not in (*item.references(FOR), *item.references(AGAINST)):
        raise InvalidText(GONE)
    return _swapped(scene, _those_changed(item, named), "Evidence turned round")


def _those_changed(item: Item, named: Mapping[str, list[str]]) -> dict[str, object]:
    changes: dict[str, object] = {way: of for way, of in named.items() if list(item.references(way)) != of}
    if not changes:
        raise InvalidText(GONE)
    return changes


def add_heading(scene: Scene) -> Change:
    """A heading without statements."""
    name = heading_of(scene.asked.text("name"))
    if scene.loaded.statements.listed:
        raise InvalidText(LISTED)
    then = key_of(scene.archive, name, "", 0)
    if any(group.heading == name for group in scene.groups):
        if then in scene.shown.headings:
            raise InvalidText(SAME)
        return Change("A heading", then=then)
    return Change("A heading", _with(scene, [*scene.groups, Group(name)]), then=then)


def rename_heading(scene: Scene) -> Change:
    """Another name for a heading; with one that is there already, their statements are joined."""
    number, name = scene.heading(), heading_of(scene.asked.text("name"))
    groups = list(scene.groups)
    same = next((n for n, group in enumerate(groups) if group.heading == name), None)
    if same == number:
        raise InvalidText(SAME)
    if same is None:
        groups[number] = renamed(groups[number], name)
    elif groups[same].readable and groups[number].readable:
        groups[same] = with_items(groups[same], [*groups[same].items, *groups[number].items])
        del groups[number]
    else:
        raise InvalidText(UNREADABLE)
    return Change("A heading renamed", _with(scene, groups), then=key_of(scene.archive, name, "", 0))


def shift_heading(by: int) -> Callable[[Scene], Change]:
    """A step that moves a heading past the next one that this person sees."""

    def step(scene: Scene) -> Change:
        number, hers = scene.heading(), sorted(scene.shown.headings.values())
        to = hers.index(number) + by
        if not 0 <= to < len(hers):
            raise InvalidText(SAME)
        groups = list(scene.groups)
        groups.insert(hers[to], groups.pop(number))
        return Change("Order of headings", _with(scene, groups), then=scene.asked.text("heading"))

    return step


def drop_heading(scene: Scene) -> Change:
    """Take away a heading under which nothing stands."""
    number = scene.heading()
    if scene.groups[number].items or not scene.groups[number].readable:
        raise InvalidText(FULL)
    groups = [group for place, group in enumerate(scene.groups) if place != number]
    return Change("A heading taken away", _with(scene, groups))


def put_under(scene: Scene) -> Change:
    """A heading above statements that the file lists without one."""
    if not scene.loaded.statements.listed:
        raise InvalidText(NOT_LISTED)
    group = Group(heading_of(scene.asked.text("name")), tuple(scene.loaded.statements.listed))
    return Change("A heading above the statements", _with(scene, [group]))


STEPS: Mapping[str, Callable[[Scene], Change]] = {
    "for": put(FOR),
    "against": put(AGAINST),
    "write": write,
    "reword": reword,
    "up": shift(-1),
    "down": shift(1),
    "remove": remove,
    "off": take_off,
    "turn": turn,
    "heading": add_heading,
    "rename": rename_heading,
    "earlier": shift_heading(-1),
    "later": shift_heading(1),
    "drop": drop_heading,
    "under": put_under,
}
ADDING = frozenset(
    {"for", "against", "write", "heading"}
)  # what loses nobody's work, whatever came meanwhile
