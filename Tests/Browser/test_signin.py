"""Signing in to the web client."""

from playwright.sync_api import expect


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
