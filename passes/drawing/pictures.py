"""Pictures by Pillow: fitted to a size, made smaller, in few colours, packed.

What it needs (infra/drawing.txt) is in an environment of its own here, and in the artifact of the
one function that draws: no other ever loads it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError  # type: ignore[import-not-found]

from passes.drawing import vector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    Packer = Callable[[bytes], bytes]

PHOTO_BYTES = 160_000
"""What a photograph may weigh at the largest scale: a pass holds several pictures."""
_PHOTO_COLOURS = (
    *((count, "FLOYDSTEINBERG") for count in (128, 64, 32)),
    (32, "NONE"),
    (12, "NONE"),
)
"""Colours of a photograph, and how those between are hinted at: from the finest to the lightest."""
_PALETTE = 256
_QUALITY = 82
_PART = 4
"""Of so many pixels each way one is looked at for a photograph's colours, to be quick."""
_DENSE, _FADE = 235, 0.08
"""How much of the ground covers what is written on (of 255), and its soft edge (of the height)."""
_FEW = 64
_EDGES = 4
"""Colours of a small palette that are kept for soft edges."""
_APART = 12
_DRAWN = 8192
"""Colours above which a picture is no drawing, soft edges and all."""
_MOST_EDGES = 8000
"""Colours that are looked at when those of soft edges are chosen."""
"""Steps of a channel by which Pillow tells two colours of a palette apart for certain."""
_SMALLEST_FILL = 0.0008  # of all pixels: what is seldomer is the soft edge of something
# A photograph of a phone has 12 to 50 million pixels, and is a JPEG, which is unpacked at a part of
# its size. Of the others each pixel costs up to 12 bytes for a moment.
_MOST_PIXELS = 120_000_000
_MOST_UNPACKED = 25_000_000
_JPEG_SIDE = 4096


class BadPicture(ValueError):  # noqa: N818 - it is the picture that is bad
    """A file cannot be read as a picture; the message says which and why."""


def opened(file: Path | BinaryIO, side: int | None = None, name: str | None = None) -> Any:
    """Return a picture upright, in RGBA; no larger than ``side`` pixels each way, if that is said.

    ``name``: how it is called in what is said of it; the file's path, if not said.

    Raises
    ------
    BadPicture
        It is none, damaged, moves, shows nothing, or is too large to unpack.
    """
    called = name or str(file)
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS  # Pillow itself refuses twice of it
    try:
        source = vector.drawn(file, called, side or vector.SIDE) or file
        with Image.open(source) as found:
            _judge(found, called)
            found.draft("RGB", (_JPEG_SIDE, _JPEG_SIDE))
            if found.mode.startswith("I"):  # 16 bits a channel, of which Pillow keeps the lowest 8
                found = found.point(lambda value: value / 256).convert("L")  # noqa: PLW2901
            image = found if found.mode in {"RGB", "RGBA"} else found.convert("RGBA")
            if side is not None:
                # At once: a design may be drawn from several pictures, and memory holds one.
                image.thumbnail((side, side), Image.Resampling.LANCZOS)
            image = ImageOps.exif_transpose(image).convert("RGBA")
    except vector.BadDrawing as fault:
        raise BadPicture(str(fault)) from None
    except BadPicture:
        raise
    except UnidentifiedImageError:
        raise BadPicture(
            f"{called} is no picture that can be read; save it as PNG, JPEG or SVG"
        ) from None
    except Image.DecompressionBombError:
        raise BadPicture(_TOO_MANY.format(file=called, most=_MOST_PIXELS)) from None
    except FileNotFoundError:
        raise BadPicture(f"{called} is not there") from None
    except (OSError, ValueError, SyntaxError) as fault:
        why = getattr(fault, "strerror", None) or fault
        raise BadPicture(f"{called} cannot be read: {why}; save it anew") from None
    if image.getbbox(alpha_only=True) is None:
        raise BadPicture(f"{called} lets everything see through: nothing would be seen of it")
    return image


_TOO_MANY = "{file} has more than {most:,} pixels; make it smaller"


def _judge(found: Any, file: str) -> None:
    """Refuse a picture before it is unpacked."""
    if getattr(found, "is_animated", False):
        raise BadPicture(f"{file} moves; save one picture of it as PNG or JPEG")
    most = _MOST_PIXELS if found.format == "JPEG" else _MOST_UNPACKED
    if found.width * found.height > most:
        raise BadPicture(_TOO_MANY.format(file=file, most=most))


