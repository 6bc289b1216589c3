"""Markdown to safe HTML with passage anchors."""
