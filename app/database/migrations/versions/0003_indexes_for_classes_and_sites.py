"""Indexes for what counts stories by consent class and by site, so that rows with whole texts stay unread"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ACCESS = ["status", "understood", "set_aside", "until", "uses"]


def upgrade() -> None:
    op.drop_index("ix_catalogue_story_consent_class", "catalogue_story")
    op.create_index("ix_story_class", "catalogue_story", ["consent_class", *ACCESS])
    op.create_index("ix_story_site", "catalogue_story", ["site_slug", "site", *ACCESS])


def downgrade() -> None:
    for name in ("ix_story_site", "ix_story_class"):
        op.drop_index(name, "catalogue_story")
    op.create_index("ix_catalogue_story_consent_class", "catalogue_story", ["consent_class"])
