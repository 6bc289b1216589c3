"""What a design team answers to a specification, requirement by requirement."""

from sqlalchemy import func, insert, select, update

from app.database.specifications import ANSWER
from app.database.visibility import may_answer
from app.errors import InvalidText, NotFound
from app.records.ids import mint
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.specifications.access import Who, specification_row
from app.services.specifications.tree import node_named, nodes_of
from app.services.specifications.viewing import ANSWERS

LONGEST = 2_000  # characters
MOST = 300  # to one requirement


def answer(
    archive: Archive, who: Who, specification_id: str, requirement_id: str, verdict: str, words: str
) -> str:
    """Answer to a requirement; the answer's id. Raises InvalidText, NotFound."""
    told = tidied(words, LONGEST)
    if verdict not in ANSWERS or not (verdict or told):
        raise InvalidText("Say what you think of it, or write it down.")
    with archive.writing() as connection:
        row = specification_row(connection, who, specification_id)
        if not (who.writes or may_answer(who.actor)):
            raise NotFound
        key = node_named(nodes_of(connection, row.key), requirement_id).row.key
        there = (ANSWER.c.requirement == key, ANSWER.c.removed.is_(None))
        counted = select(func.count()).select_from(ANSWER).where(*there)
        if int(connection.execute(counted).scalar_one()) >= MOST:
            raise InvalidText(f"There is room for {MOST} answers to one requirement.")
        made_id = str(mint("a"))
        values = {"id": made_id, "requirement": key, "verdict": verdict, "words": told}
        connection.execute(insert(ANSWER).values(**values, account=who.by.account, at=archive.now()))
        connection.commit()
    return made_id


def take_answer_back(
    archive: Archive, who: Who, specification_id: str, requirement_id: str, answer_id: str
) -> None:
    """Take one's own answer back. Raises NotFound."""
    with archive.writing() as connection:
        row = specification_row(connection, who, specification_id)
        key = node_named(nodes_of(connection, row.key), requirement_id).row.key
        account = who.by.account
        hers = ANSWER.c.account.is_(None) if account is None else ANSWER.c.account == account
        this = (ANSWER.c.id == answer_id, ANSWER.c.requirement == key, ANSWER.c.removed.is_(None), hers)
        if connection.execute(update(ANSWER).where(*this).values(removed=archive.now())).rowcount != 1:
            raise NotFound
        connection.commit()
