"""Checks a commit's title: ``type(scope): what`` (Conventional Commits 1.0)."""

import re
import sys
from pathlib import Path

TITLE = re.compile(r"^(feat|fix|docs|test|refactor|perf|build|ci|chore|revert)(\([a-z0-9_-]+\))?!?: \S.{0,100}$")


def main() -> int:
    title = Path(sys.argv[1]).read_text().splitlines()[0]
    if TITLE.match(title) or title.startswith(("Merge ", "Revert ")):
        return 0
    print(
        f"The title {title!r} is not of the form type(scope): what, for example fix(runs): keep the reason of a cancel."
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
