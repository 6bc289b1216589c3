"""A reference hidden in a list, by which Zotero and others offer to take what is listed (COinS)."""

from urllib.parse import quote, urlencode

from app.exports.cited import KIND, one_line, one_name


def coins(address: str, title: str, teller: str, gathered: str, archive: str, language: str) -> str:
    """The `title` of a span of the class `Z3988`: an OpenURL context object of Dublin Core's kind."""
    told = {
        "ctx_ver": "Z39.88-2004",
        "rft_val_fmt": "info:ofi/fmt:kev:mtx:dc",
        "rft.type": KIND,
        "rft.title": one_line(title),
        "rft.au": one_name(teller),
        "rft.date": gathered,
        "rft.source": one_line(archive),
        "rft.language": language,
        "rft.identifier": address,
    }
    return urlencode({name: value for name, value in told.items() if value}, quote_via=quote)
