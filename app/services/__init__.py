"""What people do with the archive: reading, searching, keeping it in step with its folder."""
