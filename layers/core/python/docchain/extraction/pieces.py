"""Cutting a text into pieces of a bounded size: between paragraphs, else lines, else sentences, else words."""

from collections.abc import Iterator

_CUTS = ("\n\n", "\n", ". ", " ")


def pieces_of(text: str, most: int) -> list[str]:
    """None is longer than ``most`` characters, none is blank, and together they have every word in its order."""
    pieces: list[str] = []
    for part in _parts(text, most, 0):
        if pieces and len(pieces[-1]) + len(part) + 2 <= most:
            pieces[-1] = f"{pieces[-1]}\n\n{part}"
        else:
            pieces.append(part)
    return pieces


def _parts(text: str, most: int, cut: int) -> Iterator[str]:
    bare = text.strip()
    if not bare:
        return
    if cut == 0 and "\n\n" in bare:
        for part in bare.split("\n\n"):
            yield from _parts(part, most, 1)
    elif len(bare) <= most:
        yield bare
    elif cut >= len(_CUTS):
        yield from (bare[i : i + most] for i in range(0, len(bare), most))
    else:
        yield from _joined(bare, most, cut)


def _joined(text: str, most: int, cut: int) -> Iterator[str]:
    """As many neighbours together as fit, for a sentence alone is translated worse."""
    mark = _CUTS[cut]
    held = ""
    for part in text.split(mark):
        together = f"{held}{mark}{part}" if held else part
        if len(together) <= most:
            held = together
            continue
        yield from _parts(held, most, cut + 1)
        held = part
    yield from _parts(held, most, cut + 1)
