"""UTF-16 without its mark, as some programs write it: every second byte of plain letters is nothing."""

CONTROLS = frozenset(range(1, 9))
MOST = 0.4  # of all places of one parity, for a text in a Latin alphabet


def unmarked_utf16(head: bytes) -> str | None:
    """The codec's name, when the zeros lie as they would."""
    half = len(head) // 2
    if half < 2 or CONTROLS & set(head):
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > half * MOST and not even:
        return "utf-16-le"
    if even > half * MOST and not odd:
        return "utf-16-be"
    return None
