"""What goes into a function and into a layer."""

from pathlib import Path

from aws_cdk import IgnoreMode
from aws_cdk import aws_lambda as lambda_

ROOT = Path(__file__).parents[2]
_NOISE = ["**/__pycache__", "**/*.pyc"]


def function_code(package: str) -> lambda_.Code:
    """``package`` is ``api/workflows``: its own files and nothing else, so its hash changes only with them."""
    kind, name = package.split("/")
    return lambda_.Code.from_asset(
        str(ROOT),
        ignore_mode=IgnoreMode.DOCKER,
        exclude=[
            "*",
            "!functions",
            "functions/*",
            "!functions/__init__.py",
            f"!functions/{kind}",
            f"functions/{kind}/*",
            f"!functions/{kind}/__init__.py",
            f"!functions/{kind}/{name}",
            *_NOISE,
        ],
    )


def own_layer_code() -> lambda_.Code:
    """Our shared code alone, for an emulator that has the third-party packages in its own environment."""
    return lambda_.Code.from_asset(
        str(ROOT / "layers" / "core"), ignore_mode=IgnoreMode.DOCKER, exclude=["*", "!python", *_NOISE]
    )


def built_layer_code(directory: Path) -> lambda_.Code:
    """A layer that ``infra.layers`` built: third-party packages, and in ``core`` our own beside them."""
    return lambda_.Code.from_asset(str(directory))
