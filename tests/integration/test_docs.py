"""The commands of the documentation's pages, as they stand there, against a deployed stage."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from infra.local.harness import StageHandle
from tests.support.client import Client

PAGES = sorted(page for page in Path("docs").glob("*.md") if "$API" in page.read_text())
_COMMANDS = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MOST_SECONDS = 400


def test_each_operational_group_has_its_page() -> None:
    assert {"realtime", "background", "task-kinds", "scheduler", "metrics"} <= {page.stem for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_says_to_type_works(stage: StageHandle, user: Client, page: Path, tmp_path: Path) -> None:
    """In one shell, since later commands name what earlier ones made; by the administrator of a new tenant."""
    there = {**os.environ, "API": stage.base_url, "TOKEN": str(user.token)}
    script = "set -euo pipefail\n" + "\n".join(_COMMANDS.findall(page.read_text()))
    shell = ["bash", "-c", script]

    done = subprocess.run(
        shell, check=False, cwd=tmp_path, env=there, capture_output=True, text=True, timeout=_MOST_SECONDS
    )

    assert done.returncode == 0, f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
