"""The engine that the settings name. Those who open an archive, the web and the terminal, choose it here."""

from app.config import Settings
from app.search.memory import MemoryIndex
from app.search.model import SearchIndex
from app.search.whoosh_index import WhooshIndex


def choose_engine(settings: Settings) -> SearchIndex:
    """The search engine that the settings name."""
    if settings.search == "memory":
        return MemoryIndex(language=settings.search_language)
    return WhooshIndex(settings.search_index, language=settings.search_language)
