"""A library of one's own for each test."""

import pytest

from tests.support.search import Library


@pytest.fixture
def library(tenant: str) -> Library:
    return Library(tenant)
