"""No regular expression of ours can be made to wait: each against texts that backtracking dies of."""

import re
import time

import pytest

from tests.unit.attacks.patterns import every_pattern

PATTERNS = every_pattern()
LENGTH = 5_000
# A quadratic one takes tenths of a second at this length; an exponential one ends never.
SECONDS = 2.0
ENDINGS = ("", "!", "\x00", "\n", "é")
PIECES = (*"aA1 \t\n-_.@/\\([{<\"':;,=%é", "a ", "a.", "a-", "a1", "1.", "1,", "- ", " \n", "{{", "}}", "[]", "<a")
PAIRS = ("a@", "a:", "A. ", "|-", "::", "\r\n", "/*", "**")


def texts(pattern):
    """Repetitions of everything, and of the pattern's own words, each with an end that spoils the match."""
    own = re.findall(r"[A-Za-z]{2,12}", pattern)[:8]
    for piece in (*PIECES, *PAIRS, *own):
        body = piece * (LENGTH // len(piece))
        for ending in ENDINGS:
            yield body + ending


@pytest.mark.parametrize("where", PATTERNS)
def test_it_is_done_in_time_whatever_the_text(where):
    try:
        compiled = re.compile(PATTERNS[where])
    except re.error:
        pytest.skip("not a pattern of Python's re")
    for text in texts(PATTERNS[where]):
        began = time.process_time()
        compiled.search(text)
        compiled.fullmatch(text)
        assert time.process_time() - began < SECONDS, f"{PATTERNS[where]!r} over {text[:20]!r}…"


def test_the_walk_finds_what_there_is():
    assert len(PATTERNS) > 20
