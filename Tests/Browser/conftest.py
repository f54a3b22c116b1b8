"""What the browser tests share: a browser, people in it, and ways to cut their connections.

Environment: CHAT_TEST_URL, the address of a running service with CHAT_DEV_LOGIN=true that serves the web client.
CHROMIUM, the browser's path (default /usr/bin/chromium).
"""

import os
import re
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocketRoute, expect, sync_playwright

TIMEOUT_MILLISECONDS = 20_000
WEB = Path(__file__).resolve().parents[2] / "web"

# Keeps hold of the page's sockets, so that a test can cut them as a failing network would.
KEEP_SOCKETS = """
window.testSockets = [];
window.WebSocket = class extends WebSocket {
    constructor(...how) { super(...how); window.testSockets.push(this); }
};
"""

# Sends texts as another client would, and waits until each is acknowledged.
SEED = """
async ({ room, token, texts }) => {
    const url = new URL(`chat/${encodeURIComponent(room)}?token=${token}`, document.baseURI);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    const opened = new Promise((resolve, reject) => {
        socket.onopen = resolve;
        socket.onclose = (event) => reject(new Error(`closed with ${event.code}`));
    });
    const limit = new Promise((_, reject) => setTimeout(() => reject(new Error('took too long')), 60_000));
    await Promise.race([opened, limit]);
    const run = crypto.getRandomValues(new Uint32Array(2)).join('-');
    for (const [index, content] of texts.entries()) {
        const client_id = `seed-${run}-${index}`;
        const answered = new Promise((resolve, reject) => {
            socket.onmessage = ({ data }) => {
                const frame = JSON.parse(data);
                if (frame.type === 'ack' && frame.ref === client_id) resolve();
                if (frame.type === 'error') reject(new Error(data));
            };
        });
        socket.send(JSON.stringify({ type: 'message', content, client_id }));
        await Promise.race([answered, limit]);
    }
    const closed = new Promise((resolve) => { socket.onclose = resolve; });
    socket.close(1000);
    await Promise.race([closed, limit]);
}
"""


@pytest.fixture(scope="session")
def service() -> str:
    """The address of the service under test, with a slash at its end."""
    url = os.environ.get("CHAT_TEST_URL")
    if not url:
        pytest.fail("CHAT_TEST_URL must name a running service with CHAT_DEV_LOGIN=true, e.g. http://127.0.0.1:8080")
    return url.rstrip("/") + "/"


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium."""
    expect.set_options(timeout=TIMEOUT_MILLISECONDS)
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def room() -> str:
    """A room that nobody has used."""
    return f"room-{uuid.uuid4().hex[:12]}"


class Person:
    """Somebody with a browser window of their own."""

    def __init__(self, context: BrowserContext, service: str, name: str):
        self.context = context
        self.service = service
        # Databases outlive tests: a new person each time.
        self.name = f"{name} {uuid.uuid4().hex[:8]}"
        self.user_id = self.name.lower().replace(" ", "-")
        self.troubles: list[str] = []
        self.network_fails = False
        self.wires: list[WebSocketRoute] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(TIMEOUT_MILLISECONDS)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"uncaught: {error}"))

    def _console(self, message):
        # What the browser itself notes about a network that a test has cut is no fault of the page.
        expected = self.network_fails and ("net::ERR" in message.text or "Failed to load resource" in message.text
                                           or "WebSocket connection to" in message.text)
        if message.type in ("error", "warning") and not expected:
            self.troubles.append(f"{message.type}: {message.text}")

    def open(self, room: str = "") -> "Person":
        self.page.goto(self.service + (f"#{room}" if room else ""))
        return self

    def join(self, room: str) -> "Person":
        """Signs in by name and waits until the room is entered."""
        self.open()
        self.page.get_by_label("Your name").fill(self.name)
        self.page.get_by_label("Room", exact=True).fill(room)
        self.page.get_by_role("button", name="Join").click()
        self.in_room(room)
        return self

    def in_room(self, room: str):
        expect(self.page.get_by_role("heading", name=room, exact=True)).to_be_visible()
        expect(self.page.locator("#room-state")).to_contain_text("online")

    def say(self, text: str):
        self.draft.fill(text)
        self.draft.press("Enter")

    def seed(self, room: str, texts: list[str]):
        """Sends messages to a room beside the page, as this person."""
        self.page.evaluate(SEED, {"room": room, "token": self.token, "texts": texts})

    @property
    def token(self) -> str:
        answer = self.context.request.post(self.service + "auth/dev",
                                           data={"user_id": self.user_id, "name": self.name})
        assert answer.ok, answer.text()
        return answer.json()["token"]

    @property
    def draft(self) -> Locator:
        return self.page.get_by_label("Your message")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def messages(self) -> Locator:
        """The texts of all messages that the page holds."""
        return self.page.locator(".message .content")

    def message(self, text: str) -> Locator:
        return self.page.locator(".message", has=self.page.get_by_text(text, exact=True))

    def cut_sockets(self, code: int = 4000):
        """Ends the page's connections behind its back. Codes that mean something: `closed_by_service`."""
        self.page.evaluate("code => { for (const socket of window.testSockets) socket.close(code); }", code)

    def behind_a_wire(self) -> "Person":
        """Puts a wire between the page and the service that `closed_by_service` can end with any code."""
        def connect(wire: WebSocketRoute):
            wire.connect_to_server()
            self.wires.append(wire)

        self.page.route_web_socket(re.compile("/chat/"), connect)
        return self

    def closed_by_service(self, code: int):
        self.wires[-1].close(code=code)

    def set_hidden(self, hidden: bool):
        """Puts the tab into the background, as far as the page can tell."""
        self.page.evaluate("""hidden => {
            Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
            Object.defineProperty(document, 'visibilityState',
                { configurable: true, get: () => hidden ? 'hidden' : 'visible' });
            document.dispatchEvent(new Event('visibilitychange'));
        }""", hidden)


@pytest.fixture
def person(browser: Browser, service: str):
    """Makes people; at the end, none of their pages may have complained."""
    people: list[Person] = []

    def make(name: str, **settings) -> Person:
        settings.setdefault("viewport", {"width": 1280, "height": 800})
        context = browser.new_context(**settings)
        context.add_init_script(KEEP_SOCKETS)
        people.append(Person(context, service, name))
        return people[-1]

    yield make
    troubles = [trouble for one in people for trouble in one.troubles]
    for one in people:
        one.context.close()
    assert troubles == []
