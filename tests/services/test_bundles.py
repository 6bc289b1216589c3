"""A backup file is believed to the last byte or not at all."""

import io
import random
import tarfile
import zlib
from types import SimpleNamespace

import pytest

from app.errors import BackupDamaged, BackupFailed, BackupRefused
from app.exports.bundle import Entry, entry, write_bundle
from app.imports import bundle
from app.imports.bundle import is_sealed, read_bundle
from app.records.bundle import FORMAT, About, Manifest
from tests.proof_scale import scaled

PASSPHRASE = "four quiet lamps"
ABOUT = About(FORMAT, "0.1.0", "2026-05-04T12:00:00.000000+00:00", "0006")
ENTRIES = [
    entry("storyhold.db", b"rows " * 9_000),
    entry("stories/a.md", b"The lamp was out."),
    entry("secret.key", b"1"),
]


def quietly(_bytes):
    """Nobody looks at a progress bar here."""


def written(path, entries=ENTRIES, passphrase=None, about=ABOUT):
    with path.open("w+b") as file:
        write_bundle(file, Manifest(about), entries, passphrase, quietly)
    return path


def read(path, passphrase=None, into=None):
    return read_bundle(path, passphrase, into, quietly)


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_what_goes_in_comes_out(tmp_path, passphrase):
    path = written(tmp_path / "b", passphrase=passphrase)
    into = tmp_path / "into"
    into.mkdir()
    manifest = read(path, passphrase, into)
    assert manifest.about == ABOUT
    assert {one.path for one in manifest.files} == {"about.json", *(one.path for one in ENTRIES)}
    assert (into / "storyhold.db").read_bytes() == b"rows " * 9_000
    assert (into / "stories/a.md").stat().st_mode & 0o777 == 0o600
    assert is_sealed(path) == (passphrase is not None)


class Slow:
    """A machine that is too busy to open a passphrase, so many times."""

    def __init__(self, times):
        self.times, self.open = times, bundle.pyrage.passphrase.decrypt

    def decrypt(self, key, passphrase):
        self.times -= 1
        if self.times >= 0:
            raise bundle.pyrage.DecryptError("Excessive work parameter for passphrase.")
        return self.open(key, passphrase)


def test_a_busy_machine_is_waited_for_and_a_slow_one_is_told_from_a_wrong_passphrase(tmp_path, monkeypatch):
    path = written(tmp_path / "b", passphrase=PASSPHRASE)
    monkeypatch.setattr(bundle, "PAUSE", 0.0)
    monkeypatch.setattr(bundle.pyrage, "passphrase", Slow(2))
    assert read(path, PASSPHRASE).about == ABOUT
    monkeypatch.setattr(bundle.pyrage, "passphrase", Slow(99))
    with pytest.raises(BackupRefused, match="too slow, or too busy"):
        read(path, PASSPHRASE)


def test_tar_alone_opens_one_that_is_not_encrypted(tmp_path):
    with tarfile.open(written(tmp_path / "b")) as tar:
        assert tar.extractfile("stories/a.md").read() == b"The lamp was out."


def test_names_that_are_no_text_and_long_ones_come_back(tmp_path):
    names = ["stories/\udcff.md", f"stories/{'ü' * 100}/{'n' * 200}.md", "stories/line\nbreak.md"]
    manifest = read(written(tmp_path / "b", [entry(name, b"words") for name in names]))
    assert [one.path for one in manifest.files[1:]] == names


def flipped(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << at % 8
    path.write_bytes(content)


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_one_bit_that_is_not_as_it_was_written_is_noticed_wherever_it_is(tmp_path, passphrase):
    path = written(tmp_path / "b", passphrase=passphrase)
    whole = path.read_bytes()
    tries = scaled(4, 60) if passphrase else scaled(200, len(whole))  # a passphrase takes its time
    for at in random.Random(7).sample(range(len(whole)), min(tries, len(whole))):
        path.write_bytes(whole)
        flipped(path, at)
        with pytest.raises((BackupDamaged, BackupRefused)):
            read(path, passphrase)
    path.write_bytes(whole)
    assert read(path, passphrase)


@pytest.mark.parametrize("kept", [0, 1, 9, 100, 0.5, 0.99, -1])
def test_one_that_was_cut_off_is_noticed(tmp_path, kept):
    path = written(tmp_path / "b")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept) if isinstance(kept, float) else kept])
    with pytest.raises(BackupDamaged):
        read(path)


