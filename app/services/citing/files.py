"""A reference as a file: for reference managers, for programs, and as text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.exports import bibtex, csl_json, dublin_core, ris, story_jsonld
from app.exports.cited import Cited
from app.exports.story_jsonld import jsonld_file


@dataclass(frozen=True)
class FileFormat:
    """A kind of file: what it is called, what it is for, and how it is made."""

    label: str
    about: str
    media_type: str
    made: Callable[[Cited], bytes]


FILES: Mapping[str, FileFormat] = {
    "csl.json": FileFormat("CSL-JSON", "for Zotero and Pandoc", csl_json.MEDIA_TYPE, csl_json.csl_json),
    "bib": FileFormat("BibTeX", "for LaTeX and JabRef", bibtex.MEDIA_TYPE, bibtex.bibtex),
    "ris": FileFormat("RIS", "for EndNote, Mendeley and others", ris.MEDIA_TYPE, ris.ris),
    "jsonld": FileFormat("JSON-LD", "as schema.org has it", story_jsonld.MEDIA_TYPE, jsonld_file),
    "dc.xml": FileFormat("Dublin Core", "for libraries", dublin_core.MEDIA_TYPE, dublin_core.dublin_core),
}
MARKDOWN, TEXT = "text/markdown; charset=utf-8", "text/plain; charset=utf-8"
TEXTS: Mapping[str, tuple[str, str, str]] = {
    "md": ("Markdown", "the words with their reference", MARKDOWN),
    "txt": ("Plain text", "the words with their reference", TEXT),
}


def media_type_of(form: str) -> str:
    """Raises KeyError for a format that there is none of."""
    return FILES[form].media_type if form in FILES else TEXTS[form][2]
