"""The commands of the documentation's pages, as they stand there."""

import os
import re
import subprocess
from pathlib import Path

PAGES = sorted(page for page in Path("docs").glob("*.md") if "$API" in page.read_text())
_COMMANDS = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MOST_SECONDS = 400


def type_in(page: Path, base_url: str, token: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """In one shell that ends at the first failure, since later commands name what earlier ones made."""
    script = "set -euo pipefail\n" + "\n".join(_COMMANDS.findall(page.read_text()))
    there = {**os.environ, "API": base_url, "TOKEN": token}
    return subprocess.run(
        ["bash", "-c", script],
        check=False,
        cwd=folder,
        env=there,
        capture_output=True,
        text=True,
        timeout=_MOST_SECONDS,
    )
