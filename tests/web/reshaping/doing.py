"""What tests of a reshaped codebook share: the stories, and the way from a form to the end of its job."""

import re
from html import unescape

from app.database.marking import ALIAS, CODEBOOK, QUOTE_THEME
from app.services.gathering.jobs import run, waiting_jobs
from app.services.marking.aliasing import add_aliases
from tests.archives import rows
from tests.web.people import look, send

STORIES = {
    "open": "id: s-0pen0000\nthemes:\n  - waiting   # since May\n  - Bereavement\nodd:   kept  as is",
    "grief": "id: s-gr1ef000\nthemes: [grief, Bereavement]",
    "loss": "id: s-10ss0000\nthemes: [loss]",
}


def text(web, name):
    return (web.archive.settings.stories / f"{name}.md").read_text()


def texts(web):
    return {path.name: path.read_bytes() for path in web.archive.settings.stories.iterdir()}


def asked(web, who, slug, way, **fields):
    """What is said before anything is done."""
    return send(web, f"/desk/codebook/{slug}/{way}", {"do": "look"} | fields, who)


def yes(page):
    """What the button that begins sends."""
    (form,) = [part for part in page.text.split("</form>") if 'name="do" value="start"' in part]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form.rpartition("<form")[2])
    return {name: unescape(value) for name, value in fields}


def reshaped(web, who, slug, way, **fields):
    """Look, say yes, and let the job run to its end; its address."""
    address = f"/desk/codebook/{slug}/{way}"
    form = asked(web, who, slug, way, **fields)
    assert form.status == 200, form.text
    answer = send(web, address, yes(form), who)
    assert answer.status == 303, answer.text
    work(web)
    return answer["location"]


def work(web):
    for job in waiting_jobs(web.archive):
        run(web.archive, job)


def undone(web, who, job):
    assert send(web, job, {"do": "undo"}, who).status == 303
    work(web)


def books(web):
    """The codebook and what hangs on it, without when it was written."""
    told = [{k: v for k, v in row.items() if k != "adopted"} for row in rows(web.archive, CODEBOOK)]
    return told, sorted(map(str, rows(web.archive, QUOTE_THEME))), rows(web.archive, ALIAS)


def themes(web, name, who=None):
    page = look(web, f"/stories/{name}", who).text
    return set(re.findall(r'href="/themes/([^"/]+)"', page))


def also_known(web, slug, **names):
    (key,) = [row["key"] for row in rows(web.archive, CODEBOOK) if row["slug"] == slug]
    with web.archive.writing() as connection:
        add_aliases(web.archive, connection, key, names, None)
        connection.commit()


def shown_to_split(page):
    return set(re.findall(r'name="choose-([qs]-[0-9a-z]{8})"', page.text))


def titles(web, who):
    return [
        unescape(one)
        for one in re.findall(r'<h2><a href="/desk/jobs/\d+">([^<]*)</a>', look(web, "/desk/jobs", who).text)
    ]
