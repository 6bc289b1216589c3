"""SQLModel tables, queries, migrations, and who may see what."""
