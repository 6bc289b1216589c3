"""One file for each format that comes in."""
