"""A kind of job for the tests: a word at the end of each story, and a new file where there was none."""

from app.errors import InvalidText
from app.records.model import RecordKey, RecordKind, Slug
from app.records.replace import digest_of
from app.services.gathering.jobs import start
from app.services.gathering.journal import Outcome, Planned, State, promise
from app.services.gathering.kinds import register, register_many
from app.services.gathering.putting_back import place_of
from app.services.intents import Intent, OfJob
from app.services.saving import save_record
from tests.archives import ids, story_file


def append_word(archive, job, item):
    """Append the job's word to one story."""
    if item.data.get("refused"):
        raise InvalidText("This one is not wanted. Leave it out.")
    place = place_of(archive, item.record_id)
    content = archive.stores[place.key.kind].read(archive.stores[place.key.kind].path_of(place.key.slug))
    if job.data["word"] in content.decode():
        return Outcome(State.UNCHANGED)
    new = content + f"\n{job.data['word']}\n".encode()
    intent = Intent("editor", "Ann", "A word", job.account, item=OfJob(item.job, item.number, State.DONE))
    saved = save_record(archive, place.key, new, expected=item.before, intent=intent)
    return Outcome(State.DONE, saved.record_id, after=saved.digest)


def make_file(archive, job, items):
    """Write one new story for each item."""
    if len(items) > 1 and any(item.data.get("refused") for item in items):
        raise InvalidText("Not all of them.")
    return [_made(archive, item) for item in items]


def _made(archive, item):
    if item.data.get("refused"):
        raise InvalidText("This one is no story.")
    key = RecordKey(RecordKind.STORY, Slug(item.name))
    content = story_file(f"What {item.name} said.", id=item.record_id).encode()
    promise(archive, [(item, Outcome(State.WAITING, item.record_id, after=digest_of(content)))])
    if archive.stores[key.kind].digest(key) == digest_of(content):
        return Outcome(State.DONE)
    saved = save_record(archive, key, content, expected=None, intent=Intent("import"))
    return Outcome(State.DONE, saved.record_id, after=saved.digest)


register("test append", append_word, title="Append a word")
register_many("test make", make_file, at_once=3, title="Make files")


def planned(archive, names=None, **data):
    """Every story of an archive, or these, as it is now."""
    found = ids(archive)
    wanted = [f"stories/{name}.md" for name in names] if names else sorted(found)
    places = {path: place_of(archive, found[path]) for path in wanted}
    return [Planned("", found[path], places[path].digest, data) for path in wanted]


def begin(archive, names=None, by=None, word="Moonlight."):
    return start(archive, "test append", planned(archive, names), by=by, data={"word": word})
