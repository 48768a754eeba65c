"""The signs of the map as one picture (a "sprite"), drawn here so that nothing is fetched.

A circle and a triangle differ in shape; blue and vermillion of Okabe and Ito (2008) stay
apart for all kinds of colour vision.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

COLOURS = {"opportunities": "#0072b2", "bottlenecks": "#d55e00"}
WORKS = "#4a5560"
AREAS = "#7b8794"
CONSTRAINTS = "#aa3377"
SIGN_PIXELS = 24
_FINER = 4
_EDGE = 1.6
"""Width of the white edge in pixels, that keeps a sign apart from what lies under it."""
Plane = NDArray[np.float64]


def _circle(x: Plane, y: Plane) -> Plane:
    """How far inside the circle each place lies, in pixels."""
    return SIGN_PIXELS * 0.44 - np.hypot(x - SIGN_PIXELS / 2, y - SIGN_PIXELS / 2)


def _triangle(x: Plane, y: Plane) -> Plane:
    """How far inside the triangle, its point up, each place lies."""
    corners = np.array([[0.5, 0.05], [0.97, 0.9], [0.03, 0.9]]) * SIGN_PIXELS
    inside = np.full(x.shape, np.inf)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        length = np.hypot(bx - ax, by - ay)
        inside = np.minimum(inside, ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length)
    return inside


SHAPES = {"opportunities": _circle, "bottlenecks": _triangle}


def _drawn(name: str, ratio: int) -> NDArray[np.uint8]:
    """One sign with its white edge, as rows of RGBA."""
    fine = SIGN_PIXELS * ratio * _FINER
    at = (np.arange(fine) + 0.5) / (ratio * _FINER)
    x, y = np.meshgrid(at, at)
    inside = SHAPES[name](x, y)
    colour = np.array([int(COLOURS[name][i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)
    rgb = np.where((inside >= _EDGE)[..., None], colour, 255.0)
    alpha = (inside >= 0).astype(np.float64)
    side = SIGN_PIXELS * ratio
    parts = (side, _FINER, side, _FINER)
    cover = alpha.reshape(parts).mean(axis=(1, 3))
    sums = (rgb * alpha[..., None]).reshape(*parts, 3).mean(axis=(1, 3))
    seen = sums / np.maximum(cover, 1e-9)[..., None]
    return np.dstack([seen, cover * 255]).round().astype(np.uint8)


@cache
def picture(ratio: int) -> bytes:
    r"""All signs side by side as PNG; ``ratio`` is the pixels of the screen per pixel.

    >>> picture(1)[:4]
    b'\x89PNG'
    """
    pixels = np.hstack([_drawn(name, ratio) for name in SHAPES])
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def places(ratio: int) -> dict[str, dict[str, Any]]:
    """Where each sign stands in the picture.

    >>> places(2)["bottlenecks"]["x"]
    48
    """
    side = SIGN_PIXELS * ratio
    return {
        name: {"x": i * side, "y": 0, "width": side, "height": side, "pixelRatio": ratio}
        for i, name in enumerate(SHAPES)
    }
