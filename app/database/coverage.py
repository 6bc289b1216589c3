"""Whose voices are here: who is counted together, and the population that they are compared with.

People's work, and not derived: were the batches drawn afresh, what changed between two drawings would tell
of single people.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from app.database.columns import core, json_list, long_text, moment


class CountedStory(SQLModel, table=True):
    """A story whose storyteller is counted, and the batch of at least five with which she is."""

    __tablename__ = "counted_story"
    story_id: str = Field(primary_key=True)
    batch: int = Field(index=True)
    size: int  # of the batch when it was made: one that has lost anybody is counted no more
    consent_class: str  # of all in it: one whose consent is another by now has left


class ReferencePopulation(SQLModel, table=True):
    """What a steward entered of a population. The newest of a trait that is not undone is what counts."""

    __tablename__ = "reference_population"
    key: int | None = Field(default=None, primary_key=True)
    trait: str = Field(index=True)  # age_band, gender, ethnicity, site, kind, role
    source: str = long_text()  # where the figures are from
    unit: str  # number or percent
    groups: list[dict[str, Any]] = json_list()  # {"label", "figure"}; empty: nothing is compared any more
    account: int | None = None
    written: datetime = moment()
    undone: datetime | None = moment(required=False)


COUNTED, REFERENCE = core(CountedStory), core(ReferencePopulation)
