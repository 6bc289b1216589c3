"""What specifications hold of a story whose words have to go: how it is cited, and why something is asked."""

from sqlalchemy import Connection, delete, select, update

from app.database.specifications import CITATION, REQUIREMENT, SPECIFICATION_STEP


def forget_citations(connection: Connection, story_id: str) -> None:
    """Empty all that repeats her words, and what is said of requirements that rest on them alone.

    That something was cited stays, so that it is told as taken back.
    """
    hers = CITATION.c.story_id == story_id
    under = set(connection.execute(select(CITATION.c.requirement).where(hers)).scalars())
    others = select(CITATION.c.requirement).where(CITATION.c.requirement.in_(under), ~hers)
    alone = under - set(connection.execute(others).scalars())
    _forget_reasons(connection, alone)
    gone = update(CITATION).where(hers)
    connection.execute(gone.values(wording="", note="", digest="", anchor="", start=0, size=0, quote=None))


def _forget_reasons(connection: Connection, requirements: set[int]) -> None:
    """Why these are asked, how they stand to what is valued, and the steps that would bring that back."""
    these = REQUIREMENT.c.key.in_(requirements)
    connection.execute(update(REQUIREMENT).where(these).values(rationale="", worths={}))
    within = select(REQUIREMENT.c.specification).where(these)
    named = {str(key) for key in requirements}
    for step in connection.execute(
        select(SPECIFICATION_STEP).where(SPECIFICATION_STEP.c.specification.in_(within))
    ).all():
        if named & {*step.before, *step.after}:
            connection.execute(delete(SPECIFICATION_STEP).where(SPECIFICATION_STEP.c.key == step.key))