def plain_photo(image: Any) -> bytes:
    """Return a picture as a JPEG on white, without what a camera wrote into it."""
    packed = io.BytesIO()
    on(image, image.size, "#ffffff").convert("RGB").save(packed, "JPEG", quality=_QUALITY)
    return packed.getvalue()


def read(file: Path | BinaryIO) -> Any:
    """Return a picture of ours as it is, palette and all; whoever reads closes it."""
    return Image.open(file)


def covering(image: Any, size: tuple[int, int], ground: str) -> Any:
    """Return the middle of a picture, as large as fits, on a ground where it lets see through."""
    fitted = ImageOps.fit(image, size, Image.Resampling.LANCZOS)
    return on(fitted, size, ground)


def within(image: Any, size: tuple[int, int]) -> Any:
    """Return a whole picture in a box, see-through around it."""
    fitted = ImageOps.contain(image, size, Image.Resampling.LANCZOS)
    box = Image.new("RGBA", size)
    box.paste(fitted, ((size[0] - fitted.width) // 2, (size[1] - fitted.height) // 2))
    return box


def as_high(image: Any, height: int, narrowest: int, widest: int) -> Any:
    """Return a picture of that height and its own width; in a box where that is out of bounds."""
    width = round(image.width * height / image.height)
    if narrowest <= width <= widest:
        return image.resize((width, height), Image.Resampling.LANCZOS)
    return within(image, (min(max(width, narrowest), widest), height))


def on(image: Any, size: tuple[int, int], ground: str) -> Any:
    """Return a picture in the middle of a plain ground, nothing see-through any more."""
    box = Image.new("RGBA", size, ground)
    at = ((size[0] - image.width) // 2, (size[1] - image.height) // 2)
    box.alpha_composite(image, at)
    return box.convert("RGB")


def calmed(image: Any, ground: str, written_on: tuple[float, float], dense: int = _DENSE) -> Any:
    """Return a picture that fades into a plain ground at its top and its bottom, for writing on."""
    top, low = (round(share * image.height) for share in written_on)
    fade = round(image.height * _FADE)
    mask = Image.new("L", (1, image.height), 0)
    for row in range(image.height):
        into = max(top - row, row - low) + fade  # rows into the ground, over its soft edge
        mask.putpixel((0, row), max(0, min(dense, dense * into // fade)))
    veil = Image.new("RGB", image.size, ground)
    return Image.composite(veil, image, mask.resize(image.size))


def smaller(
    image: Any, size: tuple[int, int], *, exactly: bool = False, colours_of: Any = None
) -> Any:
    """Return a picture at a smaller scale, in as many colours as it has.

    ``colours_of``: a palette that it keeps to, instead of looking for its own.
    """
    colours = _counted(image) if colours_of is None else 0
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    # Not Lanczos: it rings at edges, and a drawing of few colours gets more of them.
    reduced = image.resize(size, Image.Resampling.HAMMING)
    if colours_of is not None:
        return in_these(reduced, colours_of)
    return in_few_colours(reduced, colours, exactly=exactly) if colours else reduced


def _counted(image: Any) -> int:
    """Return how many colours a picture of a palette has, 0 for one without a palette."""
    return len(image.getcolors(_PALETTE)) if image.mode == "P" else 0


def in_few_colours(image: Any, count: int, *, exactly: bool = False) -> Any:
    """Return a picture with a palette of so many colours; one that has no more, as it is.

    ``exactly``: large fills keep their very colour, whatever else is close to it.
    """
    if image.mode == "P" and _counted(image) <= count:
        return image
    if image.mode == "RGBA":
        return image.quantize(count, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    return _fills_and_edges(image, count, exactly=exactly)


def shared_colours(images: Iterable[Any], count: int) -> Any:
    """Return a palette of so many colours for pictures that show nearly the same, as `in_these`.

    Large fills of each of them keep their very colour.
    """
    rows = list(images)
    whole = Image.new("RGB", (rows[0].width, sum(image.height for image in rows)))
    at = 0
    for image in rows:
        whole.paste(image, (0, at))
        at += image.height
    return _palette(_few_colours(whole, count, exactly=True))


def in_these(image: Any, palette: Any) -> Any:
    """Return a picture (RGB) in the colours of a palette of `shared_colours`."""
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def for_a_pass(image: Any, *, quickly: bool = False, plainly: bool = False) -> Any:
    """Return a picture of somebody else in a palette: drawn ones as they are, photographs dithered.

    A photograph in full colours weighs a megabyte, and every pass of every customer would carry it.
    ``quickly``: as in `packed`; ``plainly``: without hints of the colours between.
    """
    if image.mode == "RGBA":
        return in_few_colours(image, _PALETTE // 2)
    drawn = image.getcolors(_FEW * _FEW)
    if drawn is not None:
        return in_few_colours(image, _FEW)
    # Where it has to be quick, colours are chosen from a part of the pixels.
    looked_at = image.reduce(_PART) if quickly else image
    # As is how fine it may be: from a band out of its middle, all of its height.
    middle, half = image.width // 2, max(1, image.width // (2 * _PART)) if quickly else image.width
    tried = image.crop((max(0, middle - half), 0, min(image.width, middle + half), image.height))
    most = PHOTO_BYTES * tried.width / image.width
    for colours, dither in _PHOTO_COLOURS[3 * plainly :]:
        chosen = looked_at.quantize(colours, Image.Quantize.MEDIANCUT)
        made = tried.quantize(palette=chosen, dither=Image.Dither[dither])
        if len(packed(made, quickly=quickly)) <= most:
            break
    return image.quantize(palette=chosen, dither=Image.Dither[dither]) if quickly else made


def packed(image: Any, *, quickly: bool = False) -> bytes:
    """Return a picture as a PNG file.

    ``quickly``: in an eighth of the time, for a fifth more bytes.
    """
    file = io.BytesIO()
    image.save(file, "PNG", **({"compress_level": 6} if quickly else {"optimize": True}))
    return file.getvalue()


def tightly(content: bytes) -> bytes:
    """Return the same PNG packed as small as can be, which takes seconds."""
    import zopfli.png  # type: ignore[import-not-found]  # noqa: PLC0415 - slow to load, not always used

    tight: bytes = zopfli.png.optimize(content)
    return tight


def same_look(one: Any, other: Any) -> bool:
    """Tell whether two pictures show the same, pixel by pixel."""
    if one.size != other.size:
        return False
    return bool(one.convert("RGBA").tobytes() == other.convert("RGBA").tobytes())


def _fills_and_edges(image: Any, count: int, *, exactly: bool) -> Any:
    """Return the image in so many colours: all its fills exactly, the rest for soft edges."""
    return in_these(image, _palette(_few_colours(image, count, exactly=exactly)))


def _few_colours(image: Any, count: int, *, exactly: bool) -> list[Any]:
    known = image.getcolors(_DRAWN)
    if known is None:
        # As good as a photograph: its fills and its colours show in a part of its pixels.
        part = (max(1, image.width // _PART), max(1, image.height // _PART))
        image = image.resize(part, Image.Resampling.NEAREST)
        known = image.getcolors(part[0] * part[1])
    pixels = image.width * image.height
    found = sorted(known, reverse=True)
    fills = [colour for used, colour in found if used > pixels * _SMALLEST_FILL]
    fills = fills[: max(count - _EDGES, 1)]
    edges = [(used, colour) for used, colour in found if colour not in fills]
    room = count - len(fills)
    if len(found) <= count:
        fills += [colour for _, colour in edges]
    elif room:  # none in a picture of one colour
        fills += _average(edges, room)
    # The nearest of two colours that are all but one is found by guessing: leave them one.
    return _apart(fills) if exactly else fills


def _palette(colours: list[Any]) -> Any:
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in colours for part in colour])
    return palette


def _apart(colours: list[Any]) -> list[Any]:
    """Return the colours without those that are close to one before them."""
    found: list[Any] = []
    for colour in colours:
        near = (max(abs(a - b) for a, b in zip(colour, one, strict=True)) for one in found)
        if all(far >= _APART for far in near):
            found.append(colour)
    return found


def _average(edges: Iterable[tuple[int, Any]], count: int) -> list[Any]:
    # A picture of the edges alone, each colour as often as it is used (roughly); of a photograph,
    # in which no colour comes twice, the same share of each part of it.
    edges = list(edges)
    edges = edges[:: 1 + len(edges) // _MOST_EDGES]
    sample = [colour for used, colour in edges for _ in range(1 + min(used, 400) // 20)]
    strip = Image.new("RGB", (len(sample), 1))
    strip.putdata(sample)
    reduced = strip.quantize(count, Image.Quantize.MEDIANCUT)
    flat = reduced.getpalette()[: 3 * count]
    return [tuple(flat[at : at + 3]) for at in range(0, len(flat), 3)]
