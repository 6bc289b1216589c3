"""An archive of a few stories whose audit the tests read."""

import csv
import io
import re

from sqlalchemy import delete

from app.database.ledgers import AUDIT, AUDIT_TEXT, CHAIN_HEAD, READ
from app.database.people import ACCOUNT, API_TOKEN, ONE_TIME_LINK, SIGN_IN
from app.services.auditing import Event, note
from app.services.throttle import Throttle
from tests.archives import Clock
from tests.web.serving import story

REASON = "A storyteller has been rung up by somebody who read her story."
STORIES = {
    "open.md": story("Open.", "id: s-7k3fq2mx", "title: The eleven months"),
    "design.md": story("For teams.", "id: s-2m9tb3rw", "title: The chair", uses="design"),
    "closed.md": "---\nid: s-4c5dr6st\ntitle: Quartzmarsh\n"
    "consent: {uses: [design], not_for: [Northgate]}\n---\nNot for them.\n",
}
PERSONAS = {"elena.md": "---\nid: who-3m2xa8qd\nname: Elena\nuses: [design]\n---\nElena.\n"}


def as_nobody_used_it(web) -> None:
    """Forget who came and what they did."""
    web.archive.readings.flush()
    with web.archive.engine.begin() as connection:
        for table in (SIGN_IN, ONE_TIME_LINK, API_TOKEN, READ, ACCOUNT, AUDIT, AUDIT_TEXT, CHAIN_HEAD):
            connection.execute(delete(table))
    web.archive.throttle, web.archive.clock = Throttle(), Clock()


def write(web, event: Event, **told) -> None:
    with web.archive.writing() as connection:
        note(web.archive, connection, event, **told)
        connection.commit()


def said(answer) -> list[str]:
    """The sentences of a page, in order."""
    found = re.findall(r"<li value=.*?<p>(.*?)</p></li>", answer.text, re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", " ", one).replace("  ", " ").strip() for one in found]


def table(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
