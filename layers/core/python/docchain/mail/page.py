"""The page behind a mailed link. Its token is in the address's fragment, which browsers send to nobody."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem; }
input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; margin: .4rem 0; }
"""


@dataclass(frozen=True)
class Page:
    html: str
    headers: dict[str, str]


def page(*, title: str, heading: str, form: str, target: str, body: str, done: str) -> Page:
    """``form`` is HTML; ``target`` is the address that ``body`` is posted to, and ``done`` what is said after it. Those
    three are JavaScript expressions over ``token``, ``field(name)`` and ``answer``; none may hold what users wrote.
    """
    script = f"""
const form = document.querySelector("form"), said = document.querySelector("output");
const token = decodeURIComponent(location.hash.slice(1)), field = (name) => form.elements[name].value;
history.replaceState(null, "", location.pathname);
if (!token) {{ said.textContent = "Open the link of the mail as a whole."; form.hidden = true; }}
form.addEventListener("submit", async (event) => {{
  event.preventDefault();
  const answer = await fetch({target}, {{
    method: "POST",
    headers: {{ "Content-Type": "application/json" }},
    body: JSON.stringify({body}),
  }}).then(async (r) => ({{ ok: r.ok, body: await r.json() }}), () => ({{ ok: false, body: {{}} }}));
  form.hidden = answer.ok;
  const error = answer.body.error || {{ message: "There was no answer; try again." }};
  said.textContent = answer.ok ? {done} : error.message;
}});
"""
    html = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>{_STYLE}</style></head>
<body><h1>{heading}</h1>
<form>{form}</form>
<p><output aria-live="polite"></output></p>
<script>{script}</script></body>
</html>
"""
    policy = (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(_STYLE)}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return Page(html, {"content-security-policy": policy})


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
