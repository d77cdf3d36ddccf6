"""Characters: JSON can say half a surrogate pair, which is no character and has no bytes in UTF-8."""


def is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def made_whole(text: str) -> str:
    """A question mark stands for each half."""
    return text.encode(errors="replace").decode()
