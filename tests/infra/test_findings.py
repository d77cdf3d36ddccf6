"""What cfn-lint and cdk-nag find: nothing but what the app explains, at its place and with its reason."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aws_cdk
import pytest

from infra.app import build, check
from infra.stage import STAGES
from tests.infra.conftest import UNCOPIED
from tests.infra.reading import Template

Finding = tuple[str, str]


@pytest.fixture(scope="module", params=[name for name, stage in STAGES.items() if stage.nag])
def findings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> set[Finding]:
    """Rule and construct. cdk-nag is a validation: it stops a synthesis and leaves its report."""
    out = tmp_path_factory.mktemp(f"nag-{request.param}")
    app = aws_cdk.App(outdir=str(out), context=UNCOPIED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("infra.stacks.platform.built_layer", _folders(tmp_path_factory.mktemp("layers")))
        build(app, STAGES[request.param])
    check(app)
    with suppress(RuntimeError):  # the report says more than the error, which is one for all findings
        app.synth()
    plugins = json.loads((out / "validation-report.json").read_text())["pluginReports"]
    assert {p["pluginName"] for p in plugins} >= {"AwsSolutions", "Serverless"}
    return {
        (violation["ruleName"], construct["constructPath"])
        for plugin in plugins
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }


def test_cdk_nag_finds_nothing_that_is_not_explained(findings: set[Finding]) -> None:
    assert sorted(findings) == []


def test_cfn_lint_finds_nothing(template: Template, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.json" for name in template.stacks]
    for file, body in zip(files, template.stacks.values(), strict=True):
        file.write_text(json.dumps(body))
    # W3005: the CDK writes a dependency down also where a reference says it.
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", "W3005", "--", *map(str, files)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def _folders(root: Path) -> Callable[[str, Any], Path]:
    def folder_of(name: str, _: Any) -> Path:
        (root / name).mkdir(exist_ok=True)
        (root / name / "NAME").write_text(name)
        return root / name

    return folder_of
