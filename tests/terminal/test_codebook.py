"""The codebook as CSV from a terminal."""

import pytest

from tests.archives import story_file, write
from tests.terminal.test_terminal import here

TABLE = "name,definition\nLoss,When somebody is gone.\n,nameless\n"


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, {"stories/a.md": story_file(themes="[loss]"), "codes.csv": TABLE})
    return tmp_path


def test_a_codebook_is_looked_at_brought_in_and_taken_away(folder):
    looked = here(folder, "codebook", "import", "codes.csv")
    assert "1 new, 0 changed, 0 as before, 1 refused." in looked.output and "add --yes" in looked.output
    assert "line 3: The name is missing." in looked.output
    assert "Loss" not in here(folder, "codebook", "export").output
    done = here(
        folder, "codebook", "import", "codes.csv", "--yes", STORYHOLD_BASE_URL="https://stories.example.org"
    )
    assert looked.exit_code == done.exit_code == 1  # a row is refused
    told = "Brought in, as step 1. A steward can undo it under “What was done last”: "
    assert f"{told}https://stories.example.org/desk/codebook?steps=1#step-1" in done.output
    out = here(folder, "codebook", "export").stdout_bytes.decode()
    assert out.startswith('\ufeff"name"') and '"When somebody is gone."' in out
    assert here(folder, "codebook", "export", "--taguette").stdout_bytes.decode().count("\r\n") == 2
    (folder / "codes.csv").write_text("name,definition\nLoss,When somebody is gone.\n")
    again = here(folder, "codebook", "import", "codes.csv", "--yes")
    assert "0 new, 0 changed, 1 as before" in again.output and again.exit_code == 0
    assert "Brought in" not in again.output


def test_a_file_that_is_no_codebook_is_refused_in_one_sentence(folder):
    (folder / "codes.csv").write_bytes(b"\x00\x01\x02" * 100)
    refused = here(folder, "codebook", "import", "codes.csv")
    assert refused.exit_code != 0
