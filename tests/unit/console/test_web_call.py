"""The page of the web call: what it offers, in both languages, and what it lets a browser do."""

import json
import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from switchboard.console.app import create_app
from switchboard.console.metrics import PrometheusMetrics
from switchboard.console.web_call import WebCallSetting, web_call_pages
from switchboard.services.health import HealthReport

HOSTILE = '"><script>alert(1)</script>'


@dataclass(frozen=True)
class Extension:
    number: str
    password: str


def client_of(setting: WebCallSetting) -> FlaskClient:
    account = setting.account_of([Extension("9000", "<&'\"/secret")], "phones.example")
    pages = [web_call_pages(setting, account, "wss:7443")]
    well = HealthReport(True, ())
    app = create_app(lambda: well, PrometheusMetrics().page, pages=pages)
    return app.test_client()


@pytest.fixture
def client() -> FlaskClient:
    return client_of(
        WebCallSetting(
            extension="9000",
            numbers={"4008001000": {"en": "Front desk", "zh": "总机"}, "1": {"zh": HOSTILE}},
        )
    )


def account_in(page: str) -> dict[str, str]:
    (block,) = re.findall(r'data-part="account">(.*?)</script>', page)
    return json.loads(block)


def test_the_page_offers_the_numbers_in_the_visitors_language(client):
    english = client.get("/web-call", headers={"Accept-Language": "en-GB"}).text
    chinese = client.get("/web-call", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    assert '<option value="4008001000">Front desk</option>' in english
    assert "Hang up" in english
    assert '<option value="4008001000">总机</option>' in chinese
    assert "挂断" in chinese
    assert '<html lang="zh"' in chinese


def test_a_language_that_was_chosen_stays_chosen(client):
    client.get("/web-call?lang=zh", headers={"Accept-Language": "en"})
    assert "挂断" in client.get("/web-call", headers={"Accept-Language": "en"}).text


def test_the_browser_is_told_where_the_switch_is_and_may_connect_there_alone(client):
    answer = client.get("/web-call", base_url="http://desk.example:8080")
    assert account_in(answer.text) == {
        "address": "wss://desk.example:7443",
        "domain": "phones.example",
        "extension": "9000",
        "password": "<&'\"/secret",
    }
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self' wss://desk.example:7443;" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_names_from_the_settings_are_text_and_nothing_else(client):
    assert "<script>alert" not in client.get("/web-call").text


def test_every_asset_of_the_page_is_there_and_kept_by_the_browser(client):
    page = client.get("/web-call").text
    assets = set(re.findall(r'(?:href|src)="(/assets/[^"#]+)', page))
    assert len(assets) == 4, assets
    for asset in assets:
        with client.get(asset) as answer:
            assert answer.status_code == 200, asset
            assert answer.cache_control.max_age == 365 * 24 * 3600


@pytest.mark.parametrize("name", ["../templates/base.html", "..%2fpackage.json", "missing.js"])
def test_nothing_but_assets_is_served(client, name):
    assert client.get(f"/assets/{name}").status_code == 404


def test_an_extension_that_there_is_not_is_named(client):
    setting = WebCallSetting(extension="9001", numbers={"1": {}})
    with pytest.raises(ValueError, match=r"extension 9001 is none of freeswitch\.extensions"):
        setting.account_of([Extension("9000", "x")], "phones.example")


@pytest.mark.parametrize("address", ["http://x", "wss://a b", "wss://a;script-src *", "wss://a'"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(ValueError, match="address"):
        WebCallSetting(extension="9000", numbers={"1": {}}, address=address)
