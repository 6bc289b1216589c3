"""The record: bytes to Story and Persona and back, lossless; and the store that keeps them."""
