"""How the archive's tables are made: kinds of column, and names of constraints."""

from typing import Any, cast

from sqlalchemy import JSON, Column, DateTime, Row, Table, Text
from sqlmodel import Field, SQLModel

AnyRow = Row[*tuple[Any, ...]]  # a row of a prepared Core query

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING
SQLModel.model_config["defer_build"] = True  # of most tables no entity is ever built: a tenth of each start


def json_list() -> Any:
    """A list of values that no query looks into."""
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


def json_object() -> Any:
    """A mapping that no query looks into."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def long_text() -> Any:
    """Text of any length, empty where nothing is said."""
    return Field(default="", sa_column=Column(Text, nullable=False, default=""))


def moment(*, required: bool = True) -> Any:
    """A moment in UTC."""
    column = Column(DateTime(timezone=True), nullable=not required)
    return Field(sa_column=column) if required else Field(default=None, sa_column=column)


def core(model: type[SQLModel]) -> Table:
    """The Core table of a model: prepared Core queries cost a quarter of entities built per call."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]
