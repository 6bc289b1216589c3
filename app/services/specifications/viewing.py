"""Citations, requirements and answers as pages show them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from app.database.specifications import ANSWER
from app.database.tables import AnyRow
from app.rendering.wording import stands_in
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.cards import persona_address, story_address
from app.services.dates import date_label, moment_label
from app.services.documents import chunks
from app.services.gathering.differing import side_by_side
from app.services.gathering.history import version_address
from app.services.sessions.room import session_address
from app.services.specifications.access import Who, requirement_address
from app.services.specifications.as_cited import words_before
from app.services.specifications.references import cited_line, is_spoken, said_by
from app.services.specifications.requirements import VERDICTS
from app.services.specifications.tree import PRIORITIES, Node
from app.services.specifications.watching import GOOD, ORDER, Cited, State, full
from app.services.specifications.what_to_do import may_recite, what_to_do
from app.services.views import AnswerView, CitationView, HeldView, RequirementView, StateCount

LABELS = {
    State.UNWATCHED: "Not watched: look at its source",
    State.CURRENT: "Current",
    State.ENDS: "Consent ends on {}",
    State.CHANGED: "Text changed",
    State.NOT_ALLOWED: "Use no longer allowed",
    State.WITHDRAWN: "Taken back",
}
CHANGED_SINCE = "Changed since she was cited"  # a persona
COUNTED = {**LABELS, State.ENDS: "Consent ends within 90 days", State.UNWATCHED: "Not watched"}
ANSWERS = {"": "A remark", "agree": "Agrees", "change": "Would change it", "against": "Is against it"}


def state_label(archive: Archive, cited: Cited) -> str:
    """How a citation stands, in words."""
    if cited.state is State.CHANGED and cited.row.kind == "persona":
        return CHANGED_SINCE
    return LABELS[cited.state].format(date_label(cited.until, archive.settings.language))


def counted(cited: Sequence[Cited]) -> list[StateCount]:
    """How many stand how, the worst first; states in which none stands are left out."""
    numbers = {state: sum(one.state is state for one in cited) for state in reversed(ORDER)}
    return [
        StateCount(COUNTED[state], number, state in GOOD, state is State.UNWATCHED)
        for state, number in numbers.items()
        if number
    ]


@dataclass(frozen=True)
class Shown:
    """What the requirements of one page are made from, as one person may know it."""

    archive: Archive
    specification: AnyRow
    who: Who
    cited: Mapping[int, Sequence[Cited]]  # by the key of their requirement
    hidden: frozenset[int]  # requirements under which something stands, and nothing that she may read
    names: Mapping[int, str]
    answers: Mapping[int, Sequence[AnyRow]] = field(default_factory=dict)
    base: str = ""
    before: Mapping[int, str] = field(default_factory=dict)  # words as they were cited, by the citation's key


def shown_of(
    archive: Archive,
    connection: Connection,
    who: Who,
    row: AnyRow,
    nodes: Sequence[Node],
    every: Iterable[Cited],
    base: str = "",
) -> Shown:
    """For these requirements of a specification, whose row it is; `every` is what is cited under them."""
    keys = [one.row.key for one in nodes]
    cited: dict[int, list[Cited]] = {key: [] for key in keys}
    for one in every:
        cited.get(one.row.requirement, []).append(one)
    answers = _answers(connection, keys)
    people = [one.row.account for some in cited.values() for one in some]
    people += [one.account for some in answers.values() for one in some]
    hidden = full(connection, keys) - {key for key, some in cited.items() if any(one.shown for one in some)}
    names = names_by_key(connection, people)
    return Shown(archive, row, who, cited, frozenset(hidden), names, answers, base)


def as_cited(connection: Connection, shown: Shown) -> Shown:
    """The same with the words as they were cited, for pages: in files nothing stands that changed since."""
    every = (one for some in shown.cited.values() for one in some)
    return replace(shown, before=words_before(shown.archive, connection, shown.who.actor, every))


def _answers(connection: Connection, keys: Sequence[int]) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for part in chunks(keys):
        there = select(ANSWER).where(ANSWER.c.requirement.in_(part), ANSWER.c.removed.is_(None))
        for row in connection.execute(there.order_by(ANSWER.c.key)):
            found[row.requirement].append(row)
    return found


def requirement_view(shown: Shown, node: Node) -> RequirementView:
    """One requirement. What was said why, beside words of which she may read none, is not there either."""
    row, cited = node.row, shown.cited.get(node.row.key, ())
    views = [citation_view(shown, one) for one in cited]
    bare = not row.heading and not any(not one.row.challenges and one.shown for one in cited)
    return RequirementView(
        id=row.id,
        number=node.number,
        depth=node.depth,
        heading=row.heading,
        text=row.text,
        rationale="" if row.key in shown.hidden else row.rationale,
        priority=PRIORITIES.get(row.priority, "") if row.priority else "",
        address=requirement_address(shown.specification.id, row.id),
        supports=[one for one in views if not one.challenges],
        challenges=[one for one in views if one.challenges],
        answers=[_answer(shown, one) for one in shown.answers.get(row.key, ())],
        held=[] if row.heading else _held(shown, row),
        bare=bare,
        lapsed=bare and any(not one.row.challenges for one in cited),
    )


def _answer(shown: Shown, row: AnyRow) -> AnswerView:
    when = moment_label(row.at, shown.archive.settings.language)
    mine = row.account == shown.who.by.account
    by = named(row.account, shown.names)
    return AnswerView(row.id, ANSWERS.get(row.verdict, ANSWERS[""]), row.words, by, when, mine)


def _held(shown: Shown, row: AnyRow) -> list[HeldView]:
    found, told = [], {} if row.key in shown.hidden else row.worths
    for worth in shown.specification.worths:
        said = told.get(worth["key"], {"verdict": "", "note": ""})
        label, note = VERDICTS.get(said["verdict"], VERDICTS[""]), said["note"]
        found.append(HeldView(worth["key"], worth["name"], said["verdict"], label, note))
    return found


def citation_view(shown: Shown, cited: Cited) -> CitationView:
    """One citation; of words that may not be used any more nothing but how they stand."""
    row = cited.row
    words, by, line, address, place = _told(shown, cited) if cited.shown else ("",) * 5
    view = CitationView(
        id=row.id,
        kind=row.kind,
        challenges=row.challenges,
        words=words,
        said_by=by,
        cited=line,
        address=address,
        place=place,
        state=cited.state.value,
        state_label=state_label(shown.archive, cited),
        good=cited.state in GOOD,
        quiet=cited.state is State.UNWATCHED,
        note=row.note if cited.shown else "",
        by=named(row.account, shown.names),
        language=(row.language or "") if words or cited.words else "",
        folded=bool(row.folded) and bool(words or cited.words),
        content_notes=tuple(row.content_notes or ()) if words or cited.words else (),
        why=cited.why,
        do=what_to_do(cited),
        recite=may_recite(cited),
        told=row.kind == "quote" and bool(words or cited.words) and not is_spoken(row),
    )
    return _beside(shown, cited, view) if cited.state is State.CHANGED and row.kind == "quote" else view


def _beside(shown: Shown, cited: Cited, view: CitationView) -> CitationView:
    """With what stands there now, and the difference where she may read both."""
    row, old = cited.row, shown.before.get(cited.key, "")
    before, after = side_by_side(old, cited.words) if old and cited.words else ([], [])
    return replace(
        view,
        version=row.revision,
        now=cited.words,
        now_line=f"{row.story_id}, version {row.story_revision}, #{row.now_anchor}" if cited.words else "",
        now_place=f"{shown.base}{story_address(row.slug)}#{row.now_anchor}" if cited.words else "",
        before=before,
        after=after,
    )


def _told(shown: Shown, cited: Cited) -> tuple[str, str, str, str, str]:
    """Words, who said them, the line of ids, the permanent address, and the place."""
    row, archive, base = cited.row, shown.archive, shown.base
    if row.kind == "figure":
        return row.figure, row.source, "", "", ""
    if row.kind == "persona":
        address = f"{base}/p/{row.persona_id}"
        line = f"{row.persona_id}, {_version_of_persona(row)}"
        place = f"{base}{persona_address(row.persona_slug)}"
        return row.persona_name, row.persona_tagline, line, address, place
    if row.kind == "idea" and cited.session is not None:
        title, address = cited.session.title, f"{base}{session_address(cited.session.id)}#idea-{row.idea}"
        line = f"{cited.session.id}, idea {row.idea}"
        return cited.words, f"an idea of “{title}”", line, address, address
    if not row.quote_id:  # another text stands in the place of the one that was cited
        return "", "", "", "", ""
    if cited.state is State.CHANGED:
        return _as_cited(shown, cited)
    place = f"{base}{story_address(row.slug)}#{row.quote_id if row.mark_removed is None else row.now_anchor}"
    address = f"{base}/q/{row.quote_id}" if row.mark_removed is None else place
    return cited.said, said_by(archive, cited), cited_line(cited), address, place


def _version_of_persona(row: AnyRow) -> str:
    """Which version stands here: her name and her line are those of today."""
    if row.persona_revision == row.revision:
        return f"version {row.revision}"
    return f"as she is in version {row.persona_revision}; version {row.revision} was cited"


def _as_cited(shown: Shown, cited: Cited) -> tuple[str, str, str, str, str]:
    """The same of words that stand otherwise now: as they were cited, where she may read that version."""
    row, old = cited.row, shown.before.get(cited.key, "")
    by = said_by(shown.archive, cited) if old or cited.words else ""
    if not old:
        return "", by, "", "", ""
    place = f"{shown.base}{version_address(row.story_id, row.revision)}#{row.anchor}"
    words = row.wording if row.wording and stands_in(row.wording, old) else old
    return words, by, cited_line(cited), place, place


def all_shown(cited: Iterable[Cited]) -> list[Cited]:
    """Those of which something may be shown."""
    return [one for one in cited if one.shown]
