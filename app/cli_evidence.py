"""`storyhold check --evidence`: what changed under personas since they were last reviewed."""

import json
from dataclasses import asdict

import typer

from app.cli_terminal import opened_archive, progress
from app.database.visibility import TERMINAL
from app.services.evidence_since import Watched, WatchedPersona, watch_personas
from app.services.reconcile import reconcile


def check_evidence(*, as_json: bool) -> None:
    """Print it, and exit with 1 where there is anything. The terminal acts as a steward."""
    with opened_archive() as archive:
        with progress("Reading") as report:
            reconcile(archive, progress=report)
        found = watch_personas(archive, TERMINAL)
    typer.echo(_json(found) if as_json else _text(found))
    raise typer.Exit(1 if found else 0)


def _json(found: list[WatchedPersona]) -> str:
    return json.dumps({"personas": [_told(one) for one in found]}, ensure_ascii=False, indent=2)


def _told(persona: WatchedPersona) -> dict[str, object]:
    """By statement, in the order of the file."""
    named = {name: value for name, value in asdict(persona).items() if name != "evidence"}
    statements: dict[tuple[str, str], list[dict[str, object]]] = {}
    for one in persona.evidence:
        evidence = {
            name: value for name, value in asdict(one).items() if name not in ("heading", "statement")
        }
        statements.setdefault((one.heading, one.statement), []).append(evidence)
    listed = [{"heading": h, "statement": s, "evidence": told} for (h, s), told in statements.items()]
    return named | {"statements": listed}


def _text(found: list[WatchedPersona]) -> str:
    if not found:
        return "No evidence of a persona has changed since it was last reviewed."
    return "\n\n".join(_persona(one) for one in found)


def _persona(persona: WatchedPersona) -> str:
    reviewed = f"last reviewed {persona.reviewed}" if persona.reviewed else "never reviewed"
    lines = [f"{persona.name} ({persona.id}), {reviewed}"]
    before = ("", "")
    for one in persona.evidence:
        if (one.heading, one.statement) != before:
            before = (one.heading, one.statement)
            lines.append(f"  {one.heading}: {one.statement}")
        lines.append(f"    {_evidence(one)}")
    return "\n".join(lines)


def _evidence(one: Watched) -> str:
    side = " (against it)" if one.against else ""
    on = f" ({one.on})" if one.on else ""
    return f"{one.reference}{side}: {one.what}: {one.why}{on}"
