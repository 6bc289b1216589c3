"""From a quote to every specification that cites it and that somebody may see."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from app.database.specifications import CITATION, REQUIREMENT, SPECIFICATION
from app.database.visibility import may_answer
from app.services.specifications.access import Who, open_to, requirement_address
from app.services.specifications.tree import nodes_of
from app.services.views import Use


def specifications_of_quote(connection: Connection, who: Who, quote: int) -> Sequence[Use]:
    """The requirements under which a quote that she may see is cited, by its key."""
    if not (who.writes or may_answer(who.actor)):
        return ()
    joined = CITATION.join(REQUIREMENT, REQUIREMENT.c.key == CITATION.c.requirement)
    joined = joined.join(SPECIFICATION, SPECIFICATION.c.key == REQUIREMENT.c.specification)
    there = (CITATION.c.quote == quote, CITATION.c.removed.is_(None), open_to(who))
    columns = (SPECIFICATION.c.key, SPECIFICATION.c.id, SPECIFICATION.c.title)
    wanted = select(*columns, REQUIREMENT.c.key.label("requirement")).select_from(joined).where(*there)
    rows = connection.execute(wanted.order_by(SPECIFICATION.c.title, SPECIFICATION.c.key)).all()
    found: list[Use] = []
    for key in dict.fromkeys(row.key for row in rows):
        cited = {row.requirement: row for row in rows if row.key == key}
        for node in nodes_of(connection, key):
            if node.row.key in cited:
                row = cited[node.row.key]
                found.append(Use(row.title, requirement_address(row.id, node.row.id), node.number))
    return found
