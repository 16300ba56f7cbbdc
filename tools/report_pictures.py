"""The annotated pictures of "Read a report in five minutes", taken of a report, and the text that explains them.

``python tools/report_pictures.py [REPORT]`` (``make pictures``) opens the report in the system's Chromium, outlines and numbers
the parts of ``PICTURES``, takes the pictures, and writes the numbered explanations into the page.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Page

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLE = DOCS / "example" / "report.html"
READING = DOCS / "read-a-report.md"
IMAGES = DOCS / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LAUNCH_ARGUMENTS = ["--disable-gpu", "--disable-dev-shm-usage"]
WIDTH, HEIGHT = 1280, 900  # of the view, in CSS pixels
MARGIN = 24  # of a picture around its marked parts
PLACE = re.compile(r"<!-- picture (\S+) -->\n.*?<!-- / -->", re.DOTALL)
# Of the board, the first family that has both rows that need a look and folded ones
FAMILY = "#verdicts .family:has(> .verdict):has(> .fold)"
ROW = "#verdicts .verdict[data-claim=A16]"


@dataclass(frozen=True)
class Mark:
    """A part of a page.

    Attributes:
        selector: The first element that it names is outlined.
        says: What the page of the documentation says of it.
        number_right: Whether its number stands to the right of it, where the left is not free.
    """

    selector: str
    says: str
    number_right: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture of a part of a report.

    Attributes:
        name: Of its file and its place in the page.
        shows: What it shows, for those who do not see it.
        marks: The parts that are numbered in it.
        opened: Elements to be opened before, by selectors of ``details``.
        hidden: Elements to be left out.
        around: What the picture shows besides the marked parts.
    """

    name: str
    shows: str
    marks: tuple[Mark, ...]
    opened: tuple[str, ...] = ()
    hidden: str = ""
    around: str = ""

    @property
    def path(self) -> Path:
        return IMAGES / f"report-{self.name}.png"


