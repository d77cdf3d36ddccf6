"""The CDK app on the emulator: the same CLI and the same stacks as in AWS."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from docchain import aws
from infra.local.place import ACCOUNT, REGION, ROOT, STACK, Place, node_directory
from infra.local.problems import Problem

CLI = ROOT / ".local" / "cdk_cli" / "node_modules" / "aws-cdk" / "bin" / "cdk"
# What a deployment is made of: a change in any of these makes the next start deploy again.
SOURCES = ("functions", "layers/core/python", "infra", "cdk.json", "requirements.lock")
DEPLOYED = "/docchain/local/deployed"


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


def write_outputs(place: Place) -> None:
    """What the stage says of itself, for the front; in one move, since the front may be reading."""
    cloudformation = client(place, "cloudformation")
    stacks = [cloudformation.describe_stacks(StackName=name)["Stacks"][0] for name in (STACK, f"{STACK}-api")]
    told = [output for stack in stacks for output in stack["Outputs"] if "ExportName" not in output]
    found = {output["OutputKey"]: output["OutputValue"] for output in told}
    draft = place.outputs_file.with_suffix(".new")
    draft.write_text(json.dumps(found, indent=1))
    draft.replace(place.outputs_file)


def fingerprint(place: Place) -> str:
    digest = hashlib.sha256(f"{place.port} {place.stage_port} {place.model_port}".encode())
    for source in SOURCES:
        for file in files_of(ROOT / source):
            digest.update(str(file.relative_to(ROOT)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def files_of(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    unwanted = {"__pycache__", "node_modules", "demo"}
    return sorted(f for f in path.rglob("*") if f.is_file() and not unwanted & set(f.relative_to(path).parts))


def is_current(place: Place) -> bool:
    """The stack of exactly these sources. The emulator itself remembers it, so state that was lost takes it along."""
    try:
        return bool(client(place, "ssm").get_parameter(Name=DEPLOYED)["Parameter"]["Value"] == fingerprint(place))
    except ClientError:
        return False


def deploy(place: Place, report: Callable[[str], None]) -> None:
    """Bootstrap where needed, then deploy. It is remembered last, so a deployment that was cut is done again."""
    remembered = client(place, "ssm")
    with suppress(remembered.exceptions.ParameterNotFound):
        remembered.delete_parameter(Name=DEPLOYED)
    if not _is_bootstrapped(place):
        report("bootstrapping")
        _cdk(place, "bootstrap", f"aws://{ACCOUNT}/{REGION}")
    report("synthesising and deploying")
    deployed = fingerprint(place)
    _cdk(place, "deploy", "--all", "--require-approval", "never")
    write_outputs(place)
    remembered.put_parameter(Name=DEPLOYED, Value=deployed, Type="String", Overwrite=True)


def _is_bootstrapped(place: Place) -> bool:
    """As the CDK itself looks: a bootstrap that failed leaves a stack, but not its last parameter."""
    try:
        client(place, "ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version")
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
        *("-c", "stage=local", "-c", f"emulator_url={place.endpoint_url}", "-c", f"public_url={place.base_url}"),
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
