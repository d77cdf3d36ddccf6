"""The page behind a mailed link that sets a new password."""

from typing import Final

from docchain.mail.page import Page, page

_FORM: Final = """<label>Choose a new password
<input name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128"></label>
<button>Set password</button>"""

PAGE: Final[Page] = page(
    title="New password",
    heading="New password",
    form=_FORM,
    target='location.pathname.replace(/[/]$/, "") + "/confirm"',
    body='{ token: token, new_password: field("password") }',
    done="answer.body.message",
)
