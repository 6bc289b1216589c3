"""Lenses, memos, boards and shared words"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shared_word",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("instead", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("written", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_shared_word")),
        sa.UniqueConstraint("slug", name=op.f("uq_shared_word_slug")),
    )
    op.create_table(
        "memo",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_memo")),
        sa.UniqueConstraint("id", name=op.f("uq_memo_id")),
    )
    op.create_index(op.f("ix_memo_about"), "memo", ["about"])
    op.create_index(op.f("ix_memo_target"), "memo", ["target"])
    op.create_index(op.f("ix_memo_account"), "memo", ["account"])
    _lenses()
    _boards()


def _lenses() -> None:
    op.create_table(
        "lens",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lens")),
        sa.UniqueConstraint("slug", name=op.f("uq_lens_slug")),
    )
    op.create_table(
        "lens_line",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("lens", sa.Integer(), nullable=False),
        sa.Column("axis", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lens_line")),
    )
    op.create_index(op.f("ix_lens_line_lens"), "lens_line", ["lens"])
    op.create_table(
        "lens_cell",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row", "column", name=op.f("pk_lens_cell")),
    )
    op.create_table(
        "lens_theme",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Integer(), nullable=False),
        sa.Column("theme", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("row", "column", "theme", name=op.f("pk_lens_theme")),
    )
    op.create_index(op.f("ix_lens_theme_theme"), "lens_theme", ["theme"])
    op.create_table(
        "lens_quote",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("row", "column", "quote", name=op.f("pk_lens_quote")),
    )
    op.create_index(op.f("ix_lens_quote_quote"), "lens_quote", ["quote"])


def _boards() -> None:
    op.create_table(
        "board",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_board")),
        sa.UniqueConstraint("id", name=op.f("uq_board_id")),
    )
    op.create_table(
        "board_cluster",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("board", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("theme", sa.Integer(), nullable=True),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_board_cluster")),
    )
    op.create_index(op.f("ix_board_cluster_board"), "board_cluster", ["board"])
    op.create_table(
        "board_quote",
        sa.Column("board", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Integer(), nullable=False),
        sa.Column("cluster", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("board", "quote", name=op.f("pk_board_quote")),
    )
    op.create_index(op.f("ix_board_quote_quote"), "board_quote", ["quote"])
    op.create_index(op.f("ix_board_quote_cluster"), "board_quote", ["cluster"])


def downgrade() -> None:
    for table in (
        "board_quote",
        "board_cluster",
        "board",
        "memo",
        "lens_quote",
        "lens_theme",
        "lens_cell",
        "lens_line",
        "lens",
        "shared_word",
    ):
        op.drop_table(table)
