"""SVG: drawn by resvg as a picture, and refused where it would do more than show shapes.

resvg runs no scripts and is given no files, folders or fonts; what could still reach outside, move,
or grow without end is refused before, in words that say what to change. Sources: SVG 1.1 and 2
(W3C); resvg's documentation of what it leaves out; XML 1.0, 4.1 (entities).
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Mapping

SIDE = 2048
LARGEST = 1_000_000
MOST_ELEMENTS = 20_000
"""Of a file, and of what is drawn of it when each reference is followed."""
DEEPEST = 64
MOST_FILTERS = 8
_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE|!\[|(?:\w+:)?svg\b)", re.IGNORECASE
)
_ACTS = {"script", "foreignObject", "iframe", "audio", "video", "canvas", "handler", "listener"}
_MOVES = {"animate", "animateColor", "animateMotion", "animateTransform", "set", "discard"}
_LETTERS = {"text", "tspan", "textPath", "tref", "flowRoot"}
_URL = re.compile(r"url\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)
_DATA = re.compile(r"data:image/(?:png|jpe?g|webp);base64,", re.IGNORECASE)


class BadDrawing(ValueError):  # noqa: N818 - it is the drawing that is bad
    """An SVG cannot be used; the message says what to change."""


def drawn(file: Path | BinaryIO, name: str, side: int) -> BinaryIO | None:
    """Return an SVG as a PNG whose longer side has so many pixels; None for any other file.

    Raises
    ------
    BadDrawing
        It would do more than show shapes, or cannot be drawn.
    """
    data = _read(file)
    if data is None:
        return None
    _judge(data, name)
    import resvg_py  # type: ignore[import-not-found]  # noqa: PLC0415 - few logos are SVG

    try:
        # Into a square, as large as fits: whatever size it says it has.
        made = resvg_py.svg_to_bytes(
            svg_string=data.decode("utf-8-sig"), skip_system_fonts=True, width=side, height=side
        )
    except (ValueError, RuntimeError, OSError):
        raise BadDrawing(
            f"{name} is an SVG that cannot be drawn; export it anew, or as PNG"
        ) from None
    return io.BytesIO(bytes(made))


def _read(file: Path | BinaryIO) -> bytes | None:
    """Return an SVG's bytes, None for another file; a stream stands at its beginning again."""
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return _taken(stream)
    found = _taken(file)
    file.seek(0)
    return found


def _taken(stream: BinaryIO) -> bytes | None:
    start = stream.read(4096)
    if not _START.match(start):
        return None
    return start + stream.read(LARGEST + 1)


class _Reader:
    """Walks over the elements of an SVG once, and refuses at the first that will not do."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._path: list[str] = []
        self._owners: list[str] = []
        self._filters = 0
        self.elements = 0
        # By the id of an element: how many elements lie in it, and what they refer to.
        self.inside: dict[str, int] = {"": 0}
        self.refers: dict[str, list[str]] = {"": []}

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = name.rpartition(":")[2]
        self.elements += 1
        self._refuse_kind(kind)
        self._path.append(kind)
        if self.elements > MOST_ELEMENTS or len(self._path) > DEEPEST:
            raise BadDrawing(
                f"{self._name} has more parts than any logo; simplify it, or export it as PNG"
            )
        # Each element counts for every element with an id that it lies in.
        own = attributes.get("id", "")
        self._owners.append(own)
        owners = {"", *self._owners}
        for owner in owners:
            self.inside[owner] = self.inside.get(owner, 0) + 1
            self.refers.setdefault(owner, [])
        for key, value in attributes.items():
            for target in self._references(key.rpartition(":")[2], value):
                for owner in owners:
                    self.refers[owner].append(target)

    def end(self, _: str) -> None:
        self._path.pop()
        self._owners.pop()

    def text(self, content: str) -> None:
        if self._path and self._path[-1] == "style":
            self._style(content)

    def declared(self, *_: Any) -> None:
        raise BadDrawing(
            f"{self._name} declares entities, which a picture needs for nothing good; export it as "
            "plain SVG"
        )

    def _refuse_kind(self, kind: str) -> None:
        if kind in _ACTS:
            raise BadDrawing(
                f"{self._name} holds a <{kind}>, which a picture may not; export it as plain SVG"
            )
        if kind in _MOVES:
            raise BadDrawing(f"{self._name} moves; export one picture of it")
        if kind in _LETTERS:
            raise BadDrawing(
                f"{self._name} holds text, and its font is not here; turn the lettering into paths "
                "(“create outlines”), or export it as PNG"
            )
        self._filters += kind == "filter"
        if self._filters > MOST_FILTERS:
            raise BadDrawing(f"{self._name} has too many effects; export it as PNG")

    def _references(self, key: str, value: str) -> list[str]:
        """Return the ids that an attribute refers to; refuse what leads outside."""
        if key.lower().startswith("on"):
            raise BadDrawing(
                f"{self._name} holds a script ({key}), which a picture may not; export it as plain "
                "SVG"
            )
        if key in {"href", "src"}:
            return self._target(value)
        if key == "style":
            self._style(value)
        return [one for found in _URL.findall(value) for one in self._target(found)]

    def _target(self, value: str) -> list[str]:
        value = value.strip()
        if value.startswith("#"):
            return [value[1:]]
        if _DATA.match(value) or not value:
            return []
        raise BadDrawing(
            f"{self._name} refers to a file outside of itself; embed it, or export it as PNG"
        )

    def _style(self, content: str) -> None:
        if "@import" in content or "\\" in content:
            raise BadDrawing(
                f"{self._name} loads styles from outside; export it with its styles inside"
            )
        for found in _URL.findall(content):
            self._target(found)


def _judge(data: bytes, name: str) -> None:
    """Refuse an SVG that does not only show shapes."""
    if len(data) > LARGEST:
        raise BadDrawing(
            f"{name} is an SVG of more than {LARGEST:,} bytes; simplify it, or export it as PNG"
        )
    reader = _Reader(name)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text, parser.buffer_size = True, LARGEST  # a style is read whole
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.declared
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadDrawing(
            f"{name} is a damaged SVG (line {error.lineno}); export it anew, or as PNG"
        ) from None
    if _expanded(reader) > MOST_ELEMENTS:
        raise BadDrawing(f"{name} has more parts than any logo; simplify it, or export it as PNG")


def _expanded(reader: _Reader) -> int:
    """Return how many elements are drawn when every reference is followed (a bound on it)."""
    known: dict[str, int] = {}

    def weight(owner: str, through: frozenset[str]) -> int:
        if owner in through:  # round in a circle, which resvg leaves out
            return 0
        if owner not in known:
            found = reader.inside.get(owner, 0)
            for target in reader.refers.get(owner, ()):
                found += weight(target, through | {owner})
                if found > MOST_ELEMENTS or len(through) > DEEPEST:
                    return MOST_ELEMENTS + 1
            known[owner] = found
        return known[owner]

    return weight("", frozenset())
