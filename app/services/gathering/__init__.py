"""From an interview to a story in the archive: what comes in, what is decided of it, what its teller says."""
