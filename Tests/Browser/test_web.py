"""The web client against a real service, in a real browser."""

import json
import re

import pytest
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


def test_scrolling_back_shows_every_message_once_and_keeps_the_place(person, room):
    ana = person("Ana")
    ana.open()
    texts = [f"number {number}" for number in range(1, 141)]
    ana.seed(room, texts)
    ana.join(room)
    expect(ana.message("number 140")).to_be_in_viewport()

    scroller = ana.page.locator("#scroller")
    for oldest in (41, 1):
        first = ana.page.locator(".message").first
        before = first.locator(".content").inner_text()
        scroller.evaluate("element => { element.scrollTop = 0; }")
        known = ana.message(before)
        where = known.bounding_box()["y"]
        expect(ana.page.locator(".message", has_text=f"number {oldest}").first).to_be_attached()
        expect(scroller).not_to_contain_text("Loading older messages")
        if before != "number 1":
            assert abs(known.bounding_box()["y"] - where) < 30
    expect(ana.page.get_by_text("This is where the conversation began.")).to_be_attached()
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
    scroller = ana.page.locator("#scroller")
    scroller.hover()
    for line in (25, 75, 109):
        expect(ana.message(f"line {line}")).to_be_attached()
        ana.message(f"line {line}").scroll_into_view_if_needed()
        ana.page.mouse.wheel(0, 200)
    expect(ana.page.locator(".gap")).to_have_count(0)
    expect(ana.messages).to_have_text(texts)


def test_a_page_of_search_leads_to_the_next(person, room):
    ana = person("Ana")
    ana.open()
    ana.seed(room, [f"echo {number}" for number in range(45)])
    ana.join(room)
    ana.page.keyboard.press("Control+k")
    ana.page.get_by_role("searchbox").fill("ECHO")
    more = ana.page.locator("#search-more")
    for _ in range(4):
        expect(ana.page.locator("#search-note")).not_to_contain_text("Searching")
        if more.is_hidden():
            break
        more.click()
    expect(ana.page.locator(".hit")).to_have_count(45)
    expect(ana.page.locator("#search-note")).to_have_text("45 messages")


def test_reload_keeps_the_session_the_rooms_the_messages_and_the_draft(person, room):
    ana = person("Ana").join(room)
    ana.say("Still here?")
    expect(ana.page.locator("[data-state]")).to_have_count(0)
    ana.page.get_by_label("Join a room").fill(f"{room}-b")
    ana.page.get_by_role("button", name="Join", exact=True).click()
    ana.in_room(f"{room}-b")
    ana.page.go_back()
    ana.in_room(room)
    ana.draft.fill("not finished")

    ana.page.reload()
    ana.in_room(room)
    expect(ana.messages).to_have_text(["Still here?"])
    expect(ana.draft).to_have_value("not finished")
    expect(ana.page.locator(".room-name")).to_have_text([room, f"{room}-b"])


def test_a_cut_connection_comes_back_and_what_was_missed_is_filled_in(person, room):
    ana, luis = person("Ana").join(room), person("Luis").join(room)
    luis.say("before")
    expect(ana.message("before")).to_be_visible()

    ana.network_fails = True
    ana.context.set_offline(True)
    ana.cut_sockets()
    expect(ana.page.locator("#banner")).to_contain_text("The connection was lost.")
    missed = [f"missed {number}" for number in range(70)]
    luis.seed(room, missed)
    ana.say("written without a connection")
    expect(ana.page.locator("[data-state=waiting]")).to_have_count(1)

    ana.context.set_offline(False)
    expect(luis.message("written without a connection")).to_be_visible()
    expected = ["before", *missed, "written without a connection"]
    expect(ana.messages).to_have_text(expected)
    expect(luis.messages).to_have_text(expected)
    expect(ana.page.locator("#banner")).to_be_hidden()
    expect(ana.page.locator("[data-state]")).to_have_count(0)


@pytest.mark.parametrize("code", [1000, 4001, 4002, 4005])
def test_close_codes_below_4500_come_back(person, room, code):
    ana = person("Ana").behind_a_wire().join(room)
    ana.closed_by_service(code)
    expect(ana.page.locator("#room-state")).to_have_text("Not connected")
    expect(ana.page.locator("#room-state")).to_have_text("1 online")
    assert len(ana.wires) == 2