PICTURES = (
    Picture(
        "first-screen",
        "The first screen of a report",
        (
            Mark(
                "header h1", "The answer, in a sentence. It follows from the verdicts of this run."
            ),
            Mark(
                "header .meta",
                "Interpreter, cores, date, profile, and whether the run was complete.",
            ),
            Mark(
                "header .answers",
                "Four speedups over serial code, each with its 95 % interval and the verdict on the claim about it: ✓"
                " proved, ✗ refuted, ? undecided. The verdict is a link to its evidence.",
            ),
            Mark(
                "#who-ran-when",
                "Who ran when: two workers, watched for some milliseconds. Threads that need the GIL take turns; threads"
                " in C code that releases it, and processes, run at once.",
            ),
            Mark(
                "nav.contents", "The contents, which stay in view where the window is wide enough."
            ),
        ),
    ),
    Picture(
        "reached",
        "The figure of what each strategy reaches",
        (
            Mark(
                "#figure-strategies .tip[data-series=thread]",
                "One bar per strategy, at one worker per core; the thin line is the 95 % interval.",
                number_right=True,
            ),
            Mark(
                "#figure-strategies figcaption",
                "What the lines mean. The dashed one is serial code, the solid one the ceiling: what the cores of this"
                " host gave to processes that do nothing but spin. A bar that ends at the ceiling cannot be longer.",
            ),
        ),
        around="#figure-strategies",
    ),
    Picture(
        "board",
        "The verdicts of a report",
        (
            Mark(
                "#verdicts .filters",
                "How many claims had which outcome. A click on an outcome shows these claims alone; a family can be chosen too.",
            ),
            Mark(f"{FAMILY} > h3", "A family of claims, and how they turned out."),
            Mark(
                f"{FAMILY} > .verdict summary",
                "A claim with its verdict. What is not as expected comes first, then what is undecided, then what is"
                " refuted.",
            ),
            Mark(
                f"{FAMILY} > .verdict .plot",
                "The estimate with its interval. Where the ground is green the claim is proved, where it is orange it is"
                " refuted.",
            ),
            Mark(
                f"{FAMILY} > .verdict .effect",
                "The same as numbers, and the number of launches or trials behind them.",
                number_right=True,
            ),
            Mark(
                f"{FAMILY} > .fold summary",
                "The claims that hold as expected, folded into one row.",
            ),
        ),
        hidden=f"#verdicts .board > .family:not({FAMILY}), {FAMILY} ~ .family",
    ),
    Picture(
        "evidence",
        "An opened verdict",
        (
            Mark(
                f"{ROW} .reason",
                "What decided it: the limit beyond which the quantity lies with the certainty that all claims of the run"
                " share, and the bound that it needs.",
            ),
            Mark(f"{ROW} .expected", "Whether the outcome is the expected one."),
            Mark(f"{ROW} .meaning", "What it means for your program."),
            Mark(f"{ROW} .evidence table", "The numbers behind it, one row per quantity."),
        ),
        opened=("#verdicts .fold", ROW),
        around=f"{ROW} > summary",
    ),
)
# Where the parts are, in pixels of the whole page, after each was outlined and numbered; null for one that is not there
NUMBERED = """(marks) => marks.map(([selector, right], index) => {
  const part = document.querySelector(selector);
  if (part === null || !part.checkVisibility()) return null;
  const box = part.getBoundingClientRect();
  const left = box.left + scrollX, top = box.top + scrollY;
  const place = (styles) => {
    const drawn = document.createElement("div");
    Object.assign(drawn.style, {position: "absolute", boxSizing: "border-box", zIndex: 9, ...styles});
    document.body.append(drawn);
    return drawn;
  };
  place({left: `${left - 5}px`, top: `${top - 4}px`, width: `${box.width + 10}px`,
    height: `${box.height + 8}px`, border: "2px solid #b0005a", borderRadius: "6px"});
  const badge = place({left: `${right ? left + box.width + 8 : Math.max(2, left - 34)}px`, top: `${top + Math.min(box.height, 28) / 2 - 14}px`,
    width: "28px", height: "28px", borderRadius: "50%", background: "#b0005a", color: "#fff",
    font: "bold 16px/28px system-ui, sans-serif", textAlign: "center"});
  badge.textContent = index + 1;
  return {x: left, y: top, width: box.width, height: box.height};
})"""
BOX = """(selector) => {
  const part = document.querySelector(selector);
  if (part === null) return [];
  const box = part.getBoundingClientRect();
  return [{x: box.left + scrollX, y: box.top + scrollY, width: box.width, height: box.height}];
}"""
OPENED = """([opened, hidden]) => {
  for (const selector of opened) for (const one of document.querySelectorAll(selector)) one.open = true;
  if (hidden) for (const one of document.querySelectorAll(hidden)) one.style.display = "none";
  // What is out of sight is laid out and painted too
  for (const one of document.querySelectorAll(".verdict, .evidence, figure .scroll")) one.style.contentVisibility = "visible";
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


class MissingPart(Exception):
    """A report has no such part."""


def take(page: Page, picture: Picture) -> bytes:
    """Take a picture of a report that is open.

    Returns:
        The PNG.

    Raises:
        MissingPart: A part to be marked is not on the page, or is folded away.
    """
    page.evaluate(OPENED, [list(picture.opened), picture.hidden])
    boxes = page.evaluate(NUMBERED, [[mark.selector, mark.number_right] for mark in picture.marks])
    for mark, box in zip(picture.marks, boxes, strict=True):
        if box is None:
            raise MissingPart(f"{picture.name}: the report shows no {mark.selector}")
    around = page.evaluate(BOX, picture.around) if picture.around else []
    image: bytes = page.screenshot(full_page=True, clip=_frame(boxes + around))
    return image


def _frame(boxes: list[dict[str, float]]) -> FloatRect:
    """All boxes with a margin, across the whole width of the page."""
    top = max(0.0, min(box["y"] for box in boxes) - MARGIN)
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    return {"x": 0.0, "y": top, "width": float(WIDTH), "height": bottom - top}


def explained(text: str) -> str:
    """The page of the documentation with each picture and its explanations as they are in ``PICTURES``."""
    by_name = {picture.name: picture for picture in PICTURES}

    def replaced(match: re.Match[str]) -> str:
        picture = by_name[match[1]]
        lines = [
            f"<!-- picture {picture.name} -->",
            "",
            f"![{picture.shows}, with {len(picture.marks)} numbered parts](images/{picture.path.name})",
            "",
        ]
        lines += [f"{number}. {mark.says}" for number, mark in enumerate(picture.marks, start=1)]
        return "\n".join([*lines, "", "<!-- / -->"])

    return PLACE.sub(replaced, text)


def main() -> int:
    """Take every picture and write the page; exit code 2 where the report or the browser is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("report", type=Path, nargs="?", default=EXAMPLE)
    report = parser.parse_args().report
    browser = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if browser is None or not report.is_file():
        print(
            f"needs Chromium on the PATH (apt-get install chromium) and {report}", file=sys.stderr
        )
        return 2
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=LAUNCH_ARGUMENTS)
        for picture in PICTURES:
            page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(report.resolve().as_uri())
            try:
                picture.path.write_bytes(take(page, picture))
            except MissingPart as error:
                print(error, file=sys.stderr)
                return 2
            page.close()
            print(picture.path)
        chromium.close()
    READING.write_text(explained(READING.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
