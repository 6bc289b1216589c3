"""Citing: a story, a passage, a quote or chosen words as a reference, and the way back from an address."""
