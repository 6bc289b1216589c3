"""Indexes that hold all that lists, counts and completions look at, in the order of the pages"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ACCESS = ["status", "understood", "set_aside", "until", "uses"]


def upgrade() -> None:
    op.drop_index("ix_story_order", "catalogue_story")
    op.drop_index("ix_story_access", "catalogue_story")
    op.create_index("ix_story_newest", "catalogue_story", [sa.text("gathered DESC"), "slug", *ACCESS])
    op.create_index("ix_story_access", "catalogue_story", ["id", *ACCESS])
    op.create_index("ix_story_named", "catalogue_story", ["heading", "slug", "title", *ACCESS])


def downgrade() -> None:
    for name in ("ix_story_named", "ix_story_access", "ix_story_newest"):
        op.drop_index(name, "catalogue_story")
    op.create_index("ix_story_access", "catalogue_story", ["status", "uses", "until"])
    op.create_index("ix_story_order", "catalogue_story", ["gathered", "slug"])
