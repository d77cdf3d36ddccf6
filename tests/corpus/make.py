"""Awkward files, each made by a function: ``python -m tests.corpus.make FOLDER`` writes them all.

Nothing is kept in the repository but how each is made; what must come of it stands in ``expected.py``.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.corpus import archives, mails, pdfs, texts

Maker = Callable[[], bytes]

FILES: dict[str, Maker] = {**pdfs.FILES, **archives.FILES, **mails.FILES, **texts.FILES}


def make_all(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, make in FILES.items():
        path = folder / name
        path.write_bytes(make())
        paths.append(path)
    return paths


if __name__ == "__main__":
    for made in make_all(Path(sys.argv[1])):
        print(f"{made.stat().st_size:>12,} {made.name}")
