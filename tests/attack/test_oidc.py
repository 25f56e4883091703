"""A login by OIDC, with a provider of its own on this machine: who is an editor, who says so, who forged a cookie.

The provider and Authlib are no part of what is installed: `pip install authlib oidc-provider-mock`, then
`scripts/attack oidc`.
"""

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from attack import Target, attacked, drawn, rerun
from browser import chromium, free_port, started
from playwright.sync_api import BrowserContext

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (find_spec("authlib") and find_spec("oidc_provider_mock")), reason="pip install authlib oidc-provider-mock"
    ),
]
EDITOR = "ani@redaksi.id"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = free_port()
    with started([sys.executable, "-m", "oidc_provider_mock", "--port", str(port)], port):
        issuer = f"http://127.0.0.1:{port}"
        for sub, verified in (("ani", True), ("palsu", False)):
            body = json.dumps({"email": EDITOR, "email_verified": verified}).encode()
            kind = {"content-type": "application/json"}
            asked = urllib.request.Request(f"{issuer}/users/{sub}", body, kind, method="PUT")
            assert urllib.request.urlopen(asked, timeout=30).status == 204
        yield issuer


@pytest.fixture(scope="module")
def target(provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("oidc")
    port = free_port()
    file = folder / "oidc.toml"
    file.write_text(
        f'editors = ["Ani@Redaksi.id"]\n[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
        'cookie_secret = "padi menguning di sawah"\nclient_id = "tanya"\nclient_secret = "sawah"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n'
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(os.environ, "OIDC_FILE", str(file))
        with attacked(folder / "data", door="oidc", port=port) as target:
            yield target


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with chromium() as browser:
        yield browser.new_context()


@pytest.mark.parametrize(("sub", "is_editor"), [("ani", True), ("palsu", False)])
def test_an_editor_is_who_the_provider_has_verified(
    target: Target, provider: str, context: BrowserContext, sub: str, is_editor: bool
) -> None:
    context.clear_cookies()
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(target.origin)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(f"{provider}/**")
    page.locator("input[name=sub]").fill(sub)
    page.locator("button").first.click()
    page.wait_for_url(f"{target.origin}/**")
    page.goto(f"{target.origin}/arsip")
    page.get_by_text("1 dari 1 artikel").wait_for()
    page.locator('[data-test-script-state="notRunning"]').wait_for()
    if is_editor:  # the page may be drawn once more before its button is there
        page.get_by_text("Tambah", exact=True).wait_for()
    assert ("Tambah" in page.inner_text("body").split("\n")) is is_editor
    cookies = {str(one.get("name")): one for one in context.cookies()}
    held = cookies["_streamlit_user"]
    assert (held.get("httpOnly"), held.get("sameSite")) == (True, "Lax")

    # The cookie of somebody else's making, or of ours with a letter changed, is nobody's.
    value = str(held.get("value"))
    for forged in (
        value[:-3] + ("AAA" if value[-3:] != "AAA" else "BBB"),
        "e30.e30.e30",
        '{"email": "' + EDITOR + '"}',
    ):
        with target.page(cookie=f"_streamlit_user={forged}") as socket:
            rerun(socket, "arsip")
            told, _ = drawn(socket, "Masuk")
            assert "1 dari 1 artikel" not in told and "jembatan.txt" not in told
    page.close()


def test_a_callback_that_nobody_asked_for_opens_nothing(target: Target) -> None:
    for query in ("code=abc&state=def", "error=access_denied", "code=abc", ""):
        status, headers, body = target.ask(path=f"/oauth2callback?{query}")
        assert status < 500 and "_streamlit_user" not in headers.get("set-cookie", ""), (query, status, body[:200])
