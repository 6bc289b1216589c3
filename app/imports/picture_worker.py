"""Draws one picture anew: upright, bounded, nothing in it but what is seen. Run by path as a program with
limits, never imported. Its one argument, if any, is the longest side that the new picture may have.

The answer is a line of JSON, and after it the bytes of the new picture where there is one.
"""

import io
import json
import sys
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

READ = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
MOST_PIXELS = 50_000_000  # as its header says, before anything is drawn
LONGEST_SIDE = 2_000  # pixels of the new picture, unless less is asked for
QUALITY = 86  # of a JPEG
_SRGB = ImageCms.createProfile("sRGB")


def drawn(content: bytes, longest: int = LONGEST_SIDE) -> tuple[dict[str, Any], bytes]:
    """What is told of a picture, and the new picture; or `wrong` says in one word why there is none."""
    try:
        with Image.open(io.BytesIO(content), formats=READ) as source:
            if source.width * source.height > MOST_PIXELS:
                return {"wrong": "large"}, b""
            frames = (
                int(getattr(source, "n_frames", 1)) if source.format in ("GIF", "PNG", "WEBP", "TIFF") else 1
            )
            return _written(_seen(source, longest), frames)
    except UnidentifiedImageError:
        return {"wrong": "unknown"}, b""
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"wrong": "large"}, b""
    except MemoryError:
        return {"wrong": "much"}, b""
    except Exception:  # whatever a damaged picture makes its decoder say
        return {"wrong": "damaged"}, b""


def _seen(source: Image.Image, longest: int) -> Image.Image:
    """What somebody sees who looks at it: its first picture, upright, in the colours of every screen."""
    source.seek(0)
    if source.format == "JPEG":
        source.draft(None, (longest, longest))  # far less to draw of what a camera makes
    source.load()
    profile, turned = source.info.get("icc_profile"), source.getexif().get(0x0112, 1)
    small = _in_usual_colours(_small(_plain(source), longest), source.mode, profile)
    return _upright(small, turned)


def _small(picture: Image.Image, longest: int) -> Image.Image:
    """At most as many pixels on both sides."""
    rough = max(picture.size) // (2 * longest)
    if rough > 1:
        picture = picture.reduce(rough)  # of what can be seen through, `thumbnail` would work on all points
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return picture


def _plain(source: Image.Image) -> Image.Image:
    """One of the two kinds of pixels that are written, whatever it came in."""
    if source.mode in ("I", "F") or source.mode.startswith("I;16"):
        source = ImageOps.autocontrast(source.convert("F").point(lambda value: value / 256).convert("L"))
    clear = source.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in source.info
    wanted = "RGBA" if clear else "RGB"
    return source if source.mode == wanted else source.convert(wanted)


def _in_usual_colours(picture: Image.Image, before: str, profile: bytes | None) -> Image.Image:
    if not profile or before not in ("RGB", "RGBA"):
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, own, _SRGB)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return picture if changed is None else changed


def _upright(picture: Image.Image, turned: int) -> Image.Image:
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())  # nothing that was said beside it
    if turned in (None, 1):
        return bare
    exif = Image.Exif()
    exif[0x0112] = turned
    bare.info["exif"] = exif.tobytes()
    upright = ImageOps.exif_transpose(bare)
    upright.info.clear()
    return upright


def _written(picture: Image.Image, frames: int) -> tuple[dict[str, Any], bytes]:
    """A PNG where it can be seen through, or has few colours, as a drawing has; else a JPEG."""
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    flat = picture.mode == "RGB" and picture.getcolors(256) is not None
    told = {"width": picture.width, "height": picture.height, "frames": frames}
    picture.info.clear()
    if picture.mode == "RGBA" or flat:
        return told, _saved(picture, "PNG", optimize=True)
    try:
        return told, _saved(picture, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    except OSError:  # of a picture that is noise all over, optimizing takes more room than there is for it
        return told, _saved(picture, "JPEG", quality=QUALITY, subsampling=0)


def _saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **how)
    return target.getvalue()


def main() -> None:
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    longest = int(sys.argv[1]) if sys.argv[1:] else LONGEST_SIDE
    told, picture = drawn(sys.stdin.buffer.read(), longest)
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + picture)


if __name__ == "__main__":
    main()
