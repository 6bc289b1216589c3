"""Recording what a storyteller agreed to: into her file, the ledger and, where it narrows, a denial."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from app.database.tables import STORY, AnyRow
from app.database.visibility import Action, Actor, Answer, Role, use_bits
from app.errors import EditConflict, NotFound, Withdrawn
from app.records.consent_edit import with_consent
from app.records.ids import normal_id
from app.records.model import Consent, Digest, ParsedStory, RecordKey, RecordKind, Slug, Story
from app.records.problems import SetAside
from app.records.replace import digest_of
from app.records.stories import parse_story
from app.services.absence import absence
from app.services.agreeing import Agreed, ConsentRefused, Filled, agreed
from app.services.allowing import answer_to
from app.services.archive import Archive
from app.services.auditing import Event
from app.services.intents import Intent
from app.services.ledger import Source, Terms, terms_of
from app.services.limits import Limits, goes_beyond, limits_after, limits_of, standing_limits
from app.services.saving import save_record

FORM = "form"  # the purpose of the digest that a form carries: never that of the file itself
STEWARDS_ONLY = (
    "This story’s consent was narrowed in the archive before, and this is more than was left of it: only a "
    "steward can open it again. Nothing was changed; ask a steward, or record no more than is left."
)
UNREADABLE = "The file can not be read as it is now, so nothing can be recorded in it. Mend the file first."
ELSEWHERE = "The file would still say otherwise, so nothing was changed:"


class OnlyStewards(ConsentRefused):
    """It is more than is left of a consent that was narrowed here, and who records it is no steward."""

    def __init__(self) -> None:
        super().__init__({"": STEWARDS_ONLY})


@dataclass(frozen=True)
class By:
    """Who records: her account and name; neither for somebody at the machine while there is no steward."""

    account: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Loaded:
    """A story's file as it is now. `parsed` is None where it can not be read."""

    row: AnyRow
    content: bytes
    digest: Digest
    parsed: ParsedStory | None

    @property
    def story(self) -> Story | None:
        return self.parsed.story if self.parsed else None


def story_for(
    archive: Archive, connection: Connection, actor: Actor, record_id: str, action: Action
) -> AnyRow:
    """The row of a story with which this actor may do that. Raises NotFound or Withdrawn."""
    row = connection.execute(select(STORY).where(STORY.c.id == (normal_id(record_id) or ""))).first()
    if row is None:
        raise NotFound
    answer = answer_to(archive, connection, actor, row, action)
    if answer is Answer.NOTICE:
        raise absence(archive, connection, actor, story_id=row.id)
    if answer is Answer.ABSENT:
        raise NotFound
    return row


def is_open_to(archive: Archive, actor: Actor, record_id: str) -> bool:
    """Whether this actor finds a story still: what she has just recorded may close it to her as well."""
    with archive.engine.connect() as connection:
        try:
            story_for(archive, connection, actor, record_id, Action.READ)
        except NotFound:
            return False
        except Withdrawn:
            return True
    return True


def load_file(archive: Archive, row: AnyRow) -> Loaded:
    """The file of a story. Raises NotFound where it has gone."""
    store, slug = archive.stores[RecordKind.STORY], Slug(row.slug)
    try:
        path = store.path_of(slug)
        content = store.read(path) if path else None
    except FileNotFoundError:
        content = None
    except SetAside:
        return Loaded(row, b"", Digest(""), None)
    if content is None:
        raise NotFound
    return Loaded(row, content, digest_of(content), _parsed(archive, row, content))


def _parsed(archive: Archive, row: AnyRow, content: bytes) -> ParsedStory | None:
    try:
        return parse_story(content, slug=Slug(row.slug), file=row.path, today=archive.now().date())
    except SetAside:
        return None


def form_digest(archive: Archive, digest: Digest) -> str:
    """What a form carries of the file that it was made from."""
    return archive.keyed(FORM, digest)


def record_consent(
    archive: Archive,
    actor: Actor,
    by: By,
    record_id: str,
    filled: Filled,
    *,
    expected: str,
    how: Source = Source.ARCHIVE,
    waits: Consent | None = None,
) -> None:
    """Record what was agreed. When it returns, no page and no search gives more than that.

    `waits` is more that she asks for and that is not recorded yet: it counts as nothing that she took
    away. Raises NotFound, Withdrawn, ConsentRefused (OnlyStewards where it is more than was left),
    EditConflict where the file is not the one the form was made from, and what save_record raises.
    """
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, record_id, Action.EDIT)
        standing = standing_limits(connection, row.id)
    loaded = load_file(archive, row)
    told = agreed(filled, archive.now().date())
    story = loaded.story
    if story is None or row.set_aside:
        raise ConsentRefused({"": UNREADABLE})
    if form_digest(archive, loaded.digest) != expected:
        raise EditConflict(row.id)
    content = _content(archive, loaded, story, told.consent)
    if needs_steward(archive, actor, story, told.consent, standing):
        raise OnlyStewards
    limits = _limits(archive, story, told.consent, standing, waits)
    key = RecordKey(RecordKind.STORY, Slug(row.slug))
    save_record(archive, key, content, expected=loaded.digest, intent=_intent(by, told, limits, how))


def _content(archive: Archive, loaded: Loaded, story: Story, now: Consent) -> bytes:
    """The file with the new consent, which must be read as nothing else. Raises ConsentRefused."""
    content = with_consent(loaded.content, now, story.consent)
    parsed = _parsed(archive, loaded.row, content)
    if parsed is None:
        raise ConsentRefused({"": UNREADABLE})
    if parsed.story.consent != now:
        reasons = " ".join(f"{one.reason} {one.remedy}" for one in parsed.problems)
        raise ConsentRefused({"": f"{ELSEWHERE} {reasons}"})
    return content


def needs_steward(
    archive: Archive, actor: Actor, story: Story, wanted: Consent, standing: Limits | None
) -> bool:
    """Whether this consent is more than is left of one that was narrowed here, and she is no steward."""
    if standing is None or Role.STEWARD in actor.roles:
        return False
    return goes_beyond(limits_of(_terms(archive, story, wanted)), standing)


def _limits(
    archive: Archive, story: Story, now: Consent, standing: Limits | None, waits: Consent | None
) -> Limits | None:
    before, after = _in_force(archive, story), _terms(archive, story, now)
    wanted = limits_of(_terms(archive, story, waits)) if waits else None
    return limits_after(before, after, standing, wanted)


def _terms(archive: Archive, story: Story, consent: Consent) -> Terms:
    return terms_of(archive, replace(story, consent=consent))


def _in_force(archive: Archive, story: Story) -> Terms:
    """What the file allowed until now, with what is assumed where it states nothing."""
    terms = terms_of(archive, story)
    return terms if story.consent.stated else replace(terms, uses=use_bits(archive.unstated))


def _intent(by: By, told: Agreed, limits: Limits | None, how: Source) -> Intent:
    source = "door" if how is Source.DOOR else "editor"
    return Intent(source, by.name, "", by.account, Event.CONSENT, how, told.particulars, limits)
