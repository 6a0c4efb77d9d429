"""What every page for people stands on: templates, assets, languages, and what a browser may load.

Templates and translations lie in ``web/``, and in ``web/dist`` what tools/bundle_web.py made.
Nothing is loaded from another host and no script stands in a page: the content security policy
holds the browser to it.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request, send_from_directory
from flask_babel import Babel, get_locale
from jinja2 import FileSystemLoader

from switchboard.bundled import bundled

LANGUAGES = ("en", "zh")
LANGUAGE_COOKIE = "language"
A_YEAR_S = 365 * 24 * 3600
POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


class BundleMissing(RuntimeError):  # noqa: N818 - says what is the matter
    """The browser's part was never built."""


def stand_pages_on(app: Flask) -> None:
    """Give *app* the templates, the assets and the languages of the console.

    Raises:
        BundleMissing: ``web/dist`` is not there; says how to make it.
    """
    web = bundled("web")
    dist = web / "dist"
    if not (dist / "console.css").is_file():
        raise BundleMissing(
            f"{dist} is missing: `make setup` builds it (python tools/bundle_web.py)"
        )
    app.jinja_loader = FileSystemLoader(web / "templates")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(web / "translations")
    Babel(app, locale_selector=_language)
    app.context_processor(lambda: {"asset": _asset_in(dist), "language": str(get_locale())})
    app.add_url_rule("/assets/<path:name>", "assets", lambda name: _send(dist, name))
    app.after_request(_protect)


def allow(response: Response, directive: str, *sources: str) -> None:
    """Let one page load from *sources* beside what every page may."""
    response.headers["Content-Security-Policy"] = _policy({directive: " ".join(sources)})


def _policy(more: Mapping[str, str]) -> str:
    return "; ".join(
        f"{name} {value} {more.get(name, '')}".rstrip() for name, value in POLICY.items()
    )


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _policy({}))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if chosen := _chosen_language():
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=A_YEAR_S, samesite="Lax", httponly=True
        )
    return response


def _chosen_language() -> str | None:
    chosen = request.args.get("lang", "")
    return chosen if chosen in LANGUAGES else None


def _language() -> str:
    """The language of this request: chosen now, chosen before, the browser's, English."""
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    accepted = request.accept_languages.best_match(LANGUAGES)
    return _chosen_language() or (kept if kept in LANGUAGES else accepted or LANGUAGES[0])


def _asset_in(dist: Path) -> Callable[[str], str]:
    """Return what gives the address of an asset: a new build has new addresses."""

    @cache
    def address(name: str) -> str:
        digest = hashlib.sha256((dist / name).read_bytes()).hexdigest()[:12]
        return f"/assets/{name}?v={digest}"

    return address


def _send(dist: Path, name: str) -> Response:
    if name.endswith(".map"):
        abort(404)
    return send_from_directory(dist, name, max_age=A_YEAR_S if request.args.get("v") else None)
