"""The page behind a mailed link: what is asked, and two buttons. It works without scripts."""

from html import escape
from typing import Any, Final

from functions.api.workflows.approval_schemas import LinkView

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}"
    "textarea,input,button{font:inherit;padding:.5rem;margin:.3rem 0;box-sizing:border-box}"
    "textarea,input[type=text],input[type=number]{width:100%}.asked{white-space:pre-wrap}"
)
_TYPES: Final = {"text": "text", "number": "number", "boolean": "checkbox"}
# The path holds the secret: nobody else is told it.
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
}


def page_of(view: LinkView) -> str:
    said = "You have decided. Thank you." if view.decided else f"This is {view.status.value} already."
    body = _form(view) if view.status == "pending" and not view.decided else f"<p>{escape(said)}</p>"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Approval</title><style>{_STYLE}</style>'
        f'</head><body><h1>Your decision is asked for</h1><p class="asked">{escape(view.message)}</p>'
        f"<p>Until {escape(view.due_at)}, as {escape(view.you)}.</p>{body}</body></html>"
    )


def _form(view: LinkView) -> str:
    fields = "".join(_field(one) for one in view.form_fields)
    return (
        f'<form method="post">{fields}<label>Comment<textarea name="comment" maxlength="2000"></textarea></label>'
        '<p><button name="decision" value="approve">Approve</button> '
        '<button name="decision" value="reject">Reject</button></p></form>'
    )


def _field(one: dict[str, Any]) -> str:
    label, name = escape(one["label"] or one["name"]), escape(f"fields.{one['name']}")
    return f'<label>{label}<input type="{_TYPES[one["type"]]}" step="any" name="{name}"></label><br>'
