"""What jobs over many files there are: each kind says what is done with a file, and how it is put back.

def name_site(archive: Archive, job: Job, item: Item) -> Outcome: ...
register("site", name_site, title="Set a site")
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.database.visibility import Actor
from app.services.archive import Archive
from app.services.gathering.journal import Item, Job, Outcome

Do = Callable[[Archive, Job, Item], Outcome]
Ended = Callable[[Job], None]
Prepare = Callable[[Archive, Job], None]
DoMany = Callable[[Archive, Job, Sequence[Item]], Sequence[Outcome]]


@dataclass(frozen=True)
class Words:
    """What pages say of a kind. `title` names no value that was chosen, which `named` and `detail` do.

    `open` says whether somebody may know of these, besides the stories of the job;
    `caution` is what undoing can not do for somebody who is no steward; `gone`, why what is left can not be
    tried again; `undoing`, what is put back besides files;
    `onward`, what to look at next, and where.
    """

    title: Callable[[Job], str]
    detail: Callable[[Job], Sequence[str]] = lambda _job: ()
    named: Callable[[Job], str] | None = None  # a title that says what was chosen
    open: Callable[[Archive, Connection, Actor, Job], bool] = lambda *_: True
    caution: Callable[[Job], str] = lambda _job: ""
    gone: Callable[[Job], str] = lambda _job: ""
    undoing: Callable[[Job], str] = lambda _job: ""
    onward: Callable[[Job], tuple[str, str] | None] = lambda _job: None


@dataclass(frozen=True)
class Held:
    """What keeps a job from being undone: newer jobs that rest on it, the newest first, or a reason."""

    jobs: Sequence[int] = ()
    said: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.jobs or self.said)


@dataclass(frozen=True)
class Whole:
    """A kind that changes more than files, and can be undone where none was changed.

    `held` is asked, and `undo` puts back what is no file, in the transaction in which undoing begins.
    """

    held: Callable[[Connection, Job], Held]
    undo: Callable[[Archive, Connection, Job], None]


@dataclass(frozen=True)
class Kind:
    """One kind of job. `ended` is called when all is done, or undone, and after a crash once more.

    `prepare` is called before files are done, or put back, by each process that works on it.
    """

    name: str
    do: DoMany
    at_once: int
    words: Words
    undo: Do | None  # None: put_back, the bytes of before
    ended: Ended
    prepare: Prepare = lambda _archive, _job: None
    whole: Whole | None = None

    def held(self, connection: Connection, job: Job) -> Held:
        """What keeps a job that has ended, or was stopped, from being undone or tried again."""
        return self.whole.held(connection, job) if self.whole else Held()

    def title(self, job: Job) -> str:
        return self.words.title(job)

    def named(self, job: Job) -> str:
        """The title for who may know of what was chosen."""
        return (self.words.named or self.words.title)(job)

    def detail(self, job: Job) -> Sequence[str]:
        return self.words.detail(job)

    def caution(self, job: Job) -> str:
        return self.words.caution(job)

    def gone(self, job: Job) -> str:
        return self.words.gone(job)

    def undoing(self, job: Job) -> str:
        return self.words.undoing(job)

    def onward(self, job: Job) -> tuple[str, str] | None:
        return self.words.onward(job)


KINDS: dict[str, Kind] = {}


def register(name: str, do: Do, *, title: str | Words, undo: Do | None = None) -> None:
    """A kind of job that is done one file after another.

    `do` raises what it can not do: a StoryholdError whose sentence is for a person, or OSError. It saves
    with `Intent(…, item=OfJob(item.job, item.number, State.DONE))`, or promises the digest beforehand,
    so that after a crash the file is known as this item's work.
    """

    def one_by_one(archive: Archive, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        return [do(archive, job, item) for item in items]

    register_many(name, one_by_one, at_once=1, title=title, undo=undo)


def register_many(
    name: str,
    do: DoMany,
    *,
    at_once: int,
    title: str | Words,
    undo: Do | None = None,
    ended: Ended = lambda _job: None,
    prepare: Prepare = lambda _archive, _job: None,
    whole: Whole | None = None,
) -> None:
    """The same for a kind that does up to `at_once` files together, such as in one transaction.

    What it raises makes nothing of all of them: they are then given to it one at a time.
    """
    words = title if isinstance(title, Words) else Words(lambda _job: title)
    KINDS[name] = Kind(name, do, at_once, words, undo, ended, prepare, whole)
