"""Just enough of a WebDriver client (W3C WebDriver, and Chromium's own commands) to look at a page as people do.

A browser is driven over plain HTTP on the loopback interface; nothing else is needed for it, and nothing else is asked.
"""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE_S = 30.0
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key under which WebDriver hands out elements
KEYS = {
    "enter": "\ue007",
    "space": " ",
    "tab": "\ue004",
    "down": "\ue015",
    "up": "\ue013",
    "right": "\ue014",
    "escape": "\ue00c",
}


def missing() -> str | None:
    """Why no browser can be driven here; None if one can."""
    if shutil.which("chromedriver") is None:
        return "no chromedriver on the PATH: apt-get install chromium-driver"
    if not any(map(shutil.which, BROWSERS)):
        return "no Chromium on the PATH: apt-get install chromium"
    return None


class Browser:
    """One headless Chromium with one window."""

    def __init__(self, address: str) -> None:
        self._address = address
        options = {
            "binary": next(path for path in map(shutil.which, BROWSERS) if path),
            "args": [
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
            ],
            "perfLoggingPrefs": {"enableNetwork": True, "enablePage": False},
        }
        logging = {"browser": "ALL", "performance": "ALL"}
        always = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": logging,
        }
        answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": always}})
        self._session = f"/session/{answer['sessionId']}"

    def close(self) -> None:
        self._ask("DELETE", self._session)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode("utf-8")
        request = urllib.request.Request(
            self._address + path, data, {"Content-Type": "application/json"}, method=method
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE_S) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"].splitlines()[0]) from error

    def _do(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask("POST", self._session + path, body)

    def open(self, address: str) -> None:
        self._do("/url", {"url": address})

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a script's ``return``."""
        return self._do("/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script: str, *arguments: Any) -> Any:
        """What the script hands to its last argument, a function."""
        return self._do("/execute/async", {"script": script, "args": list(arguments)})

    def command(self, name: str, **params: Any) -> Any:
        """A command of Chromium's own protocol."""
        return self._do("/goog/cdp/execute", {"cmd": name, "params": params})

    def resize(self, width: int, height: int = 900) -> None:
        """The size of the page's view, in CSS pixels."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )

    def prefer(self, scheme: str, *, media: str = "", motion: str = "no-preference") -> None:
        """``light`` or ``dark``; ``media="print"`` for paper."""
        features = [
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": motion}
        ]  # fmt: skip
        self.command("Emulation.setEmulatedMedia", media=media, features=features)

    def click(self, selector: str) -> None:
        """With the mouse: moved to the middle of the element, and pressed there."""
        found = self._do("/element", {"using": "css selector", "value": selector})
        self.run("arguments[0].scrollIntoView({behavior: 'instant', block: 'center'})", found)
        self._do(f"/element/{found[ELEMENT]}/click", {})

    def press(self, *keys: str) -> None:
        """Keys on whatever has the focus."""
        actions = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self._do("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def log(self, kind: str) -> list[dict[str, Any]]:
        """What was logged since it was last asked for: of the ``browser``'s console, or of its ``performance``."""
        return list(self._do("/se/log", {"type": kind}))

    def screenshot(self, *, whole: bool = False) -> bytes:
        """A PNG of the view, or of the whole page."""
        answer = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(answer["data"])

    def pdf(self) -> bytes:
        """The page as it prints."""
        return base64.b64decode(self.command("Page.printToPDF", printBackground=False)["data"])


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser, closed in the end with its driver."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        driver = subprocess.Popen(
            ["chromedriver", f"--port={port}", "--allowed-ips=127.0.0.1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment(home),
        )  # fmt: skip
        try:
            _await(port)
            found = Browser(f"http://127.0.0.1:{port}")
            try:
                yield found
            finally:
                found.close()
        finally:
            driver.terminate()
            driver.wait(PATIENCE_S)


def _environment(home: str) -> dict[str, str]:
    """A home of its own: whoever runs the tests may have a profile that a browser here must not touch."""
    import os

    return {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}


def _await(port: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"chromedriver did not answer within {PATIENCE_S:g} s")
