"""All that an archive holds, to see that a refusal left it as it was."""

import hashlib

from sqlalchemy import func, inspect, select, table

from tests.web.asking import Web

NOTED = ("read_entry",)  # that somebody read a page is noted beside the answer


def held(web: Web) -> dict[str, str | int]:
    """The digests of its files and the number of rows in each table."""
    settings = web.archive.settings
    folders = (settings.stories, settings.personas, settings.state / "incoming", settings.state / "originals")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    found: dict[str, str | int] = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    with web.archive.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            if name not in NOTED:
                found[name] = connection.execute(select(func.count()).select_from(table(name))).scalar_one()
    return found
