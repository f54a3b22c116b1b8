"""Lost connections, refused messages and close codes in the web client."""

import json
import re

import pytest
from playwright.sync_api import expect


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
