"""Archives with one story, and its storyteller's door."""

import pytest

from tests.archives import make_archive, story_file, take_in

ID = "s-harb0000"
BODY = """By lamplight the harbour is quiet.

My brother never came back.

It ended well."""


@pytest.fixture
def harbour(tmp_path):
    """Makes an archive with the story of this consent line, body and keys."""
    made = []

    def open_it(consent="consent: {uses: [publication, design], given: 2026-01-01}", body=BODY, **keys):
        file = story_file(body=body, consent=consent, id=ID, storyteller="Marisa", **keys)
        made.append(make_archive(tmp_path, {"stories/harbour.md": file}))
        take_in(made[-1])
        return made[-1]

    yield open_it
    for archive in made:
        archive.close()
