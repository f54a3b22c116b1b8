"""Talking in the web client, against a real service, in a real browser."""

import re

from playwright.sync_api import expect


def test_two_people_talk(person, room):
    ana = person("Ana").join(room)
    luis = person("Luis").join(room)

    expect(ana.log).to_contain_text(re.compile(f"{luis.user_id}.* joined"))
    expect(ana.page.locator("#room-state")).to_have_text("2 online")
    expect(ana.page.locator("#people-list .person")).to_have_count(2)
    expect(luis.page.locator("#people-list")).to_contain_text(ana.user_id)

    luis.draft.press_sequentially("Hello")
    expect(ana.page.locator("#typing")).to_contain_text("is typing")
    luis.draft.fill("")
    expect(ana.page.locator("#typing")).to_have_text("")

    luis.say("Hello, Ana!")
    expect(ana.message("Hello, Ana!")).to_contain_text(luis.name)
    ana.say("Hello, Luis!")
    expect(luis.message("Hello, Luis!")).to_contain_text(ana.name)
    expect(luis.page.locator("[data-state]")).to_have_count(0)
    expect(luis.messages).to_have_text(["Hello, Ana!", "Hello, Luis!"])
    expect(ana.messages).to_have_text(["Hello, Ana!", "Hello, Luis!"])

    luis.context.close()
    expect(ana.log).to_contain_text(re.compile(f"{luis.name}.* left"))
    expect(ana.page.locator("#room-state")).to_have_text("1 online")


def test_typing_ends_when_the_field_loses_focus(person, room):
    ana, luis = person("Ana").join(room), person("Luis").join(room)
    luis.draft.press_sequentially("Hm")
    expect(ana.page.locator("#typing")).to_contain_text("is typing")
    luis.draft.blur()
    expect(ana.page.locator("#typing")).to_have_text("", timeout=3_500)


def test_the_same_words_twice_are_two_messages(person, room):
    ana, luis = person("Ana").join(room), person("Luis").join(room)
    for _ in range(3):
        ana.say("yes")
    luis.say("no")
    expect(luis.messages).to_have_text(["yes", "yes", "yes", "no"])
    expect(ana.messages).to_have_text(["yes", "yes", "yes", "no"])
    expect(ana.page.locator("[data-state]")).to_have_count(0)


def test_markup_is_shown_as_text_and_only_web_addresses_become_links(person, room):
    ana, luis = person("Ana").join(room), person("Luis").join(room)
    text = ("<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) &amp; "
            "(https://example.org/a?b=<c)")
    ana.say(text)
    expect(luis.messages).to_have_text([text])
    expect(luis.page.locator(".content img, .content script")).to_have_count(0)
    links = luis.page.locator(".content a")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", "https://example.org/a?b=")
    expect(links).to_have_attribute("rel", re.compile("noopener"))


def test_shift_enter_starts_a_line_and_the_limit_is_8000_characters(person, room):
    ana, luis = person("Ana").join(room), person("Luis").join(room)
    ana.draft.press_sequentially("one")
    ana.draft.press("Shift+Enter")
    ana.draft.press_sequentially("two")
    ana.draft.press("Enter")
    expect(luis.messages).to_have_text(["one\ntwo"], use_inner_text=True)

    ana.draft.fill("x" * 8001)
    expect(ana.page.locator("#draft-count")).to_have_text("1 characters too many")
    expect(ana.page.get_by_role("button", name="Send")).to_be_disabled()
    ana.draft.press("Enter")
    expect(ana.draft).to_have_value("x" * 8001)
    ana.draft.fill("é" * 8000)
    ana.draft.press("Enter")
    expect(luis.messages.nth(1)).to_have_text("é" * 8000)


def test_a_hidden_tab_counts_what_it_has_not_shown(person, room):
    ana, luis = person("Ana").join(room), person("Luis").join(room)
    luis.say("seen")
    expect(ana.message("seen")).to_be_visible()
    expect(ana.page).to_have_title(f"#{room} · Tertulia")
    ana.set_hidden(True)
    luis.say("new one")
    luis.say("new two")
    expect(ana.page).to_have_title(f"(2) #{room} · Tertulia")
    ana.set_hidden(False)
    expect(ana.page).to_have_title(f"#{room} · Tertulia")
    expect(ana.page.locator(".unread-line")).to_be_visible()
    expect(ana.page.locator(".unread-line ~ .message .content")).to_have_text(["new one", "new two"])


def test_a_room_in_the_list_shows_how_much_is_unread(person, room):
    ana, luis = person("Ana").join(room), person("Luis").join(room)
    ana.page.get_by_label("Join a room").fill(f"{room}-b")
    ana.page.get_by_role("button", name="Join", exact=True).click()
    ana.in_room(f"{room}-b")
    luis.say("psst")
    first = ana.page.locator(".room-link").first
    expect(first.locator(".badge")).to_contain_text("1")
    first.click()
    expect(ana.message("psst")).to_be_visible()
    expect(first.locator(".badge")).to_have_count(0)


def test_a_phone_shows_one_thing_at_a_time(person, room):
    ana = person("Ana", viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True)
    ana.join(room)
    ana.say("x" * 300)
    expect(ana.messages).to_have_count(1)
    overflow = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert ana.page.evaluate(overflow) <= 0
    opener = ana.page.get_by_role("button", name="Rooms", exact=True)
    opener.click()
    expect(ana.page.get_by_role("navigation", name="Rooms")).to_be_in_viewport()
    ana.page.keyboard.press("Escape")
    expect(ana.page.locator("#sidebar")).to_be_hidden()
    expect(opener).to_be_focused()
    ana.page.get_by_role("button", name=re.compile("^People")).click()
    expect(ana.page.locator("#people .person")).to_have_count(1)
    ana.page.get_by_role("button", name="Close the list of people").click()
    expect(ana.draft).to_be_visible()
