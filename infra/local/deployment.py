"""The CDK app on the emulator: the same CLI and the same stack as in AWS."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from docchain import aws
from infra.local.place import ACCOUNT, REGION, ROOT, STACK, Place, node_directory
from infra.local.problems import Problem

CLI = ROOT / ".local" / "cdk_cli" / "node_modules" / "aws-cdk" / "bin" / "cdk"
# What a deployment is made of: a change in any of these makes the next start deploy again.
SOURCES = ("functions", "layers/core/python", "infra", "cdk.json", "requirements.lock")


def client(place: Place, service: str) -> Any:
    """A boto3 client of the stage."""
    return boto3.client(
        service,  # type: ignore[call-overload]  # one factory for whatever service is named
        endpoint_url=place.endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  # any will do; the emulator knows no secrets
        config=aws.CONFIG,
    )


def outputs(place: Place) -> dict[str, str]:
    found: dict[str, str] = json.loads(place.outputs_file.read_text())
    return found


def fingerprint(place: Place) -> str:
    digest = hashlib.sha256(f"{place.port} {place.stage_port} {place.model_port}".encode())
    for source in SOURCES:
        for file in _files(ROOT / source):
            digest.update(str(file.relative_to(ROOT)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    unwanted = {"__pycache__", "node_modules", "demo"}
    return sorted(f for f in path.rglob("*") if f.is_file() and not unwanted & set(f.parts))


def is_current(place: Place) -> bool:
    """The stack of exactly these sources, and the emulator still knows it (its state may have been lost)."""
    marker = place.home / "deployed"
    if not marker.exists() or not place.outputs_file.exists() or marker.read_text() != fingerprint(place):
        return False
    try:
        client(place, "apigateway").get_rest_api(restApiId=outputs(place)["RestApiId"])
    except (BotoCoreError, ClientError):
        return False
    return True


def deploy(place: Place, report: Callable[[str], None]) -> None:
    """Bootstrap where needed, then deploy. The marker is written last, so a deployment that was cut is done again."""
    marker = place.home / "deployed"
    marker.unlink(missing_ok=True)
    if not _is_bootstrapped(place):
        report("bootstrapping")
        _cdk(place, "bootstrap", f"aws://{ACCOUNT}/{REGION}")
    report("synthesising and deploying")
    raw = place.home / "cdk-outputs.json"
    _cdk(place, "deploy", "--all", "--require-approval", "never", "--outputs-file", str(raw))
    place.outputs_file.write_text(json.dumps(json.loads(raw.read_text())[STACK], indent=1))
    marker.write_text(fingerprint(place))


def _is_bootstrapped(place: Place) -> bool:
    try:
        client(place, "cloudformation").describe_stacks(StackName="CDKToolkit")
    except ClientError:
        return False
    return True


def _cdk(place: Place, *arguments: str) -> None:
    if not CLI.exists():
        raise Problem("The CDK CLI is not installed.", "Run: make setup")
    command = [
        str(node_directory() / "node"),
        str(CLI),
        *arguments,
        *("--app", f"{sys.executable} -m infra.app", "--output", str(place.home / "cdk.out")),
        *("-c", "stage=local", "-c", f"emulator_url={place.endpoint_url}"),
        *("-c", f"local_base_url=http://127.0.0.1:{place.model_port}/v1"),
        *("--no-notices", "--ci"),
    ]
    environment = {
        **place.client_environment(),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers" / "core" / "python")]),
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
    }
    log = place.home / "cdk.log"
    with log.open("a") as out:
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        tail = "\n".join(log.read_text().splitlines()[-15:])
        raise Problem(f"`cdk {arguments[0]}` failed:\n{tail}", f"The whole log: {log}. `make reset` starts afresh.")
