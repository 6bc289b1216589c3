"""What happened to a persona since a specification cited her, as far as one person may know of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from app.database.ledgers import DENIAL
from app.database.tables import PERSONA, REVISION, STORY, AnyRow
from app.database.visibility import Actor, today
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.documents import chunks
from app.services.evidence import Source, is_open, references_of, sources
from app.services.evidence_watch import NOTHING, flags, stories_named
from app.services.views import Flag

RETIRED = "She was retired on {}, and is offered no more."
MERGED = "She was merged into another persona: her page leads there."
OTHER_TEXT = "Her page was changed: version {} was cited, and version {} stands now."
LOST_ONE = "1 of {} statements about her rests on evidence that is no longer there."
LOST = "{} of {} statements about her rest on evidence that is no longer there."


@dataclass(frozen=True)
class Statements:
    """A persona's statements that rest on something, and what is to be known of their evidence."""

    statements: list[Mapping[str, list[str]]]
    found: Mapping[str, Source]
    flagged: Mapping[str, Flag]
    stories: Mapping[str, str]  # by reference

    @property
    def gone(self) -> set[str]:
        """The references that lead nowhere any more, as far as she may know it."""
        return {one for one, flag in self.flagged.items() if flag.why != NOTHING}


@dataclass(frozen=True)
class Resting:
    """Looks at one persona after the other for one person; at what each rests on but once."""

    archive: Archive
    connection: Connection
    actor: Actor
    known: dict[str, Statements] = field(default_factory=dict)

    def since(self, row: AnyRow) -> Iterator[str]:
        """Sentences about the persona of a citation's row (as services.specifications.watching reads it)."""
        if row.persona_merged_into:
            yield MERGED
        elif row.persona_retired:
            yield RETIRED.format(date_label(row.persona_retired, self.archive.settings.language))
        elif row.persona_digest != row.digest:
            yield OTHER_TEXT.format(row.revision, row.persona_revision)
        lost, every = self._lost(row.persona_id, row.at)
        if lost:
            yield LOST_ONE.format(every) if lost == 1 else LOST.format(lost, every)

    def _lost(self, persona_id: str, at: datetime) -> tuple[int, int]:
        """How many statements lost all that they rest on since then, and how many rest on something.

        Of evidence that is hidden from this person nobody tells her whether it is there.
        """
        told = self._statements(persona_id)
        lost = [one for one in told.statements if told.gone.issuperset(one["evidence"])]
        there = [one for one in told.statements if one in lost or is_open(one, told.found, told.flagged)]
        named = {told.stories[reference] for one in lost for reference in one["evidence"]}
        after = self._changed_since(named, at)
        lately = [one for one in lost if after & {told.stories[name] for name in one["evidence"]}]
        return len(lately), len(there)

    def _statements(self, persona_id: str) -> Statements:
        if persona_id not in self.known:
            groups = select(PERSONA.c.groups).where(PERSONA.c.id == persona_id)
            told = self.connection.execute(groups).scalar() or []
            named = references_of(told)
            found = sources(self.archive, self.connection, self.actor, named)
            flagged = flags(self.archive, self.connection, self.actor, named, found)
            resting = [one for group in told for one in group["statements"] if one["evidence"]]
            stories = stories_named(self.connection, named)
            self.known[persona_id] = Statements(resting, found, flagged, stories)
        return self.known[persona_id]

    def _changed_since(self, stories: Collection[str], at: datetime) -> set[str]:
        """Those of these stories of which something became another after this moment."""
        moment, day = at.replace(tzinfo=at.tzinfo or UTC), today(self.archive.now())
        written = moment.isoformat(timespec="microseconds")  # as a denial's is
        ended = STORY.c.until.between(today(moment), day)
        found: set[str] = set()
        for part in chunks({one for one in stories if one}):
            for story, since in (
                (REVISION.c.record_id, REVISION.c.observed > moment),
                (DENIAL.c.story_id, DENIAL.c.at > written),
                (STORY.c.id, ended),
            ):
                changed = select(story).where(story.in_(part), since)
                found |= set(self.connection.execute(changed).scalars())
        return found
