"""Documents of word processors, made for a test: with python-docx, and by hand where it must be odd."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

import docx

TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
DC = "http://purl.org/dc/elements/1.1/"
STYLES = (
    f'<office:document-styles xmlns:office="{OFFICE}" office:version="1.2" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">'
    "<office:styles/><office:automatic-styles/><office:master-styles/></office:document-styles>"
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6364f8cf500f000386018033d168db0000000049454e44ae426082"
)


def word(*paragraphs: str) -> bytes:
    """A Word file of plain paragraphs."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The zip with one of its files replaced, or added."""
    target = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        new.writestr(name, part)
    return target.getvalue()


def word_body(xml: str) -> bytes:
    """A Word file with this between `w:body`."""
    whole = f'<w:document xmlns:w="{WORD}"><w:body>{xml}</w:body></w:document>'
    return with_part(word("x"), "word/document.xml", whole.encode())


def open_document(xml: str, encoding: str = "utf-8") -> bytes:
    """An OpenDocument text with this between `office:text`."""
    whole = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        f'<office:document-content xmlns:office="{OFFICE}" xmlns:text="{TEXT}" xmlns:table="{TABLE}" '
        f'xmlns:dc="{DC}" office:version="1.2"><office:automatic-styles/>'
        f"<office:body><office:text>{xml}</office:text></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr("content.xml", whole.encode(encoding))
        made.writestr("styles.xml", STYLES)
    return target.getvalue()
