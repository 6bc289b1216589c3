"""Marking stories: quotes, the themes that they are about, and the patterns across them."""
