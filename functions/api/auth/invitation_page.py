"""The page behind a mailed invitation."""

from typing import Final

from docchain.mail.page import Page, page

_FORM: Final = """<label>Choose a username
<input name="username" autocomplete="username" required pattern="[a-zA-Z0-9_.\\-]{3,64}"></label>
<label>Your name, if you like
<input name="full_name" autocomplete="name" maxlength="200"></label>
<label>Choose a password
<input name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128"></label>
<button>Join</button>"""

PAGE: Final[Page] = page(
    title="Invitation",
    heading="You are invited",
    form=_FORM,
    target="location.pathname",
    body=(
        '{ token: token, username: field("username"), password: field("password"), '
        'full_name: field("full_name") || null }'
    ),
    done='"Welcome, " + answer.body.username + ". You can log in now."',
)
