"""Colours as #rrggbb, and how well they are told apart (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

import re

COLOUR = re.compile("#[0-9a-fA-F]{6}")
LEGIBLE = 4.5  # the contrast that text needs at least
WHITE = "#ffffff"
STEPS = 20


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_legible(text: str) -> bool:
    """True for a colour on which white text can be read, and which can be read on white."""
    return bool(COLOUR.fullmatch(text)) and contrast(text, WHITE) >= LEGIBLE


def lightened(colour: str, ground: str) -> str:
    """A colour with as much white as it takes to be read on a dark ground."""
    shades = (_mixed(colour, step / STEPS) for step in range(STEPS + 1))
    return next(shade for shade in shades if contrast(shade, ground) >= LEGIBLE)


def _mixed(colour: str, white: float) -> str:
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in _parts(colour))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _parts(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
