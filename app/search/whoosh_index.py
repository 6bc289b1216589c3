"""The search engine of an archive: Whoosh keeps the index, arrays answer."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import TypeVar

from filelock import FileLock, Timeout

from app.errors import SearchUnavailable
from app.search.analysis import Analyser
from app.search.folders import IndexFolders, checked, classes_in, list_class
from app.search.highlight import Highlighter, Wanted
from app.search.joined import Joined, Search
from app.search.likeness import voting
from app.search.likest import likest
from app.search.model import ConsentClass, Document, FacetValue, Hit, Page, PassagesOf, Query, Results
from app.search.ranking import Plan, plan
from app.search.segments import PostingsCache
from app.search.store import LOCK_SECONDS, SEGMENT_STORIES, ClassStore, LockError

T = TypeVar("T")
Answer = tuple[list[str], dict[str, tuple[FacetValue, ...]], Wanted]

_KEPT_VIEWS = 8  # readers' combinations of classes that are kept joined
_log = logging.getLogger(__name__)


class WhooshIndex:
    """SearchIndex in a folder, for several processes; one Whoosh index for each consent class.

    Without an index in the folder nothing can be found or put: `ready` says so and `rebuild` makes one.
    """

    def __init__(self, folder: Path, *, language: str = "en") -> None:
        self._folders = IndexFolders(folder)
        self._writing = FileLock(self._folders.lock_file, timeout=LOCK_SECONDS)
        self._analyser, self._cache = Analyser(language), PostingsCache()
        self._stores: dict[Path, ClassStore] = {}
        self._views: OrderedDict[object, Joined] = OrderedDict()
        self._lock = RLock()

    def put(self, documents: Iterable[Document]) -> None:
        """Add or replace; a story that changed its class leaves the old one first."""
        with self._writer() as folder:
            for some in _batches(documents):
                self._put(folder, some)

    def remove(self, keys: Iterable[str]) -> None:
        """Delete stories; once this returns, no process finds them. Unknown keys are no matter."""
        with self._writer() as folder:
            self._leave(folder, self._of(folder, set(keys)))

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Write a fresh index beside the old one, and swap it in at once."""
        with self._only_writer():
            folder = self._folders.fresh()
            try:
                for some in _batches(documents):
                    self._put(folder, some)
            except BaseException:
                self._forget(but=self._folders.current())
                self._folders.drop([folder])
                raise
            self._folders.swap(folder)
            self._forget(but=folder)

    def optimise(self, consent_class: ConsentClass | None = None) -> bool:
        """Rewrite some segments that hold deleted stories, of one class or any; False when none is left.

        Takes seconds, in which others wait to write: for the background, a call at a time.
        """
        with self._writer() as folder, self._guarded(folder):
            names = [consent_class] if consent_class else classes_in(folder)
            stores = [store for name in names if (store := self._store(folder, name))]
            return any(store.rewrite() for store in stores)

    def switch_off(self, consent_class: ConsentClass) -> None:
        """Refuse to search a class, in every process, until it is switched on again."""
        self._folders.switch(consent_class, off=True)

    def switch_on(self, consent_class: ConsentClass) -> None:
        """Search a class again."""
        self._folders.switch(consent_class, off=False)

    def keys(self) -> Mapping[str, ConsentClass]:
        """Every story in the index and its class."""
        return self._keys(self._current())

    def ready(self) -> bool:
        """True when every class can be opened."""
        try:
            folder = self._current()
            with self._guarded(folder):
                for _, store in self._every(folder):
                    store.current()
        except SearchUnavailable:
            return False
        return True

    def close(self) -> None:
        """Close every file."""
        with self._lock:
            for store in self._stores.values():
                store.close()
            self._forget(but=None)

    def find(
        self, query: Query, *, readable: Collection[ConsentClass], page: Page, passages_of: PassagesOf
    ) -> Results:
        """One page of what this reader may find. Raises SearchUnavailable."""
        self._refuse_switched_off(readable)
        keys, facets, wanted = self._answer(query, readable, plan(query, self._analyser))
        marks = Highlighter(wanted, self._analyser)
        shown = keys[(page.number - 1) * page.size :][: page.size]
        return Results(len(keys), [Hit(key, marks.best(passages_of(key))) for key in shown], facets)

    def alike(self, parts: Sequence[str], *, readable: Collection[ConsentClass], limit: int) -> Sequence[str]:
        """The likeliest stories for a quotation. Raises SearchUnavailable."""
        self._refuse_switched_off(readable)
        votes = voting(parts, self._analyser)
        return self._asked(readable, lambda joined: likest(joined, votes, limit))

    def _refuse_switched_off(self, readable: Collection[ConsentClass]) -> None:
        if self._folders.switched_off().intersection(readable):
            raise SearchUnavailable("A part of the index is being brought up to date")

    def _current(self) -> Path:
        folder = self._folders.current()
        if folder is None or self._folders.is_corrupt():
            raise SearchUnavailable("The search index is being rebuilt")
        return folder

    def _answer(self, query: Query, readable: Collection[ConsentClass], asked: Plan) -> Answer:
        return self._asked(readable, lambda joined: _ask(joined, query, asked))

    def _asked(self, readable: Collection[ConsentClass], ask: Callable[[Joined], T]) -> T:
        """What the index knows; once more when a rebuild took the folder away in between."""
        folder = self._current()
        try:
            with self._guarded(folder):
                return ask(self._joined(folder, readable))
        except SearchUnavailable:
            if self._folders.current() in (folder, None):
                raise
        return self._asked(readable, ask)

    def _joined(self, folder: Path, readable: Collection[ConsentClass]) -> Joined:
        stores = [(name, store) for name in sorted(set(readable)) if (store := self._store(folder, name))]
        now = [(name, *store.current()) for name, store in stores]
        view = folder, tuple((name, generation) for name, generation, _ in now)
        with self._lock:
            if view not in self._views:
                self._views[view] = Joined([segment for *_, segments in now for segment in segments])
            self._views.move_to_end(view)
            while len(self._views) > _KEPT_VIEWS:
                self._views.popitem(last=False)
            return self._views[view]

    def _keys(self, folder: Path) -> dict[str, ConsentClass]:
        with self._guarded(folder):
            return {key: name for name, store in self._every(folder) for key in list(store.keys())}

    def _of(self, folder: Path, keys: Collection[str]) -> dict[str, ConsentClass]:
        """The classes of those stories that are in the index."""
        with self._guarded(folder):
            return {key: name for name, store in self._every(folder) for key in store.holds(keys)}

    def _every(self, folder: Path) -> list[tuple[ConsentClass, ClassStore]]:
        return [(name, store) for name in classes_in(folder) if (store := self._store(folder, name))]

    def _put(self, folder: Path, documents: Sequence[Document]) -> None:
        latest = {document.key: document for document in documents}
        known = self._of(folder, latest)
        moved = {
            key
            for key, document in latest.items()
            if known.get(key, document.consent_class) != document.consent_class
        }
        self._leave(folder, {key: known[key] for key in moved})
        for name in sorted({document.consent_class for document in latest.values()}):
            store = self._store(folder, name) or self._create(folder, name)
            with self._guarded(folder):
                store.write([document for document in latest.values() if document.consent_class == name])

    def _leave(self, folder: Path, keys: Mapping[str, ConsentClass]) -> None:
        for name in sorted(set(keys.values())):
            store = self._store(folder, name)
            if store is not None:
                with self._guarded(folder):
                    store.write([], gone=[key for key, of in keys.items() if of == name])
                    store.current()

    def _store(self, folder: Path, name: ConsentClass) -> ClassStore | None:
        """A class's index; None when no story was ever put into it."""
        with self._lock:
            known = self._stores.get(folder / name)
            if known is None and name in classes_in(folder):
                with self._guarded(folder):
                    known = self._stores[folder / name] = ClassStore(
                        folder / name, self._analyser, self._cache
                    )
            return known

    def _create(self, folder: Path, name: ConsentClass) -> ClassStore:
        self._folders.drop([folder / checked(name)])
        ClassStore.create(folder / name)
        list_class(folder, name)
        return self._stores.setdefault(folder / name, ClassStore(folder / name, self._analyser, self._cache))

    @contextmanager
    def _guarded(self, folder: Path) -> Iterator[None]:
        """Whatever stops Whoosh means that the index can not be used: damaged pickles raise anything.

        Unless a rebuild is taking this folder away: then half of its files are gone, and nothing is damaged.
        """
        try:
            yield
        except SearchUnavailable:
            raise
        except (OSError, LockError) as error:
            raise SearchUnavailable("The search index can not be read or written now") from error
        except Exception as error:
            if self._folders.current() not in (folder, None):
                raise SearchUnavailable("The search index was rebuilt while it was read") from error
            _log.error("the search index is damaged and has to be rebuilt: %s", type(error).__name__)
            self._folders.mark_corrupt(folder)
            raise SearchUnavailable("The search index is damaged and is being rebuilt") from error

    @contextmanager
    def _writer(self) -> Iterator[Path]:
        with self._only_writer():
            yield self._current()

    @contextmanager
    def _only_writer(self) -> Iterator[None]:
        try:
            self._writing.acquire()
        except Timeout as error:
            raise SearchUnavailable("The search index is being written by another process") from error
        try:
            yield
        finally:
            self._writing.release()

    def _forget(self, but: Path | None) -> None:
        """Let go of other folders' indexes; searches that still read in them finish first."""
        with self._lock:
            self._stores = {path: store for path, store in self._stores.items() if path.parent == but}
            self._views.clear()


def _ask(joined: Joined, query: Query, asked: Plan) -> Answer:
    search = Search(joined, query, asked)
    return search.hits(), search.facets(), search.wanted()


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    remaining = iter(documents)
    while some := list(islice(remaining, SEGMENT_STORIES)):
        yield some
