"""Letters: both forms say the same, and nobody's name is markup."""

import html

from docchain.mail.letter import Letter


def a_letter(**fields):
    known = {
        "to": "ada@example.com",
        "subject": "Set a new password",
        "greeting": "Hello Ada,",
        "before": ("somebody asked.",),
        "label": "Set a new password",
        "url": "http://localhost:8000/x#rs_t.reset-1.secret",
        "after": ("It works once.",),
    }
    return Letter(**{**known, **fields})


def test_text_and_html_say_the_same():
    letter = a_letter()
    for said in ("Hello Ada,", "somebody asked.", "Set a new password", letter.url, "It works once."):
        assert said in letter.text
        assert said in html.unescape(letter.html)


def test_a_name_is_never_markup():
    letter = a_letter(greeting='Hello <img src=x onerror="alert(1)">,')
    assert "<img" not in letter.html
    assert "&lt;img" in letter.html


def test_a_link_is_not_shown_by_accident():
    assert "secret" not in repr(a_letter())
