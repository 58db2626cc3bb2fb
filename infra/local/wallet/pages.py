"""The save page: what a customer would see in Google Wallet, plainly drawn."""

from __future__ import annotations

from html import escape, unescape
from typing import Any, Final
from urllib.parse import quote

from infra.local.wallet.account import BadTokenError
from passes.preview.google_object import face, said

Json = dict[str, Any]

SKEW: Final = 60
LONGEST_TOKEN: Final = 1800


def check_save_claims(claims: Json, length: int, now: float) -> list[str]:
    """Return the ids of the objects that a save token names. Raises BadTokenError."""
    if claims.get("aud") != "google":
        raise BadTokenError("aud is not google")
    if claims.get("typ") != "savetowallet":
        raise BadTokenError("typ is not savetowallet")
    issued = claims.get("iat")
    if type(issued) is not int or issued > now + SKEW:
        raise BadTokenError("iat is not a past instant in whole seconds")
    expires = claims.get("exp", now + 1)
    if not isinstance(expires, int | float) or expires <= now:  # unverified against Google
        raise BadTokenError("exp has passed: click the button again")
    if not isinstance(claims.get("origins"), list) or not claims["origins"]:
        raise BadTokenError("origins is empty")
    if length > LONGEST_TOKEN:
        raise BadTokenError(f"the token has {length} characters, browsers may cut it off")
    payload = claims.get("payload")
    objects = payload.get("loyaltyObjects") if isinstance(payload, dict) else None
    if not isinstance(objects, list) or not objects:
        raise BadTokenError("payload.loyaltyObjects is empty")
    for named in objects:
        # Either the ids of an object that exists, or a whole object to be made.
        whole = isinstance(named, dict) and set(named) - {"id", "classId"}
        if not isinstance(named, dict) or (whole and not {"id", "classId", "state"} <= set(named)):
            raise BadTokenError("payload.loyaltyObjects holds something that is no object")
    return [str(named.get("id")) for named in objects]


def failure_page(sentence: str) -> str:
    """Return the page for a token that cannot be used, with the reason Google shows developers."""
    return _page("Something went wrong", f"<h1>Something went wrong</h1><p>{escape(sentence)}</p>")


def card_page(shown: Json, user: str, *, language: str = "en", test_only: bool = False) -> str:
    """Return the page that shows an object as a wallet would; it follows changes by itself.

    It goes on at an address of its own: repeating the save link would save the card again.
    """
    held = user in {one["user"] for one in shown.get("holders", [])}
    content = (
        ("<p><b>[TEST ONLY]</b></p>" if test_only else "")
        + face(shown, language)
        + f"<p><small>State: {escape(shown['state'])}. Emulated: this is not Google.</small></p>"
        + (_remove(shown["id"], user) if held else "<p><small>Not in a wallet.</small></p>")
    )
    address = f"/card/{quote(shown['id'])}?user={quote(user)}&language={quote(language)}"
    title = unescape(said(shown["classReference"], "programName", language))
    return _page(title, content, follow=address, language=language)


def _remove(identifier: str, user: str) -> str:
    return (
        f'<form method="post" action="/card/{quote(identifier)}/remove">'
        f'<input type="hidden" name="user" value="{escape(user, quote=True)}">'
        f"<p><small>In the wallet of {escape(user)}</small></p>"
        "<button>Remove from wallet</button></form>"
    )


def _page(title: str, content: str, follow: str = "", language: str = "en") -> str:
    refresh = f'<meta http-equiv="refresh" content="3;url={escape(follow, quote=True)}">'
    return (
        f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8">'
        f"{refresh if follow else ''}"
        '<meta name="viewport" content="width=device-width"><title>'
        f"{escape(title)}</title><style>body{{font:16px system-ui;max-width:420px;margin:2em auto;"
        "border:1px solid #ccc;border-radius:16px;overflow:hidden;text-align:center}"
        ".front{padding-bottom:1px}.front svg{background:#fff;width:180px}"
        "header{display:flex;gap:1em;align-items:center;padding:1em;text-align:left}"
        "header img{border-radius:50%}h1{font-size:1.2em;margin:0}"
        "h2{font-size:1em;margin:1em 1em 0}"
        "table{width:100%}header img[width='320']{border-radius:0}"
        "p{margin:.3em 1em}dt{color:#666}dd{margin:0 0 .5em;font-size:1.6em}"
        "button{font:inherit;margin:0 0 1em}"
        f"small{{overflow-wrap:anywhere}}</style><body>{content}</body></html>"
    )