@pytest.mark.parametrize("code, words, button", [
    (4501, "Your sign-in is no longer valid.", "Sign in again"),
    (4503, "You were removed from this room.", "Try again"),
    (4504, "You are banned from this room.", None),
    (4599, "(4599)", "Try again"),
])
def test_close_codes_from_4500_stay_away_and_say_why(person, room, code, words, button):
    ana = person("Ana").behind_a_wire().join(room)
    ana.closed_by_service(code)
    banner = ana.page.locator("#banner")
    expect(banner).to_contain_text(words)
    expect(ana.draft).to_be_disabled()
    assert len(ana.wires) == 1
    if button is None:
        expect(banner.get_by_role("button")).to_have_count(0)
    elif button == "Try again":
        banner.get_by_role("button", name=button).click()
        expect(ana.page.locator("#room-state")).to_have_text("1 online")
    else:
        banner.get_by_role("button", name=button).click()
        expect(ana.page.get_by_role("alert")).to_have_text("Please sign in again.")


def test_a_refused_message_is_sent_again_under_the_same_client_id(person, room):
    ana = person("Ana")
    sent = []

    def between(socket):
        server = socket.connect_to_server()

        def from_page(text):
            sent.append(json.loads(text))
            if len(sent) == 1:
                socket.send(json.dumps({"type": "error", "ref": sent[0]["client_id"], "code": "unavailable",
                                        "message": "Away.", "temporary": True}))
            else:
                server.send(text)

        socket.on_message(from_page)

    ana.page.route_web_socket(re.compile("/chat/"), between)
    ana.join(room)
    # Not typed: a typing frame must not be the first.
    ana.page.evaluate("""() => { document.getElementById('draft').value = 'stubborn'; }""")
    ana.draft.press("Enter")
    failed = ana.page.locator("[data-state=failed]")
    expect(failed).to_contain_text("Not sent. Away.")
    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_have_count(0)
    expect(ana.page.locator("[data-state]")).to_have_count(0)
    expect(ana.messages).to_have_text(["stubborn"])
    assert [frame["content"] for frame in sent] == ["stubborn", "stubborn"]
    assert sent[0]["client_id"] == sent[1]["client_id"]


def test_a_lost_acknowledgement_does_not_double_a_message(person, room):
    ana = person("Ana")
    lost = []

    def between(socket):
        server = socket.connect_to_server()

        def from_service(text):
            kind = json.loads(text)["type"]
            if not lost and kind == "ack":
                lost.append(text)
                socket.close(code=4000)
            elif lost or kind != "message":
                socket.send(text)

        server.on_message(from_service)

    ana.page.route_web_socket(re.compile("/chat/"), between)
    ana.join(room)
    ana.say("once")
    expect(ana.page.locator("[data-state]")).to_have_count(0)
    expect(ana.messages).to_have_text(["once"])
    ana.page.reload()
    ana.in_room(room)
    expect(ana.messages).to_have_text(["once"])
    assert len(lost) == 1


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
    text = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) &amp; (https://example.org/a?b=<c)"
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


def test_without_the_development_login_a_token_is_asked_for(person, room):
    ana = person("Ana")
    ana.network_fails = True
    token = ana.token
    ana.page.route("**/auth/dev", lambda route: route.fulfill(
        status=404, json={"error": {"code": "not_found", "message": "No.", "temporary": False}}))
    ana.open(room)
    ana.page.get_by_label("Your name").fill("Ana")
    ana.page.get_by_role("button", name="Join").click()
    field = ana.page.get_by_label("Access token")
    field.fill("this is no token")
    ana.page.get_by_role("button", name="Join").click()
    expect(ana.page.get_by_role("alert")).to_contain_text("not a token")
    field.fill(token)
    ana.page.get_by_role("button", name="Join").click()
    ana.in_room(room)
    expect(ana.page.locator("#me-id")).to_have_text(ana.user_id)


def test_a_token_that_the_service_refuses_is_named_as_the_reason(person, room):
    ana = person("Ana")
    ana.network_fails = True
    head, body, signature = ana.token.split(".")
    ana.page.route("**/auth/dev", lambda route: route.fulfill(status=404, json={}))
    # The service answers 401 to each; the socket's refusal itself is invisible to a page.
    ana.open(room)
    ana.page.get_by_label("Your name").fill("Ana")
    ana.page.get_by_role("button", name="Join").click()
    ana.page.get_by_label("Access token").fill(f"{head}.{body}.{signature[::-1]}")
    ana.page.get_by_role("button", name="Join").click()
    expect(ana.page.locator("#banner")).to_contain_text("no longer valid")


def test_bad_names_are_explained(person):
    ana = person("Ana")
    ana.open()
    ana.page.get_by_role("button", name="Join").click()
    expect(ana.page.get_by_role("alert")).to_have_text("Please enter your name.")
    ana.page.get_by_label("Your name").fill("Ana")
    ana.page.get_by_label("Room", exact=True).fill("no spaces, please")
    ana.page.get_by_role("button", name="Join").click()
    expect(ana.page.get_by_role("alert")).to_contain_text("1 to 64")


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
