"""The page behind a mailed invitation. The token is in the address's fragment, which browsers send to nobody."""

import base64
import hashlib
from typing import Final

_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem; }
input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; margin: .4rem 0; }
"""

_SCRIPT: Final = """
const form = document.querySelector("form"), said = document.querySelector("output");
const token = decodeURIComponent(location.hash.slice(1));
history.replaceState(null, "", location.pathname);
if (!token) { said.textContent = "Open the link of the mail as a whole."; form.hidden = true; }
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = (name) => form.elements[name].value;
  const answer = await fetch(location.pathname, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      token: token, username: field("username"), password: field("password"), full_name: field("full_name") || null,
    }),
  }).then(async (r) => ({ ok: r.ok, body: await r.json() }), () => ({ ok: false, body: {} }));
  form.hidden = answer.ok;
  const error = answer.body.error || { message: "There was no answer; try again." };
  said.textContent = answer.ok ? "Welcome, " + answer.body.username + ". You can log in now." : error.message;
});
"""

PAGE: Final = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Invitation</title>
<style>{_STYLE}</style></head>
<body><h1>You are invited</h1>
<form><label>Choose a username
<input name="username" autocomplete="username" required pattern="[a-zA-Z0-9_.\\-]{{3,64}}"></label>
<label>Your name, if you like
<input name="full_name" autocomplete="name" maxlength="200"></label>
<label>Choose a password
<input name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128"></label>
<button>Join</button></form>
<p><output aria-live="polite"></output></p>
<script>{_SCRIPT}</script></body>
</html>
"""


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


HEADERS: Final = {
    "content-security-policy": (
        f"default-src 'none'; script-src {_source(_SCRIPT)}; style-src {_source(_STYLE)}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
