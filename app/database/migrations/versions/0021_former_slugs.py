"""An index of the slugs that records had: whoever asks for a page that is not there has them looked through."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_revision_slug", "revision", ["slug"])


def downgrade() -> None:
    op.drop_index("ix_revision_slug", "revision")
