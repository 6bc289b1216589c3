"""A persona's statements on the workbench, as one person sees them."""

from collections.abc import Callable, Iterator, Sequence

from app.records.personas import is_reference
from app.records.statements import Group, Item
from app.services.building.loading import LoadedPersona, Shown
from app.services.views import BuildGroup, BuildStatement, PieceView

NO_REFERENCE = "“{text}” is neither the id of a quote nor a passage"
FOR, AGAINST = "evidence", "against"


def group_views(
    loaded: LoadedPersona, shown: Shown, opened: str, open_address: Callable[[str], str]
) -> list[BuildGroup]:
    """The headings that this person sees, with their statements; `opened` is the key of one to be changed."""
    names = sorted(shown.headings.items(), key=lambda one: one[1])
    views = []
    for place, (key, number) in enumerate(names):
        group = loaded.statements.groups[number]
        hers = [(one, group.items[at]) for one, (of, at) in shown.places.items() if of == number]
        views.append(_group(group, key, _statements(hers, shown, opened, open_address), place, len(names)))
    return views


def _group(
    group: Group, key: str, statements: Sequence[BuildStatement], place: int, places: int
) -> BuildGroup:
    first, last = place == 0, place == places - 1
    return BuildGroup(key, group.heading, statements, first, last, group.readable)


def _statements(
    hers: Sequence[tuple[str, Item]], shown: Shown, opened: str, open_address: Callable[[str], str]
) -> list[BuildStatement]:
    return [
        _statement(
            key,
            item,
            shown,
            is_open=key == opened,
            open_address=open_address(key),
            first=place == 0,
            last=place == len(hers) - 1,
        )
        for place, (key, item) in enumerate(hers)
    ]


def _statement(
    key: str, item: Item, shown: Shown, *, is_open: bool, open_address: str, first: bool, last: bool
) -> BuildStatement:
    found = [
        [one for one in dict.fromkeys(item.references(way)) if one in shown.found] for way in (FOR, AGAINST)
    ]
    return BuildStatement(
        key=key,
        text=item.words,
        pieces=[*_pieces(item, FOR, shown), *_pieces(item, AGAINST, shown)],
        quotes_for=len(found[0]),
        quotes_against=len(found[1]),
        stories=len({shown.found[one].story_id for one in found[0]}),
        open_address=open_address,
        open=is_open,
        first=first,
        last=last,
    )


def _pieces(item: Item, way: str, shown: Shown) -> Iterator[PieceView]:
    """Each piece once; of one that leads to nothing for her no id, for that might be of what is hidden."""
    for reference in dict.fromkeys(item.references(way)):
        source, flag = shown.found.get(reference), shown.flagged.get(reference)
        if source is not None:
            yield PieceView(reference, way == AGAINST, source.view, flag.why if flag else "")
        elif not is_reference(reference):
            yield PieceView(reference, way == AGAINST, None, NO_REFERENCE.format(text=reference))
        elif flag is not None:
            known = reference if flag.address or flag.kept else ""
            yield PieceView(
                known, way == AGAINST, None, f"{flag.name}: {flag.why}" if flag.name else flag.why
            )
