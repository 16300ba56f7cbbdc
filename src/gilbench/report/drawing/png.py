"""A figure as PNG files: at the size of print, and on a card.

The card is of the size of a link's preview, and can be read there.
"""

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

# Of a figure some 10 inches wide: over 200 dots per inch where a page of paper is 7 inches wide.
PRINT_DPI = 150
CARD = (1200, 630)
MARGIN, TITLE = 44, 40  # pixels
LEAST_SCALE = 0.6  # of print: below it letters are too small to be read on a card
FEW_COLOURS = 64  # lines and letters in a dozen hues, with their edges
COMPRESSION = 3  # saves a third of the time and costs a tenth of the size


def image(figure: Figure, dpi: float = PRINT_DPI) -> Image.Image:
    """The figure's pixels, the same for the same figure and version of matplotlib.

    Args:
        figure: What was drawn.
        dpi: Dots per inch.
    """
    figure.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(figure)
    # Fitting letters to whole pixels takes a fifth of the time and cannot be seen at this size.
    with matplotlib.rc_context({"text.hinting": "no_hinting"}):
        canvas.draw()
    pixels = canvas.buffer_rgba()
    height, width = pixels.shape[:2]
    return Image.frombuffer("RGBA", (width, height), pixels, "raw", "RGBA", 0, 1).convert("RGB")


def rendered(figure: Figure) -> bytes:
    """The figure as a PNG file's bytes, at the size of print, in few colours.

    It is as sharp, and takes a third of the room in a page.
    """
    return encoded(image(figure).quantize(FEW_COLOURS))


def social(whole: Image.Image, title: str) -> Image.Image | None:
    """The figure on a card of 1200 × 630 pixels under its title.

    Returns:
        None if the figure is too large to be read there as a whole.
    """
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
