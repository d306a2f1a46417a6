"""A headless Chromium, driven over its DevTools protocol: opens a page, collects its complaints, takes pictures."""

from __future__ import annotations

import asyncio
import base64
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
]
_STARTS_WITHIN_S = 60


def executable() -> str | None:
    """Where Chromium is, if anywhere."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Seen:
    """What a page came to: complaints of the console, addresses asked for, a picture (PNG), and what `script` gave."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    picture: bytes = b""
    value: Any = None


def look(url: str, script: str = "0", width: int = 1280, height: int = 1400, dark: bool = False, at: str = "") -> Seen:
    """Open `url` in a new browser, scroll to the element with id `at`, evaluate `script`, take a picture."""
    binary = executable()
    assert binary is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [binary, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return asyncio.run(_look(Path(profile), url, script, width, height, dark, at))
        finally:
            process.terminate()
            process.wait(30)


async def _look(profile: Path, url: str, script: str, width: int, height: int, dark: bool, at: str) -> Seen:
    port_file = profile / "DevToolsActivePort"
    for _ in range(_STARTS_WITHIN_S * 10):
        if port_file.exists() and port_file.read_text().count("\n") >= 1:
            break
        await asyncio.sleep(0.1)
    port = port_file.read_text().split("\n")[0]
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            target = next(one for one in await answer.json() if one["type"] == "page")
        async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
            page = _Page(socket)
            for domain in ("Page", "Runtime", "Log", "Network"):
                await page.call(f"{domain}.enable")
            metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            await page.call("Emulation.setDeviceMetricsOverride", metrics)
            scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
            await page.call("Emulation.setEmulatedMedia", {"features": [scheme]})
            await page.call("Page.navigate", {"url": url})
            await page.loaded()
            if at:
                await page.evaluate(f"document.getElementById('{at}').scrollIntoView()")
            value = await page.evaluate(script)
            picture = await page.call("Page.captureScreenshot", {"format": "png"})
            page.seen.picture, page.seen.value = base64.b64decode(picture["data"]), value
            return page.seen


class _Page:
    """Calls and events of one page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._last = 0
        self._is_loaded = False
        self.seen = Seen()

    async def call(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        self._last += 1
        await self._socket.send_json({"id": self._last, "method": method, "params": params or {}})
        while True:
            message = await self._socket.receive_json(timeout=60)
            if message.get("id") == self._last:
                assert "error" not in message, message
                return message["result"]
            self._event(message)

    async def evaluate(self, script: str) -> Any:
        answer = await self.call("Runtime.evaluate", {"expression": script, "returnByValue": True})
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def loaded(self) -> None:
        while not self._is_loaded:
            self._event(await self._socket.receive_json(timeout=60))

    def _event(self, message: dict[str, Any]) -> None:
        method, params = message.get("method"), message.get("params", {})
        if method == "Page.loadEventFired":
            self._is_loaded = True
        elif method == "Network.requestWillBeSent":
            self.seen.requests.append(params["request"]["url"])
        elif method == "Network.loadingFailed":
            self.seen.complaints.append(f"failed: {params['errorText']}")
        elif method == "Log.entryAdded":
            self.seen.complaints.append(params["entry"]["text"])
        elif method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            self.seen.complaints.append(str(params))
