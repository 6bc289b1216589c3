"""Whose voices are here and whose are missing, without telling of anybody."""
