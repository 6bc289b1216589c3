"""Whatever picture comes: what is seen stays, and nothing else of it."""

import io
from random import Random

import pytest
from PIL import Image

from app.errors import ImportRefused
from app.imports.pictures import LARGEST, drawn_anew, kind_of_picture
from tests.imports.photographs import (
    SECRET,
    drawing,
    from_a_phone,
    moving,
    photograph,
    said_to_be,
    with_words,
)

SVG = (
    b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def refusal(content: bytes) -> str:
    with pytest.raises(ImportRefused) as refused:
        drawn_anew(content)
    assert refused.value.remedy
    return refused.value.reason


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "BMP", "TIFF", "PNG"])
def test_a_photograph_of_any_kind_becomes_a_jpeg(kind):
    found = drawn_anew(photograph(kind=kind))
    assert kind_of_picture(found.content) == "image/jpeg" and (found.width, found.height) == (60, 40)


def test_a_drawing_stays_sharp():
    found = drawn_anew(drawing())
    assert kind_of_picture(found.content) == "image/png"
    assert opened(found.content).convert("RGB").getpixel((3, 15)) == (0, 0, 0)


def test_what_can_be_seen_through_stays_so():
    found = opened(drawn_anew(drawing(clear=True)).content)
    assert found.mode == "RGBA" and found.getpixel((0, 0))[3] == 0


def test_nothing_tells_where_when_or_with_what_it_was_taken():  # 38
    content = from_a_phone()
    assert SECRET.encode() in content and opened(content).getexif()
    found = drawn_anew(content).content
    assert SECRET.encode() not in found
    assert not opened(found).getexif() and set(opened(found).info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
    }


def test_it_stands_upright():
    assert (drawn_anew(from_a_phone(turned=6)).width, drawn_anew(from_a_phone(turned=1)).width) == (40, 60)


def test_of_one_that_moves_the_first_moment_is_kept_and_that_is_said():  # 38
    for kind in ("GIF", "WEBP", "PNG"):
        found = drawn_anew(moving(kind))
        red, green, blue = opened(found.content).convert("RGB").getpixel((5, 5))
        assert red > 200 and green < 60 and blue < 60
        assert getattr(opened(found.content), "n_frames", 1) == 1
        assert [one.reason for one in found.reports] == ["The picture moves; only its first moment is kept."]


@pytest.mark.parametrize("size", [(50_000, 50_000), (50_001, 1_000), (2**31 - 1, 1)])
def test_one_of_too_many_points_is_never_opened(size):  # 38
    assert "50 million points" in refusal(said_to_be(*size))


def test_a_large_one_is_made_smaller():
    found = drawn_anew(photograph(3000, 50))
    assert (found.width, found.height) == (2000, 33)


def test_the_same_picture_becomes_the_same_bytes():
    assert drawn_anew(from_a_phone()).digest == drawn_anew(from_a_phone()).digest


@pytest.mark.parametrize(
    "behind", [b"PK\x03\x04zip", b"<script>alert(1)</script>", b"%PDF-1.7", b"<?php x ?>"]
)
def test_what_hides_behind_a_picture_goes(behind):  # 38
    for picture in (photograph(), drawing("GIF"), with_words(drawing(), behind.decode())):
        assert behind not in drawn_anew(picture + behind).content


def test_a_web_page_is_no_picture_whatever_its_name():  # 38
    assert "web page" in refusal(b"<!DOCTYPE html><html><img src=x onerror=alert(1)></html>")
    assert "no picture" in refusal(b"GIF89a=1;alert(1)")
    assert "no picture" in refusal(b"MZ\x90\x00" + bytes(100))


def test_an_svg_is_refused_and_why():  # 38
    for one in (SVG, b"\xef\xbb\xbf  <svg/>", b"<!DOCTYPE svg PUBLIC 'x'>\n<SVG onload=x>"):
        assert "An SVG is no picture" in refusal(one)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_one_that_was_cut_off_is_refused(kind):  # 39
    whole = photograph(300, 300, kind=kind)
    assert "cut off" in refusal(whole[: len(whole) // 2])


def test_an_empty_one_and_one_that_is_too_large_are_refused():  # 39
    assert "empty" in refusal(b"")
    assert "20 MB" in refusal(photograph() + bytes(LARGEST))


def test_what_a_phone_makes_and_nothing_else_reads_is_named():
    assert "some phones" in refusal(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + bytes(100))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "I", "F", "YCbCr"])
def test_pictures_of_every_way_of_counting_colours_are_read(mode):
    target = io.BytesIO()
    Image.new(mode, (30, 20)).save(target, "TIFF")
    assert drawn_anew(target.getvalue()).width == 30


def test_a_picture_with_a_broken_table_of_colours_is_read_all_the_same():
    assert drawn_anew(photograph(icc_profile=b"none" * 40)).width == 60


def test_a_picture_that_is_noise_all_over_is_drawn_too():
    noise = Image.frombytes("RGB", (120, 90), Random(1).randbytes(120 * 90 * 3))
    target = io.BytesIO()
    noise.save(target, "PNG")
    assert kind_of_picture(drawn_anew(target.getvalue()).content) == "image/jpeg"
    small = drawn_anew(target.getvalue(), 60)
    assert (small.width, small.height) == (60, 45)
