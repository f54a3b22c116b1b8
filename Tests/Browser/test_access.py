"""That everybody can use the page: names, roles, keyboard, contrast."""

import pytest
from playwright.sync_api import expect

# Controls without a name, ids that stand twice, references to ids that do not exist.
FAULTS = """
() => {
    const faults = [];
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) faults.push(`id twice: ${id}`);
    for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for']) {
        for (const element of document.querySelectorAll(`[${attribute}]`)) {
            for (const id of element.getAttribute(attribute).split(/\\s+/)) {
                if (!document.getElementById(id)) faults.push(`${attribute} of ${element.tagName} names no ${id}`);
            }
        }
    }
    const named = 'button, input, textarea, a, [role=log], [role=region], nav, aside';
    for (const element of document.querySelectorAll(named)) {
        if (!element.checkVisibility()) continue;
        const byId = (element.getAttribute('aria-labelledby') ?? '').split(' ')
            .map((id) => document.getElementById(id)?.textContent ?? '').join('');
        const name = element.getAttribute('aria-label') || byId || element.labels?.[0]?.textContent
            || (['BUTTON', 'A'].includes(element.tagName) ? element.textContent : '');
        if (!name?.trim()) faults.push(`no name: ${element.outerHTML.slice(0, 120)}`);
    }
    const forced = document.querySelector('[tabindex]:not([tabindex="0"]):not([tabindex="-1"])');
    if (forced) faults.push('a positive tabindex');
    if (!document.documentElement.lang) faults.push('the page has no language');
    return faults;
}
"""

# Text with too little contrast (WCAG 2.2, 1.4.3), as far as plain backgrounds go.
FAINT = """
() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour) => {
        const [r, g, b] = colour.slice(0, 3).map((value) => value / 255)
            .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (element) => {
        for (let one = element; one; one = one.parentElement) {
            const colour = rgba(getComputedStyle(one).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255, 255];
    };
    const faint = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility({ opacityProperty: true })) continue;
        if (element.closest(':disabled') || element.matches('script, .sr-only, .sr-only *')) continue;
        const style = getComputedStyle(element);
        const [a, b] = [luminance(rgba(style.color)), luminance(backgroundOf(element))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        if (ratio >= (large ? 3 : 4.5)) continue;
        faint.push(`${ratio.toFixed(2)}: ${element.className} ${walker.currentNode.data}`);
    }
    return faint;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_roles_and_contrast(person, room, scheme):
    ana = person("Ana", color_scheme=scheme, reduced_motion="reduce")
    ana.open()
    assert ana.page.evaluate(FAULTS) == []
    assert ana.page.evaluate(FAINT) == []

    ana.seed(room, ["see https://example.org", "second"])
    ana.behind_a_wire().join(room)
    luis = person("Luis").join(room)
    luis.say("third")
    luis.draft.press_sequentially("fo")
    expect(ana.page.locator("#typing")).to_contain_text("typing")
    ana.page.keyboard.press("Control+k")
    ana.page.get_by_role("searchbox").fill("second")
    expect(ana.page.locator(".hit")).to_have_count(1)
    assert ana.page.evaluate(FAULTS) == []
    assert ana.page.evaluate(FAINT) == []
    ana.page.keyboard.press("Escape")
    expect(ana.draft).to_be_focused()

    ana.closed_by_service(4503)
    expect(ana.page.locator("#banner")).to_contain_text("removed")
    assert ana.page.evaluate(FAINT) == []


def test_roles_tell_what_is_read_out(person, room):
    ana = person("Ana").join(room)
    expect(ana.page.get_by_role("log", name=f"Messages in {room}")).to_be_attached()
    expect(ana.page.locator("#typing")).to_have_role("status")
    expect(ana.page.locator("#banner")).to_have_role("status")
    expect(ana.page.get_by_role("main", name=room)).to_be_visible()
    expect(ana.log).to_have_attribute("aria-busy", "false")


def test_the_keyboard_alone_is_enough(person, room):
    ana = person("Ana")
    ana.open()
    expect(ana.page.get_by_label("Your name")).to_be_focused()
    ana.page.keyboard.type(ana.name)
    ana.page.keyboard.press("Tab")
    ana.page.keyboard.type(room)
    ana.page.keyboard.press("Enter")
    ana.in_room(room)
    expect(ana.draft).to_be_focused()
    ana.page.keyboard.type("by hand")
    ana.page.keyboard.press("Enter")
    expect(ana.messages).to_have_text(["by hand"])
    ana.page.keyboard.press("Shift+Tab")
    outline = ana.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
