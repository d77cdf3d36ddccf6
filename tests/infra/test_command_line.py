"""Synthesis as an owner does it: the real CLI, the real layers, cdk-nag on the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.layers import LAYERS
from infra.local.deployment import CLI
from infra.local.place import ROOT, node_directory

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CLI.exists(), reason="the CDK CLI comes with `make setup`")]


def synth(out: Path, *context: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))},
        "PATH": f"{node_directory()}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers" / "core" / "python")]),
        "AWS_REGION": "eu-west-1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    command = [str(node_directory() / "node"), str(CLI), "synth", "--quiet", "--no-notices"]
    options = ["--app", f"{sys.executable} -m infra.app", "--output", str(out)]
    given = [part for value in context for part in ("-c", value)]
    return subprocess.run(
        [*command, *options, *given], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stage_for_aws_is_synthesised_with_its_layers(stage: str, tmp_path: Path) -> None:
    done = synth(tmp_path, f"stage={stage}")

    assert done.returncode == 0, done.stdout + done.stderr
    template = json.loads((tmp_path / f"docchain-{stage}.template.json").read_text())
    kinds = [r["Type"] for r in template["Resources"].values()]
    assert kinds.count("AWS::Lambda::LayerVersion") == len(LAYERS)
    packages = [p for p in tmp_path.glob("asset.*/python/docchain") if p.is_dir()]
    assert len(packages) == 1


def test_an_unknown_stage_is_refused_with_the_list_of_those_there_are(tmp_path: Path) -> None:
    done = synth(tmp_path, "stage=moon")

    assert done.returncode != 0
    assert "There is no stage 'moon'; there are: local, dev, prod." in done.stdout + done.stderr
