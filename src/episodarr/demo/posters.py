"""Posters made of nothing but arithmetic: a sky, a light and hills, different for every series, as PNG."""

import colorsys
import math
import random
import struct
import zlib
from functools import lru_cache

Colour = tuple[float, float, float]


@lru_cache(maxsize=256)
def poster(key: int, width: int = 250, height: int = 375) -> bytes:
    """A PNG of the given size in pixels, always the same for the same `key`."""
    dice = random.Random(f"poster-{key}")
    hue = (key * 0.381966) % 1.0
    sky_top = _colour(hue, 0.62, 0.22)
    sky_low = _colour(hue + dice.uniform(0.05, 0.16), 0.55, 0.86)
    rows = [bytearray(_bytes(_mix(sky_top, sky_low, (y / height) ** 1.3)) * width) for y in range(height)]
    light = _colour(hue + 0.12, 0.25, 1.0)
    _disc(
        rows,
        width * dice.uniform(0.25, 0.75),
        height * dice.uniform(0.22, 0.45),
        width * dice.uniform(0.13, 0.26),
        light,
    )
    for _ in range(dice.randint(0, 3)):
        radius = width * dice.uniform(0.01, 0.05)
        _disc(rows, width * dice.random(), height * dice.uniform(0.05, 0.4), radius, _mix(sky_low, light, 0.6))
    for layer in range(3):
        level = height * (0.6 + 0.13 * layer)
        shade = _colour(hue + 0.02 * layer + 0.45 * (key % 3 == 0), 0.5, 0.42 - 0.12 * layer)
        _hills(rows, level, height * dice.uniform(0.05, 0.12), dice.uniform(0.9, 2.4), dice.uniform(0, 6.3), shade)
    return _png(width, height, rows)


def _colour(hue: float, saturation: float, value: float) -> Colour:
    return colorsys.hsv_to_rgb(hue % 1.0, saturation, value)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    kept = 1 - share
    return (one[0] * kept + other[0] * share, one[1] * kept + other[1] * share, one[2] * kept + other[2] * share)


def _bytes(colour: Colour) -> bytes:
    return bytes(min(int(part * 255 + 0.5), 255) for part in colour)


def _disc(rows: list[bytearray], centre_x: float, centre_y: float, radius: float, colour: Colour) -> None:
    width = len(rows[0]) // 3
    paint = _bytes(colour)
    for y in range(max(int(centre_y - radius), 0), min(int(centre_y + radius) + 1, len(rows))):
        reach = radius**2 - (y - centre_y) ** 2
        if reach <= 0:
            continue
        half = math.sqrt(reach)
        left, right = max(centre_x - half, 0.0), min(centre_x + half, width - 1.0)
        start, end = math.ceil(left), math.floor(right)
        if end > start:
            rows[y][start * 3 : end * 3] = paint * (end - start)
            _soften(rows[y], start - 1, paint, start - left)
            _soften(rows[y], end, paint, right - end)


def _soften(row: bytearray, x: int, paint: bytes, share: float) -> None:
    """Mix one pixel at an edge, so that curves look smooth."""
    if 0 <= x < len(row) // 3:
        for channel in range(3):
            place = x * 3 + channel
            row[place] = int(row[place] * (1 - share) + paint[channel] * share)


def _hills(rows: list[bytearray], level: float, swing: float, waves: float, phase: float, colour: Colour) -> None:
    width = len(rows[0]) // 3
    paint = _bytes(colour)
    for x in range(width):
        angle = x / width * waves * math.tau + phase
        crest = level - swing * (math.sin(angle) + 0.35 * math.sin(2.7 * angle + phase))
        first = max(math.ceil(crest), 0)
        if 0 < first <= len(rows):
            _soften(rows[first - 1], x, paint, first - crest)
        for y in range(first, len(rows)):
            rows[y][x * 3 : x * 3 + 3] = paint


def _png(width: int, height: int, rows: list[bytearray]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\x00" + bytes(row) for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
