"""A function is shipped with its own package and nothing else, so that it changes only with it."""

import shutil
from pathlib import Path

import aws_cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from infra.constructs import assets
from tests.infra.code import ROOT, packages

SAMPLE = ("api/workflows", "steps/document", "listeners/outbox")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the functions that a test may write to, beside things that must never be shipped."""
    shutil.copytree(ROOT / "functions", tmp_path / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    for stray in (".venv/lib/thing.py", ".local/state.json", "tests/test_thing.py", "functions/api/stray.py", ".env"):
        (tmp_path / stray).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / stray).write_text("x = 1\n")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    return tmp_path


def shipped(out: Path, *wanted: str) -> dict[str, Path]:
    """Package → the directory of its asset, whose name holds its hash."""
    app = aws_cdk.App(outdir=str(out))
    stack = aws_cdk.Stack(app, "stack")
    made = {
        package: lambda_.Function(
            stack,
            package.replace("/", "-"),
            runtime=lambda_.Runtime.PYTHON_3_12,
            handler="handler",
            code=assets.function_code(package),
        )
        for package in wanted
    }
    template = app.synth().get_stack_by_name("stack").template["Resources"]
    assets_of = {
        package: template[stack.resolve(function.function_arn)["Fn::GetAtt"][0]]["Properties"]["Code"]["S3Key"]
        for package, function in made.items()
    }
    return {package: out / f"asset.{key.removesuffix('.zip')}" for package, key in assets_of.items()}


@pytest.mark.parametrize("package", SAMPLE)
def test_a_function_ships_its_package_and_nothing_else(tree: Path, tmp_path: Path, package: str) -> None:
    asset = shipped(tmp_path / "out", package)[package]
    files = {str(f.relative_to(asset)) for f in asset.rglob("*") if f.is_file()}
    kind = package.split("/", maxsplit=1)[0]
    own = {str(f.relative_to(tree)) for f in (tree / "functions" / package).rglob("*") if f.is_file()}

    assert files == own | {"functions/__init__.py", f"functions/{kind}/__init__.py"}


def test_a_change_in_one_package_changes_that_function_alone(tree: Path, tmp_path: Path) -> None:
    before = shipped(tmp_path / "before", *SAMPLE)
    with (tree / "functions" / "api" / "workflows" / "handler.py").open("a") as file:
        file.write("# changed\n")
    after = shipped(tmp_path / "after", *SAMPLE)

    changed = {p for p in SAMPLE if before[p].name != after[p].name}
    assert changed == {"api/workflows"}


def test_byte_code_left_by_an_import_changes_no_function(tree: Path, tmp_path: Path) -> None:
    before = shipped(tmp_path / "before", *SAMPLE)
    for package in SAMPLE:
        cache = tree / "functions" / package / "__pycache__"
        cache.mkdir()
        (cache / "handler.cpython-311.pyc").write_bytes(b"x")

    assert {p: a.name for p, a in shipped(tmp_path / "after", *SAMPLE).items()} == {
        p: a.name for p, a in before.items()
    }


def test_samples_are_packages_that_exist() -> None:
    assert set(SAMPLE) <= set(packages())
