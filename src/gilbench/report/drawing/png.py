"""A figure as PNG files: at the size of print, and where it can be read there, on a card of the size of a link's
preview."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from gilbench.report.drawing import style

PRINT_DPI = (
    150  # of a figure some 10 inches wide: over 200 dots an inch where a page of paper is 7 inches
)
CARD = (1200, 630)
MARGIN, TITLE = 44, 40  # pixels
LEAST_SCALE = 0.6  # of print: below it letters are too small to be read on a card
COMPRESSION = 3  # saves a third of the time and costs a tenth of the size


def image(figure: Figure, dpi: float = PRINT_DPI) -> Image.Image:
    """The figure's pixels, at the size of print unless told otherwise; the same for the same figure and matplotlib."""
    figure.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(figure)
    # Fitting letters to whole pixels takes a fifth of the time, and nobody sees it at the size of print.
    with matplotlib.rc_context({"text.hinting": "no_hinting"}):
        canvas.draw()
    pixels = canvas.buffer_rgba()
    height, width = pixels.shape[:2]
    return Image.frombuffer("RGBA", (width, height), pixels, "raw", "RGBA", 0, 1).convert("RGB")


def of(figure: Figure) -> bytes:
    """The figure as a file's bytes, at the size of print."""
    return encoded(image(figure))


def social(whole: Image.Image, title: str) -> Image.Image | None:
    """The figure on a card of 1200 × 630 under its title; None of one that is too large to be read there as a whole."""
    top = MARGIN + TITLE + MARGIN // 2
    room = (CARD[0] - 2 * MARGIN, CARD[1] - top - MARGIN // 2)
    scale = min(room[0] / whole.width, room[1] / whole.height)
    if scale < LEAST_SCALE:
        return None
    card = Image.new("RGB", CARD, "white")
    shown = whole.resize(
        (round(whole.width * scale), round(whole.height * scale)),
        Image.Resampling.BOX,
        reducing_gap=2,
    )
    card.paste(shown, ((CARD[0] - shown.width) // 2, top + (room[1] - shown.height) // 2))
    ImageDraw.Draw(card).text(
        (MARGIN, MARGIN - 8), f"{title}  ·  gilbench", fill=style.INK, font=_font()
    )
    return card


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        str(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf")), TITLE
    )


def encoded(whole: Image.Image) -> bytes:
    """The file's bytes."""
    out = io.BytesIO()
    whole.save(out, "png", compress_level=COMPRESSION)
    return out.getvalue()
