"""What a disk refuses is named for people; what is no disk's doing stays what it was."""

import errno
import sqlite3

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app.errors import DiskRefused, NotFound
from app.services.disk import FAILING, FULL, READ_ONLY, disk_named, disk_refused


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, FULL),
        (errno.EDQUOT, FULL),
        (errno.EROFS, READ_ONLY),
        (errno.EACCES, READ_ONLY),
        (errno.EIO, FAILING),
    ],
)
def test_each_refusal_of_a_disk_has_its_words_and_names_no_path(number, said):
    with pytest.raises(DiskRefused) as refused, disk_named():
        raise OSError(number, "as the machine says it", "/srv/archive/stories/her-name.md")
    assert refused.value.reason == said and "then try again" in refused.value.remedy
    assert "her-name" not in str(refused.value) and "as the machine" not in str(refused.value)


@pytest.fixture
def small(tmp_path):
    """A database that may grow no further."""
    engine = create_engine(f"sqlite:///{tmp_path}/small.db")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE words (word TEXT)"))
        connection.execute(text("PRAGMA max_page_count = 2"))
        yield connection
    engine.dispose()


def test_a_database_that_has_no_room_is_a_full_disk(small):
    with pytest.raises(OperationalError) as refused:
        small.execute(text("INSERT INTO words VALUES (:word)"), {"word": "x" * 100_000})
    assert disk_refused(refused.value).reason == FULL


def test_a_database_that_may_only_be_read_is_a_folder_that_may_not_be_written(tmp_path):
    sqlite3.connect(tmp_path / "read.db").close()
    (tmp_path / "read.db").chmod(0o600)
    engine = create_engine(f"sqlite:///file:{tmp_path}/read.db?mode=ro&uri=true")
    with engine.connect() as connection, pytest.raises(OperationalError) as refused:
        connection.execute(text("CREATE TABLE words (word TEXT)"))
    assert disk_refused(refused.value).reason == READ_ONLY
    engine.dispose()


def test_what_is_no_disk_s_doing_stays_what_it_was(small):
    with pytest.raises(OperationalError) as broken, disk_named():
        small.execute(text("SELECT * FROM nowhere"))
    assert disk_refused(broken.value) is None
    for error in (FileNotFoundError(errno.ENOENT, "gone"), BrokenPipeError(errno.EPIPE, "left"), NotFound()):
        with pytest.raises(type(error)), disk_named():
            raise error
