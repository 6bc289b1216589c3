"""Public collections whose answers people judged, taken out of the packages that carry them.

Each is written to a folder in BEIR's form (corpus.jsonl, queries.jsonl, qrels/test.tsv), for measuring
there: nothing of them belongs into this project. Downloads are pinned, so everybody measures the same texts.
"""

import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

FEWEST, MOST = (
    3,
    100,
)  # documents that a tag stands on, to be a question: a rarer one is a note, a commoner a form


@dataclass(frozen=True)
class Judged:
    """A collection: id -> (title, text), id -> question, question -> id -> how relevant."""

    texts: Mapping[str, tuple[str, str]]
    questions: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Package:
    """Where a collection comes from. `options` are pip's, so that every machine gets the one file."""

    requirement: str
    digest: str
    read: Callable[[Path], Judged]
    options: tuple[str, ...] = ()


def collections(folder: Path) -> list[Path]:
    """The collections' folders, below a folder where they are kept; fetched when they are not there."""
    for name, package in PACKAGES.items():
        if not (folder / name).is_dir():
            _fetch(package, folder / name)
    return [folder / name for name in PACKAGES]


def _fetch(package: Package, to: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        wanted = Path(temporary) / "wanted.txt"
        wanted.write_text(f"{package.requirement} --hash=sha256:{package.digest}\n", encoding="utf-8")
        command = [sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check", "download", "--no-deps"]
        command += ["--require-hashes", "-r", str(wanted), "-d", temporary, *package.options]
        subprocess.run(command, check=True)
        (archive,) = (path for path in Path(temporary).iterdir() if path != wanted)
        write(package.read(archive), Path(temporary) / "made")
        to.parent.mkdir(parents=True, exist_ok=True)
        _move(Path(temporary) / "made", to)


def _move(made: Path, to: Path) -> None:
    """Put a folder in its place at once, also when that is on another disk."""
    beside = to.with_name(f".{to.name}-{os.getpid()}")
    shutil.copytree(made, beside)
    beside.rename(to)


def write(judged: Judged, folder: Path) -> None:
    """Write a collection in BEIR's form."""
    (folder / "qrels").mkdir(parents=True)
    texts = judged.texts.items()
    _write_lines(
        folder / "corpus.jsonl", ({"_id": key, "title": t, "text": body} for key, (t, body) in texts)
    )
    _write_lines(
        folder / "queries.jsonl", ({"_id": key, "text": asked} for key, asked in judged.questions.items())
    )
    with (folder / "qrels" / "test.tsv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(["query-id", "corpus-id", "score"])
        table.writerows(
            (key, text, grade) for key in judged.questions for text, grade in judged.relevant[key].items()
        )


def _write_lines(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _insurance(archive: Path) -> Judged:
    """Questions that people asked, and which of all the answers were given to them."""
    with tarfile.open(archive) as package:
        answers, asked = _unzipped(package, "answers.json.gz"), _unzipped(package, "test.json.gz")
    texts = {key: ("", answer["en"]) for key, answer in answers.items()}
    questions = {f"q{key}": " ".join(each["en"].split()) for key, each in asked.items()}
    return Judged(texts, questions, {f"q{key}": dict.fromkeys(asked[key]["answers"], 1) for key in asked})


def _semanlink(archive: Path) -> Judged:
    """What one reader kept over fifteen years, each with his tags: a tag's name is the question."""
    with tarfile.open(archive) as package:
        kept, tags = _loaded(package, "semanlink/docs.json"), _loaded(package, "semanlink/tags.json")
    texts = {str(number): _kept_text(each) for number, each in enumerate(kept)}
    often = Counter(tag for each in kept for tag in set(each["tag"]))
    names = {tag: tags[tag]["prefLabel"][0] for tag in often if tag in tags and tags[tag]["prefLabel"]}
    questions = {tag: name for tag, name in names.items() if FEWEST <= often[tag] <= MOST}
    relevant: dict[str, dict[str, int]] = {tag: {} for tag in questions}
    for number, each in enumerate(kept):
        for tag in questions.keys() & set(each["tag"]):
            relevant[tag][str(number)] = 1
    return Judged(texts, questions, relevant)


def _kept_text(each: Mapping[str, Any]) -> tuple[str, str]:
    title = each["arxiv_title"] or each["title"]
    return title, "\n\n".join(part for part in (each["comment"], each["arxiv_summary"]) if part)


def _lee(archive: Path) -> Judged:
    """Fifty news texts; students judged from 1 to 5 how alike each two are. Each text is a question, too."""
    with zipfile.ZipFile(archive) as package:
        lines = package.read("gensim/test/test_data/lee.cor").decode("latin-1").splitlines()
        rows = package.read("gensim/test/test_data/similarities0-1.txt").decode().splitlines()
    texts = {f"text-{number}": text for number, text in enumerate(lines)}
    alike: dict[str, dict[str, int]] = {name: {} for name in texts}
    for one, row in zip(texts, rows, strict=True):
        for other, value in zip(texts, row.split(), strict=True):
            if one != other and (grade := int(5 * float(value)) - 1) > 0:  # half the table is empty
                alike[one][other] = alike[other][one] = grade
    questions = {name: text for name, text in texts.items() if alike[name]}
    return Judged({name: ("", text) for name, text in texts.items()}, questions, alike)


def _unzipped(package: tarfile.TarFile, name: str) -> dict[str, Any]:
    with gzip.open(_member(package, name)) as file:
        found: dict[str, Any] = json.load(file)
    return found


def _loaded(package: tarfile.TarFile, name: str) -> Any:
    with _member(package, name) as file:
        return json.load(file)


def _member(package: tarfile.TarFile, name: str) -> IO[bytes]:
    (found,) = (each for each in package.getmembers() if each.name.endswith(f"/{name}"))
    file = package.extractfile(found)
    assert file is not None
    return file


PACKAGES = {
    "insuranceqa": Package(
        "insuranceqa-data==1.0",
        "f413933723f379fa39bf5e3c2c20618a2f9c230daa94a431eda216feb13498f5",
        _insurance,
    ),
    "semanlink": Package(
        "cherche==2.2.1", "7984a88f0bf9349cd08907baefc2527deaacea95d3acf5f4a1692896c507fe34", _semanlink
    ),
    "lee": Package(
        "gensim==4.4.0",
        "91a7fa5e814e7b1bad4b2dffa8d62c1e55410d5cbdf930714c1997ffb4404db8",
        _lee,
        ("--only-binary=:all:", "--python-version=3.11", "--platform=manylinux_2_28_x86_64"),
    ),
}
