"""PDF files written by hand: a line of text for each line given, or a picture where a page is scanned."""

from collections.abc import Sequence


def pdf(*pages: Sequence[str] | None) -> bytes:
    """One page for each list of lines; None is a page that is only a picture."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    objects.append(
        _stream(b"\x00", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray")
    )
    kids = []
    for lines in pages:
        objects.append(_stream(_drawn(lines)))
        resources = b"<< /Font << /F1 3 0 R >> /XObject << /I1 4 0 R >> >>"
        content = b"/Contents %d 0 R" % len(objects)
        size = b"/MediaBox [0 0 595 842]"
        objects.append(b"<< /Type /Page /Parent 2 0 R %s %s /Resources %s >>" % (size, content, resources))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return written(objects)


def _drawn(lines: Sequence[str] | None) -> bytes:
    if lines is None:
        return b"500 0 0 700 40 40 cm /I1 Do"
    shown = [b"(%s) Tj T*" % _escaped(line) for line in lines]
    return b"BT /F1 11 Tf 14 TL 50 800 Td %s ET" % b" ".join(shown)


def _escaped(line: str) -> bytes:
    plain = line.encode("cp1252")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _stream(content: bytes, about: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (about, len(content), content)


def written(objects: Sequence[bytes]) -> bytes:
    """The file of these objects, the first being its catalogue."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
