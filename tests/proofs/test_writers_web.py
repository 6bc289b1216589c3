"""Thirty-two writers on one story through a real server, by the form and by PUT: no update of any is lost."""

import random
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from app.search.whoosh_index import WhooshIndex
from app.services.archive import open_archive
from benchmarks.serving import Server
from tests.proof_scale import scaled
from tests.proofs.processes import answers, wait_until
from tests.proofs.writing import SLUG, crooked, lost, passage
from tests.web.filling import filled_in
from tests.web.people import account, session
from tests.web.serving import settings_for
from tests.web.tokens import token

pytestmark = pytest.mark.proof
WRITERS, CHANGES = scaled(8, 32), scaled(2, 5)
ID = "s-7k3fq2mx"
EDIT, AT = f"/s/{ID}/edit", f"/api/v1/stories/{SLUG}"
FROM_HERE = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def place(tmp_path, quick_hashes):
    for name in ("stories", "personas"):
        (tmp_path / name).mkdir()
    body = "\n\n".join(passage(writer, 0) for writer in range(WRITERS))
    consent = "consent: {uses: [publication], given: 2026-01-01}"
    (tmp_path / f"stories/{SLUG}.md").write_text(
        f"---\nid: {ID}\ngatherer: Ann Reed\n{consent}\n---\n{body}\n"
    )
    return tmp_path


@pytest.fixture
def ann(place):
    """What she sends along: her cookie, and a token of hers."""
    archive = opened(place)
    key = account(archive, "Ann", "gatherer", gathers_as="Ann Reed")
    told = dict([session(archive, key)]), {"authorization": f"Bearer {token(archive, key, 'read', 'write')}"}
    archive.close()
    return told


def opened(place):
    settings = settings_for(place)
    return open_archive(settings, WhooshIndex(settings.search_index))


def environment(place):
    names = ("stories", "personas", "state", "search_index")
    return {f"STORYHOLD_{name.upper()}": str(place / name) for name in names}


def by_form(client, writer, headers):
    """Change after change through the form; how often somebody else had saved meanwhile."""
    conflicts, chance = 0, random.Random(writer)
    for change in range(1, CHANGES + 1):
        form = changed(filled_in(client.get(EDIT, headers=headers), EDIT), writer, change)
        while (answer := client.post(EDIT, data=form, headers=headers | FROM_HERE)).status_code != 303:
            assert answer.status_code == 409, answer.text
            conflicts += 1
            if "The form below holds both" in answer.text and chance.random() < 0.5:
                form = filled_in(answer, EDIT)  # as somebody who looks it through, and saves
                assert passage(writer, change) in form["body"]
            else:
                form = changed(filled_in(client.get(EDIT, headers=headers), EDIT), writer, change)
    return conflicts


def changed(form, writer, change):
    old, new = passage(writer, change - 1), passage(writer, change)
    assert form["body"].count(old) == 1, f"{old!r} is lost"
    return form | {"body": form["body"].replace(old, new), "note": f"{writer}.{change}"}


def by_program(client, writer, headers):
    """The same with If-Match, from what was given with the tag."""
    conflicts = 0
    for change in range(1, CHANGES + 1):
        while True:
            given = client.get(AT, headers=headers)
            told = given.json()["markdown"]
            old, new = passage(writer, change - 1), passage(writer, change)
            assert told.count(old) == 1, f"{old!r} is lost"
            body = {"markdown": told.replace(old, new), "note": f"{writer}.{change}"}
            answer = client.put(AT, json=body, headers=headers | {"if-match": given.headers["etag"]})
            if answer.status_code == 200:
                break
            assert answer.status_code in (409, 412), answer.text
            conflicts += 1
    return conflicts


def all_at_once(server, one, headers):
    with httpx.Client(base_url=server.address, timeout=120) as client, ThreadPoolExecutor(WRITERS) as pool:
        return sum(pool.map(lambda writer: one(client, writer, headers), range(WRITERS)))


@pytest.mark.parametrize(("way", "one", "proof"), [("the form", by_form, 0), ("PUT", by_program, 1)])
def test_no_update_of_many_writers_is_lost(place, ann, way, one, proof, figures):
    with Server(environment(place)) as server:
        wait_until(lambda: answers(server))
        conflicts = all_at_once(server, one, ann[proof])
    archive = opened(place)
    assert lost(archive, WRITERS, CHANGES) == 0
    assert crooked(archive, WRITERS, CHANGES) == []
    archive.close()
    saves = f"{WRITERS} writers through {way}: {{}}".format
    figures(saves("saves"), WRITERS * CHANGES)
    figures(saves("saves that met a change of another and were made again"), conflicts)
    figures(saves("updates lost, versions out of line"), 0)
