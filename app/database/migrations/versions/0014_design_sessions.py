"""Design sessions, who takes part in them, and the log of all that is done there."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "design_session",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("vision", sa.Text(), nullable=False),
        sa.Column("worths", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("agenda", sa.JSON(), nullable=False),
        sa.Column("guests", sa.Boolean(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("redone", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_design_session")),
        sa.UniqueConstraint("id", name=op.f("uq_design_session_id")),
    )
    op.create_index(op.f("ix_design_session_code"), "design_session", ["code"])
    op.create_index(op.f("ix_design_session_account"), "design_session", ["account"])
    _on_the_table()
    _taking_part()


def _on_the_table() -> None:
    op.create_table(
        "session_persona",
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("persona_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session", "persona_id", name=op.f("pk_session_persona")),
    )
    op.create_index(op.f("ix_session_persona_persona_id"), "session_persona", ["persona_id"])
    op.create_table(
        "session_story",
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("tell", sa.Boolean(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("session", "story_id", name=op.f("pk_session_story")),
    )
    op.create_index(op.f("ix_session_story_story_id"), "session_story", ["story_id"])


def _taking_part() -> None:
    op.create_table(
        "session_participant",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("joined", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_session_participant")),
        sa.UniqueConstraint("session", "digest", name=op.f("uq_session_participant_digest")),
        sa.UniqueConstraint("session", "account", name=op.f("uq_session_participant_account")),
    )
    op.create_index(op.f("ix_session_participant_session"), "session_participant", ["session"])
    op.create_index(op.f("ix_session_participant_account"), "session_participant", ["account"])
    op.create_index(op.f("ix_session_participant_digest"), "session_participant", ["digest"])
    op.create_table(
        "session_event",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("participant", sa.Integer(), nullable=True),
        sa.Column("quote", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("sent", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_session_event")),
        sa.UniqueConstraint("session", "number", name=op.f("uq_session_event_number")),
        sa.UniqueConstraint("session", "sent", name=op.f("uq_session_event_sent")),
    )
    op.create_index(op.f("ix_session_event_session"), "session_event", ["session"])
    op.create_index(op.f("ix_session_event_participant"), "session_event", ["participant"])
    op.create_index(op.f("ix_session_event_quote"), "session_event", ["quote"])


def downgrade() -> None:
    for table in (
        "session_event",
        "session_participant",
        "session_story",
        "session_persona",
        "design_session",
    ):
        op.drop_table(table)
