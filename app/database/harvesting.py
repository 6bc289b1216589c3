"""What harvesters are told of each story that was ever public: when it changed last, and whether it is gone.

People's work, and not derived: no file says that a story was public once, and since when it is no longer.
"""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.database.columns import core


class HarvestRecord(SQLModel, table=True):
    """A story that was listed for everybody, now or before. Of one that is gone there are no words here.

    Moments are to the second, as the protocol writes them: 2026-03-04T09:30:00Z.
    """

    __tablename__ = "harvest_record"
    __table_args__ = (Index("ix_harvest_record_stamp", "stamp", "story_id"),)
    story_id: str = Field(primary_key=True)
    stamp: str  # when what everybody is told of it changed last
    deleted: bool = False
    ends: str | None = Field(default=None, index=True)  # when its consent will have ended
    told: str = ""  # keyed digest of what everybody is told; empty where it is gone


class HarvestSet(SQLModel, table=True):
    """A set in which a story stands, or stood when it was public last."""

    __tablename__ = "harvest_set"
    story_id: str = Field(primary_key=True)
    digest: str = Field(primary_key=True, index=True)  # keyed, of the set's name, which holds words


HARVEST, HARVEST_SET = core(HarvestRecord), core(HarvestSet)
