"""A word of its own in each place of each story, and what meets it: the material of the first two proofs."""
