"""A codebook that comes in: the page on which somebody looks at what would change."""

from collections.abc import Iterable
from dataclasses import replace

from app.errors import EditConflict, ImportRefused
from app.imports.codebook_csv import MOST_ROWS
from app.services.cards import shown_label
from app.services.codebook_csv import Plan
from app.services.codebook_theme import LABELS, as_field
from app.services.colours import PALETTE
from app.services.marking.entries import Entry
from app.services.views import ChangedCell, ImportPage, ImportRefusal, ImportRow

SHOWN = 200  # rows of each kind on the page
MEANWHILE = "The codebook was changed meanwhile, so nothing was brought in. This is what would change now."
NAMES = {"name": "Name", **LABELS, "parent": "Under", "retired": "Retired", "adopted": "In the codebook"}


def import_page(text: str = "", refused: ImportRefused | None = None) -> ImportPage:
    """The form, with what was pasted still in it."""
    return ImportPage(text=text, problem=str(refused) if refused else "", most=MOST_ROWS)


def preview_page(plan: Plan, text: str, conflict: EditConflict | None = None) -> ImportPage:
    """What would come of a table."""
    new = [slug for slug in plan.entries if slug not in plan.now]
    changed = [slug for slug in plan.entries if slug in plan.now]
    page = ImportPage(text=text, looked=True, digest=plan.digest, conflict=conflict is not None)
    return replace(
        page,
        problem=MEANWHILE if conflict else "",
        new=[_row(Entry(""), plan.entries[slug]) for slug in new[:SHOWN]],
        new_total=len(new),
        changed=[_row(plan.now[slug], plan.entries[slug]) for slug in changed[:SHOWN]],
        changed_total=len(changed),
        unchanged=plan.unchanged,
        refused=[ImportRefusal(one.number, one.name[:120], one.reason) for one in plan.refused[:SHOWN]],
        refused_total=len(plan.refused),
        passed_over=plan.table.passed_over if plan.table else (),
        said=plan.table.said if plan.table else (),
        most=MOST_ROWS,
    )


def _row(before: Entry, after: Entry) -> ImportRow:
    return ImportRow(shown_label(after.name), list(_cells(before, after)))


def _cells(before: Entry, after: Entry) -> Iterable[ChangedCell]:
    for name, label in NAMES.items():
        was, now = (_shown(one, name) for one in (before, after))
        if was != now and not (name in ("name", "adopted") and not before.name):
            yield ChangedCell(label, was, now)


def _shown(entry: Entry, name: str) -> str:
    if name in ("retired", "adopted"):
        return "yes" if getattr(entry, name) else "no"
    if name == "colour":
        return "" if entry.colour is None else PALETTE[entry.colour]
    return as_field(entry, name).replace("\n", "; ") if name == "aliases" else as_field(entry, name)
