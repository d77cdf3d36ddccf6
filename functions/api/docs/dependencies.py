"""The docs group reads nothing but the files it ships with."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """None: the document is made when the code is."""


@cache
def openapi_document() -> bytes:
    """Written by ``make openapi``; a test holds that it is current."""
    return Path(__file__).with_name("openapi.json").read_bytes()


@cache
def assets() -> Path:
    """Swagger UI and ReDoc as files of a package, so that the pages need no CDN. Its code is never imported."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the layer with fastapi-offline is missing")
    return Path(spec.origin).parent / "static"
