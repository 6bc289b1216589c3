"""Search: the protocol and its engines."""
