"""An archive with a few stories, two personas, and people who work here."""

from tests.web.sessions.conftest import ann, session, web

__all__ = ["ann", "session", "web"]
