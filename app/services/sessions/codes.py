"""Codes under which people join a session: a tree and three digits, such as LARCH-427."""

import secrets
import unicodedata

from sqlalchemy import Connection, select

from app.database.sessions import SESSION

_WORDS = """
acacia alder almond apple ash aspen balsa bamboo banyan bay beech birch bramble briar broom buckthorn
cacao carob catalpa cedar cherry chestnut citrus clove coconut cork cypress date dogwood ebony elder elm
fern fig fir forsythia gorse hawthorn hazel heather hemlock hickory holly hornbeam ivy jasmine juniper
katsura kauri larch laurel lavender lemon lilac lime linden magnolia mahogany mango mangrove maple
medlar mimosa mulberry myrtle neem nutmeg oak olive orange osier palm papaya pear pecan pepper persimmon
pine plane plum pomelo poplar privet quince redwood rowan rubber sandal sequoia sorrel spindle spruce
sumac sycamore tamarind teak thorn tulip walnut wattle willow wisteria yew zelkova
"""
TREES = _WORDS.split()
DIGITS = 3
LONGEST = 40  # characters that are looked at


def new_code(connection: Connection) -> str:
    """A code that no session has or had."""
    while True:
        code = f"{secrets.choice(TREES)}{secrets.randbelow(900) + 100:0{DIGITS}}"
        taken = select(SESSION.c.key).where(SESSION.c.code == code)
        if connection.execute(taken).first() is None:
            return code


def typed_code(text: str) -> str:
    """A code as it is compared, however it was typed: `Larch 427` is `larch427`."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum())


def shown_code(code: str) -> str:
    """A code as it is read aloud."""
    word = code.rstrip("0123456789")
    return f"{word.upper()}-{code[len(word) :]}" if code else ""
