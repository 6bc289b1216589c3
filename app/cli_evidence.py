"""`storyhold check --evidence`: what changed under personas and sessions since people looked at them."""

import json
from dataclasses import asdict

import typer

from app.cli_terminal import opened_archive, progress
from app.database.visibility import TERMINAL
from app.services.evidence_since import MISSING, Watched, WatchedPersona, watch_personas
from app.services.reconcile import reconcile
from app.services.sessions.room import Seen
from app.services.sessions.watching import WatchedSession, watch_sessions

NAMES_NOTHING = "there is nothing of this name in the archive"
NOTHING = (
    "No evidence of a persona has changed since it was last reviewed, "
    "and nothing under a design session since it ended."
)


def check_evidence(*, as_json: bool) -> None:
    """Print it, and exit with 1 where there is anything. The terminal acts as a steward."""
    with opened_archive() as archive:
        with progress("Reading") as report:
            reconcile(archive, progress=report)
        found = watch_personas(archive, TERMINAL)
        sessions = watch_sessions(archive, Seen(TERMINAL))
    typer.echo(_json(found, sessions) if as_json else _text(found, sessions))
    raise typer.Exit(1 if found or sessions else 0)


def _json(found: list[WatchedPersona], sessions: list[WatchedSession]) -> str:
    told = {"personas": [_told(one) for one in found], "sessions": [asdict(one) for one in sessions]}
    return json.dumps(told, ensure_ascii=False, indent=2)


def _told(persona: WatchedPersona) -> dict[str, object]:
    """By statement, in the order of the file."""
    named = {name: value for name, value in asdict(persona).items() if name != "evidence"}
    statements: dict[tuple[int | None, str, str], list[dict[str, object]]] = {}
    for one in persona.evidence:
        evidence = {
            name: value for name, value in asdict(one).items() if name not in ("heading", "statement", "line")
        }
        evidence["why"] = _why(one)
        statements.setdefault((one.line, one.heading, one.statement), []).append(evidence)
    listed = [
        {"heading": heading, "statement": words, "line": line, "evidence": told}
        for (line, heading, words), told in statements.items()
    ]
    return named | {"statements": listed}


def _text(found: list[WatchedPersona], sessions: list[WatchedSession]) -> str:
    if not found and not sessions:
        return NOTHING
    return "\n\n".join([*map(_persona, found), *map(_session, sessions)])


def _session(session: WatchedSession) -> str:
    watch = session.watch
    lines = [f"{session.title} ({session.id}), since {watch.since}"]
    lines += [f"  {one.name}: {one.why}" for one in watch.changes]
    return "\n".join([*lines, *([f"  {watch.taken_back}"] if watch.taken_back else [])])


def _persona(persona: WatchedPersona) -> str:
    reviewed = f"last reviewed {persona.reviewed}" if persona.reviewed else "never reviewed"
    lines = [f"{persona.name} ({persona.id}), {reviewed}"]
    before: tuple[int | None, str, str] = (None, "", "")
    for one in persona.evidence:
        if (one.line, one.heading, one.statement) != before:
            before = (one.line, one.heading, one.statement)
            place = persona.file if one.line is None else f"{persona.file}:{one.line}"
            lines.append(f"  {place}: {one.heading}: {one.statement}")
        lines.append(f"    {_evidence(one)}")
    return "\n".join(lines)


def _evidence(one: Watched) -> str:
    side = " (against it)" if one.against else ""
    on = f" ({one.on})" if one.on else ""
    return f"{one.reference}{side}: {one.what}: {_why(one)}{on}"


def _why(one: Watched) -> str:
    """Plainly: nothing is hidden from whoever sits at the files."""
    return NAMES_NOTHING if one.what == MISSING else one.why
