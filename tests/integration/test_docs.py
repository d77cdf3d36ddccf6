"""The commands of the documentation's pages, as they stand there, against a deployed stage."""

from pathlib import Path

import pytest

from infra.local.harness import StageHandle
from tests.support.client import Client
from tests.support.pages import PAGES, type_in


def test_each_operational_group_has_its_page() -> None:
    assert {"realtime", "background", "task-kinds", "scheduler", "metrics"} <= {page.stem for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_says_to_type_works(stage: StageHandle, user: Client, page: Path, tmp_path: Path) -> None:
    """By the administrator of a new tenant."""
    done = type_in(page, stage.base_url, str(user.token), tmp_path)

    assert done.returncode == 0, f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