def test_bytes_after_its_end_are_noticed(tmp_path):
    for passphrase in (None, PASSPHRASE):
        path = written(tmp_path / "b", passphrase=passphrase)
        path.write_bytes(path.read_bytes() + b"more")
        with pytest.raises(BackupDamaged):
            read(path, passphrase)


def test_a_wrong_passphrase_and_none_are_told_apart(tmp_path):
    path = written(tmp_path / "b", passphrase=PASSPHRASE)
    with pytest.raises(BackupDamaged, match="passphrase"):
        read(path, "four loud lamps")
    with pytest.raises(BackupRefused, match="encrypted"):
        read(path)


def test_a_newer_form_is_refused_by_name_before_anything_is_written(tmp_path):
    path = written(tmp_path / "b", about=About(FORMAT + 1, "9.1.0", ABOUT.at, "0006"))
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(BackupRefused, match=r"9\.1\.0"):
        read(path, into=into)
    assert list(into.iterdir()) == []


OUTSIDE = [
    "../out.md",
    "stories/../../out.md",
    "/etc/out",
    "stories//a.md",
    "stories/./a.md",
    "stories/.git/hooks/post-merge",
    "elsewhere/a.md",
    "out.md",
    "stories",
    "stories/",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_no_backup_of_ours_has_is_refused(tmp_path, name):
    into = tmp_path / "into" / "below"
    into.mkdir(parents=True)
    with pytest.raises(BackupDamaged):
        read(written(tmp_path / "b", [*ENTRIES, Entry(name, 1, [b"x"])]), into=into)
    assert {path.name for path in tmp_path.rglob("*")} <= {
        "b",
        "into",
        "below",
        "storyhold.db",
        "stories",
        "a.md",
        "secret.key",
    }


@pytest.mark.parametrize(
    "names", [("stories/a", "stories/a"), ("stories/a", "stories/a/b"), ("stories/a/b", "stories/a")]
)
def test_doubled_names_and_files_that_are_folders_are_refused(tmp_path, names):
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(BackupDamaged):
        read(written(tmp_path / "b", [entry(name, b"x") for name in names]), into=into)


def crafted(path, *infos):
    """A backup by somebody else's hand: it begins as ours do."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        about = Manifest(ABOUT).as_bytes()
        first = tarfile.TarInfo("about.json")
        first.size = len(about)
        tar.addfile(first, io.BytesIO(about))
        for info in infos:
            tar.addfile(info)
    squeeze = zlib.compressobj(6, zlib.DEFLATED, 31)
    path.write_bytes(squeeze.compress(packed.getvalue()) + squeeze.flush())
    return path


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_links_devices_and_folders_are_refused(tmp_path, kind):
    info = tarfile.TarInfo("stories/a.md")
    info.type, info.linkname = kind, "/etc/passwd"
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(BackupDamaged):
        read(crafted(tmp_path / "b", info), into=into)
    assert list(into.iterdir()) == []


def test_more_than_there_is_room_for_is_refused_while_it_is_read(tmp_path, monkeypatch):
    into = tmp_path / "into"
    into.mkdir()
    room = bundle.ROOM + 1_000_000

    def usage(folder):
        return SimpleNamespace(free=room - sum(p.stat().st_size for p in into.rglob("*") if p.is_file()))

    monkeypatch.setattr(bundle.shutil, "disk_usage", usage)
    large = [Entry("stories/a.md", 50_000_000, (bytes(1_000_000) for _ in range(50)))]
    path = written(tmp_path / "b", large)
    assert path.stat().st_size < 100_000
    with pytest.raises(BackupRefused, match="room"):
        read(path, into=into)
    assert (into / "stories/a.md").stat().st_size <= 1_000_000


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_file_that_grew_while_it_was_read_ends_the_backup(tmp_path, passphrase):
    with pytest.raises(BackupFailed, match=r"stories/a\.md"):
        written(tmp_path / "b", [Entry("stories/a.md", 3, [b"longer"])], passphrase)
