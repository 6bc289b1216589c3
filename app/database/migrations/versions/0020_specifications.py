"""Specifications, their requirements, what these rest on, and who is in them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _specification()
    _requirement()
    _citation()
    _requirement_answer()
    _promise()
    _specification_step()
    _people()


def _specification() -> None:
    op.create_table(
        "specification",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("commissioner", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("worths", sa.JSON(), nullable=False),
        sa.Column("access", sa.String(), nullable=False),
        sa.Column("badge", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_specification")),
        sa.UniqueConstraint("id", name=op.f("uq_specification_id")),
    )
    op.create_index(op.f("ix_specification_account"), "specification", ["account"])


def _requirement() -> None:
    op.create_table(
        "requirement",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("specification", sa.Integer(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("worths", sa.JSON(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_requirement")),
        sa.UniqueConstraint("id", name=op.f("uq_requirement_id")),
    )
    op.create_index(op.f("ix_requirement_specification"), "requirement", ["specification"])
    op.create_index(op.f("ix_requirement_parent"), "requirement", ["parent"])


def _citation() -> None:
    op.create_table(
        "citation",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("requirement", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("challenges", sa.Boolean(), nullable=False),
        sa.Column("quote", sa.Integer(), nullable=True),
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("limited", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("persona_id", sa.String(), nullable=False),
        sa.Column("session", sa.Integer(), nullable=True),
        sa.Column("idea", sa.Integer(), nullable=True),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_citation")),
        sa.UniqueConstraint("id", name=op.f("uq_citation_id")),
    )
    op.create_index(op.f("ix_citation_requirement"), "citation", ["requirement"])
    op.create_index(op.f("ix_citation_quote"), "citation", ["quote"])
    op.create_index(op.f("ix_citation_story_id"), "citation", ["story_id"])
    op.create_index(op.f("ix_citation_persona_id"), "citation", ["persona_id"])


def _requirement_answer() -> None:
    op.create_table(
        "requirement_answer",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("requirement", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_requirement_answer")),
        sa.UniqueConstraint("id", name=op.f("uq_requirement_answer_id")),
    )
    op.create_index(op.f("ix_requirement_answer_requirement"), "requirement_answer", ["requirement"])


def _promise() -> None:
    op.create_table(
        "promise",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("specification", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("followed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_promise")),
        sa.UniqueConstraint("id", name=op.f("uq_promise_id")),
    )
    op.create_index(op.f("ix_promise_specification"), "promise", ["specification"])


def _specification_step() -> None:
    op.create_table(
        "specification_step",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("specification", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_specification_step")),
        sa.UniqueConstraint("id", name=op.f("uq_specification_step_id")),
    )
    op.create_index(op.f("ix_specification_step_specification"), "specification_step", ["specification"])


def _people() -> None:
    op.create_table(
        "specification_person",
        sa.Column("specification", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("specification", "account", name=op.f("pk_specification_person")),
    )
    op.create_index(op.f("ix_specification_person_account"), "specification_person", ["account"])


def downgrade() -> None:
    for name in (
        "specification_person",
        "specification_step",
        "promise",
        "requirement_answer",
        "citation",
        "requirement",
        "specification",
    ):
        op.drop_table(name)
