"""The benchmark of ranking: collections in BEIR's form are read as they were written, and judged rightly."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.judged import Judged, write
from benchmarks.relevance import beir, ndcg, without_asker

HARBOUR = Judged(
    texts={
        "lamp": ("A lamp", "The lamp was lit.\n\nBoats came home."),
        "rope": ("", "Rope, “coiled”\tand dry."),
        "bell": ("The bell", "It rang over the water."),
    },
    questions={"light": "who lit the lamp?", "sound": "bell"},
    relevant={"light": {"lamp": 2, "bell": 1}, "sound": {"bell": 1}},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(HARBOUR, tmp_path / "harbour")
    return tmp_path / "harbour"


def test_a_collection_is_read_with_its_titles_and_passages(folder):
    lamp, rope, bell = beir(folder).documents
    assert (lamp.title, [each.text for each in lamp.passages]) == (
        "A lamp",
        ["The lamp was lit.", "Boats came home."],
    )
    assert (rope.key, rope.title, rope.passages[0].text) == ("rope", "", "Rope, “coiled”\tand dry.")
    assert bell.key == "bell"


def test_a_collection_is_read_with_its_questions_and_judgements(folder):
    collection = beir(folder)
    assert collection.questions == HARBOUR.questions
    assert collection.relevant == HARBOUR.relevant


def test_a_question_that_nobody_judged_is_not_asked(folder):
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"_id": "unjudged", "text": "water"}\n')
    assert "unjudged" not in beir(folder).questions


def test_the_best_order_counts_one_and_a_worse_one_less():
    grades = {"lamp": 2, "bell": 1}
    assert ndcg(["lamp", "bell"], grades) == 1
    worse = (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))
    assert ndcg(["bell", "lamp"], grades) == pytest.approx(worse)
    assert ndcg(["rope"], grades) == 0
    assert ndcg(["rope"] * 10 + ["lamp"], grades) == 0


def test_a_collection_in_a_folder_is_measured_for_both_engines(folder):
    command = [sys.executable, "-m", "benchmarks.relevance", "--collection", str(folder)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "harbour: 3 texts, 2 questions" in printed
    assert [line.split()[0] for line in printed.splitlines()[1:]] == ["storyhold", "FTS5", "difference"]


def test_a_text_that_asks_is_no_answer_to_itself_unless_it_was_judged_one(folder):
    asking = Judged(HARBOUR.texts, {"lamp": "lamp"}, {"lamp": {"bell": 1}})
    write(asking, folder.with_name("asking"))
    assert without_asker("lamp", ["lamp", "bell"], beir(folder.with_name("asking"))) == ["bell"]
    known = Judged(HARBOUR.texts, {"lamp": "lamp"}, {"lamp": {"lamp": 1}})
    write(known, folder.with_name("known"))
    assert without_asker("lamp", ["lamp", "bell"], beir(folder.with_name("known"))) == ["lamp", "bell"]
