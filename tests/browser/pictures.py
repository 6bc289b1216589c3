"""Pictures of pages as small PNG files: at most 256 colours, as a page has hardly more."""

import base64
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from playwright.sync_api import Page

COLOURS = 256
PIXELS_OF = """async (png) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), drawn = canvas.getContext("2d");
  drawn.drawImage(image, 0, 0);
  const bytes = drawn.getImageData(0, 0, image.width, image.height).data;
  let text = "";
  for (let at = 0; at < bytes.length; at += 9999) {
    text += String.fromCharCode(...bytes.subarray(at, at + 9999));
  }
  return [image.width, image.height, btoa(text)];
}"""


def small_png(page: Page, png: bytes) -> bytes:
    """The same picture with a palette. `page` is an empty page of the browser, which decodes it."""
    width, height, pixels = page.evaluate(PIXELS_OF, base64.b64encode(png).decode())
    rgb = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(-1, 4)[:, :3].astype(np.int64)
    palette, places = _palette(rgb)
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = places.reshape(height, width)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(rows.tobytes(), 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks((*parts, (b"IEND", b""))))


def _palette(rgb: Any) -> tuple[Any, Any]:
    """Colours that leave least to be missed, and for each pixel the place of the nearest one."""
    packed = rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]
    colours, places, counts = np.unique(packed, return_inverse=True, return_counts=True)
    each = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    kept, nearest = [each[counts.argmax()]], np.zeros(len(each), np.uint8)
    missed = np.abs(each - kept[0]).sum(axis=1)
    while len(kept) < COLOURS and missed.any():
        kept.append(each[(missed * counts).argmax()])
        distance = np.abs(each - kept[-1]).sum(axis=1)
        nearest[distance < missed] = len(kept) - 1
        missed = np.minimum(missed, distance)
    return np.array(kept, np.uint8), nearest[places]


def _chunks(parts: tuple[tuple[bytes, bytes], ...]) -> Iterator[bytes]:
    for kind, content in parts:
        yield struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
