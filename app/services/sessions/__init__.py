"""Design sessions: preparing, taking part, the board and what was said on it."""
