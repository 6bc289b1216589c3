"""Storyhold: an archive for ethnographic stories and the personas made from them."""

__version__ = "0.1.0"
