"""The client's plain values, tested in a page without any service: each test of unit/*.js is one test here."""

import re
from pathlib import Path

import pytest
from conftest import WEB

ORIGIN = "http://units.test/"
UNITS = Path(__file__).parent / "unit"
TESTS = [(path.name, name) for path in sorted(UNITS.glob("*.test.js"))
         for name in re.findall(r"^test\('([^']+)'", path.read_text(), re.MULTILINE)]

RUN = """
async ({ file, name }) => {
    await import(`/unit/${file}`);
    const { run } = await import('/unit/harness.js');
    const limit = new Promise((_, reject) => setTimeout(() => reject(new Error('took too long')), 10_000));
    await Promise.race([run(name), limit]);
}
"""
TYPES = {".js": "text/javascript", ".html": "text/html", ".svg": "image/svg+xml", ".css": "text/css"}


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context()
    page = context.new_page()

    def serve(route):
        path = route.request.url.removeprefix(ORIGIN)
        if path == "":
            return route.fulfill(body="<!doctype html><title>Units</title>", content_type="text/html")
        file = UNITS / path.removeprefix("unit/") if path.startswith("unit/") else WEB / path
        return route.fulfill(path=file, content_type=TYPES[file.suffix])

    page.route(ORIGIN + "**", serve)
    page.goto(ORIGIN)
    yield page
    context.close()


@pytest.mark.parametrize("file, name", TESTS)
def test_unit(page, file, name):
    page.evaluate(RUN, {"file": file, "name": name})
