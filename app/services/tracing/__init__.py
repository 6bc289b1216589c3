"""From words that somebody quotes to the place in a story where they stand."""
