"""Specifications: what is asked of a service, what each requirement rests on, and whether it still stands."""
