"""What a test does to look at a page as people do: it opens it, in a size and a theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

PATIENCE_MS = 180_000  # for what a browser does at once, unless its host is busy


class Visits:
    """Opens pages, each time in a new context, and notes what they ask for and what they say.

    Attributes:
        requests: The addresses that the page asked for since it was opened.
        console: What its console said, one text per message.
    """

    def __init__(self, chromium: Browser, address_of: Callable[[str], str]) -> None:
        self._chromium = chromium
        self._address_of = address_of
        self._page: Page | None = None
        self.requests: list[str] = []
        self.console: list[str] = []

    def __call__(
        self,
        width: int = 1440,
        scheme: str = "light",
        *,
        media: str = "screen",
        at: str = "",
        page: str = "run",
    ) -> Page:
        """Open a page, with nothing remembered of an earlier one.

        Args:
            width: Of the view, in CSS pixels.
            scheme: ``light`` or ``dark``, as the system prefers it.
            media: ``screen``, or ``print`` for paper.
            at: The fragment of the address, with its ``#``.
            page: Which kind of page.

        Returns:
            The page, when it has loaded.
        """
        self.close()
        self.requests, self.console = [], []
        opened = self._chromium.new_page(viewport={"width": width, "height": 900})
        opened.set_default_timeout(PATIENCE_MS)
        # Without motion nothing is on its way when it is looked at, however slow the host is.
        opened.emulate_media(color_scheme=scheme, media=media, reduced_motion="reduce")
        opened.on("request", lambda request: self.requests.append(request.url))
        opened.on("console", self._note)
        opened.on("pageerror", lambda error: self.console.append(str(error)))
        opened.goto(self._address_of(page) + at)
        self._page = opened
        return opened

    def _note(self, message: ConsoleMessage) -> None:
        self.console.append(message.text)

    def close(self) -> None:
        """Close what was opened last."""
        if self._page is not None:
            self._page.close()
            self._page = None
