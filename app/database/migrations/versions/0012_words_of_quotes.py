"""The words of quotes as they stand there now, so that quotes are searched.

They are derived: the first reconcile writes them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quote_words",
        sa.Column("quote", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("quote", name=op.f("pk_quote_words")),
    )


def downgrade() -> None:
    op.drop_table("quote_words")
