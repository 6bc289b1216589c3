"""One file for each format that leaves the archive."""
