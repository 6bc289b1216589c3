"""Second factor, single sign-on, tokens; audit, consent ledger, denials; jobs"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
TABLES = (
    "story_person",
    "recovery_code",
    "read_entry",
    "api_token",
    "single_sign_on",
    "job",
    "denied_text",
    "denial",
    "consent_text",
    "consent_entry",
    "chain_head",
    "audit_text",
    "audit_entry",
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_account"), "audit_entry", ["account"])
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])
    op.create_index(op.f("ix_audit_entry_event"), "audit_entry", ["event"])
    op.create_index(op.f("ix_audit_entry_record_id"), "audit_entry", ["record_id"])

    op.create_table(
        "audit_text",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_text")),
    )
    op.create_table(
        "chain_head",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "consent_entry",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("understood", sa.Boolean(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("given", sa.String(), nullable=True),
        sa.Column("until", sa.String(), nullable=True),
        sa.Column("co_crafted", sa.String(), nullable=True),
        sa.Column("not_for", sa.JSON(), nullable=False),
        sa.Column("medium", sa.JSON(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_consent_entry")),
    )
    op.create_index(op.f("ix_consent_entry_story_id"), "consent_entry", ["story_id"])

    op.create_table(
        "consent_text",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_consent_text")),
    )
    op.create_table(
        "denial",
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("until", sa.String(), nullable=True),
        sa.Column("understood", sa.Boolean(), nullable=False),
        sa.Column("not_for", sa.JSON(), nullable=False),
        sa.Column("slug_digest", sa.String(), nullable=False),
        sa.Column("replacement", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "kind", name=op.f("pk_denial")),
    )
    op.create_index("ix_denial_slug", "denial", ["slug_digest"])

    op.create_table(
        "denied_text",
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "digest", name=op.f("pk_denied_text")),
    )
    op.create_index(op.f("ix_denied_text_digest"), "denied_text", ["digest"])

    op.create_table(
        "job",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_record_id"), "job", ["record_id"])

    op.create_table(
        "single_sign_on",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("next", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_single_sign_on")),
    )
    op.create_table(
        "api_token",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.key"], name=op.f("fk_api_token_account_account")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_account"), "api_token", ["account"])

    op.create_table(
        "read_entry",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.key"], name=op.f("fk_read_entry_account_account")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_read_entry")),
    )
    op.create_index(op.f("ix_read_entry_account"), "read_entry", ["account"])
    op.create_index(op.f("ix_read_entry_at"), "read_entry", ["at"])
    op.create_index(op.f("ix_read_entry_record_id"), "read_entry", ["record_id"])

    op.create_table(
        "recovery_code",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.key"], name=op.f("fk_recovery_code_account_account")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_code_digest")),
    )
    op.create_index(op.f("ix_recovery_code_account"), "recovery_code", ["account"])

    op.create_table(
        "story_person",
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("named_by", sa.Integer(), nullable=True),
        sa.Column("named", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.key"], name=op.f("fk_story_person_account_account")),
        sa.ForeignKeyConstraint(["named_by"], ["account.key"], name=op.f("fk_story_person_named_by_account")),
        sa.PrimaryKeyConstraint("story_id", "account", name=op.f("pk_story_person")),
    )

    # Plain ALTER TABLE: SQLite's way round it drops the table, which rows of others point to.
    op.add_column("account", sa.Column("second_factor", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "account", sa.Column("second_factor_step", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("account", sa.Column("subject", sa.String(), nullable=True))
    op.create_index(op.f("ix_account_subject"), "account", ["subject"], unique=True)
    op.add_column("sign_in", sa.Column("awaiting", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sign_in", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("sign_in", "tries")
    op.drop_column("sign_in", "awaiting")
    op.drop_index(op.f("ix_account_subject"), "account")
    for column in ("subject", "second_factor_step", "second_factor"):
        op.drop_column("account", column)
    for table in TABLES:
        op.drop_table(table)
