"""Scrolling back, searching and jumping in the web client."""

from playwright.sync_api import expect

# Scrolls to the first message there is, waits for older ones above it, and says how far it was moved by them.
SCROLL_TO_THE_TOP = """
async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const scroller = document.getElementById('scroller');
    const count = () => document.querySelectorAll('.message').length;
    const [before, deadline] = [count(), Date.now() + 10_000];
    scroller.scrollTop = 0;
    const { id } = document.querySelector('.message[data-id]').dataset;
    const top = () => document.querySelector(`[data-id="${id}"]`).getBoundingClientRect().top;
    const was = top();
    while (count() === before && !document.querySelector('.beginning')) {
        if (Date.now() > deadline) throw new Error('no older messages came');
        await frame();
    }
    return Math.abs(top() - was);
}
"""


def test_scrolling_back_shows_every_message_once_and_keeps_the_place(person, room):
    ana = person("Ana")
    ana.open()
    texts = [f"number {number}" for number in range(1, 141)]
    ana.seed(room, texts)
    ana.join(room)
    expect(ana.message("number 140")).to_be_in_viewport()

    moved = []
    for _ in range(10):
        if ana.page.get_by_text("This is where the conversation began.").count():
            break
        moved.append(ana.page.evaluate(SCROLL_TO_THE_TOP))
    assert len(moved) >= 1
    assert max(moved) < 2, f"the message in sight moved by {moved} pixels"
    expect(ana.messages).to_have_text(texts)


def test_search_finds_literal_text_and_leads_to_it(person, room):
    ana = person("Ana")
    ana.open()
    ana.seed(room, ["The (a+b)* question", *[f"filler {number}" for number in range(150)], "again: (A+B)* or not"])
    ana.join(room)
    expect(ana.message("The (a+b)* question")).to_have_count(0)

    ana.page.keyboard.press("Control+k")
    ana.page.get_by_role("searchbox").fill("(a+b)*")
    hits = ana.page.locator(".hit")
    expect(hits).to_have_count(2)
    expect(hits.nth(0).locator("mark")).to_have_text("(A+B)*")
    expect(hits.nth(1).locator("mark")).to_have_text("(a+b)*")
    hits.nth(1).click()
    expect(ana.message("The (a+b)* question")).to_be_in_viewport()
    expect(ana.message("The (a+b)* question")).to_be_focused()

    ana.page.get_by_role("searchbox").fill("nobody ever said this")
    expect(ana.page.locator("#search-note")).to_contain_text("Nobody has said")
    expect(hits).to_have_count(0)


def test_going_on_from_a_found_message_leads_back_to_the_newest(person, room):
    ana = person("Ana")
    ana.open()
    texts = ["needle", *[f"line {number}" for number in range(1, 160)]]
    ana.seed(room, texts)
    ana.join(room)
    ana.page.keyboard.press("Control+k")
    ana.page.get_by_role("searchbox").fill("needle")
    ana.page.locator(".hit").click()
    expect(ana.message("needle")).to_be_in_viewport()

    # The messages between the found one and the newest come as the reader approaches them.
    for line in (25, 75, 109):
        ana.message(f"line {line}").scroll_into_view_if_needed()
    expect(ana.page.locator(".gap")).to_have_count(0)
    expect(ana.messages).to_have_text(texts)


def test_a_page_of_search_leads_to_the_next(person, room):
    ana = person("Ana")
    ana.open()
    ana.seed(room, [f"echo {number}" for number in range(45)])
    ana.join(room)
    ana.page.keyboard.press("Control+k")
    ana.page.get_by_role("searchbox").fill("ECHO")
    note, more = ana.page.locator("#search-note"), ana.page.get_by_role("button", name="Search further back")
    expect(note).to_have_text("20 messages so far")
    more.click()
    expect(note).to_have_text("40 messages so far")
    more.click()
    expect(note).to_have_text("45 messages")
    expect(more).to_be_hidden()
    expect(ana.page.locator(".hit mark").last).to_have_text("echo")
    expect(ana.page.locator(".hit")).to_have_count(45)


def test_a_reader_further_up_stays_there_when_a_message_comes(person, room):
    ana = person("Ana")
    ana.open()
    ana.seed(room, [f"line {number}" for number in range(60)])
    ana.join(room)
    luis = person("Luis").join(room)
    scroller = ana.page.locator("#scroller")
    expect(ana.message("line 59")).to_be_in_viewport()
    scroller.evaluate("element => { element.scrollTop = element.scrollHeight / 2; }")
    expect(ana.page.locator("#to-latest")).to_be_visible()
    top = scroller.evaluate("element => element.scrollTop")
    luis.say("down here")
    expect(ana.page.locator("#to-latest")).to_have_text("1 new message")
    assert abs(scroller.evaluate("element => element.scrollTop") - top) < 2
    ana.page.locator("#to-latest").click()
    expect(ana.message("down here")).to_be_in_viewport()
    expect(ana.page.locator("#to-latest")).to_be_hidden()
