"""On paper: posters, cards and packs, made of what this reader may take out of the archive now."""
