"""Each stage is synthesised once per session, in this process and without the CDK's command line."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import aws_cdk
import pytest

from infra.app import build
from infra.stacks import platform as stack_platform
from infra.stage import STAGES, Stage
from tests.infra.reading import Template, joined

# The template alone is asked for: nothing is copied into the assembly.
UNCOPIED = {"aws:cdk:disable-asset-staging": True}

Synthesise = Callable[[Stage], Template]


@pytest.fixture(scope="session")
def synthesise(tmp_path_factory: pytest.TempPathFactory) -> Synthesise:
    """Layers are stood in for by a folder with their name: what is in them is asked by ``test_layers``."""
    layers = tmp_path_factory.mktemp("layers")

    def folder_of(name: str, _: Stage) -> Path:
        (layers / name).mkdir(exist_ok=True)
        (layers / name / "NAME").write_text(name)
        return layers / name

    @cache
    def synthesised(stage: Stage) -> Template:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stack_platform, "built_layer", folder_of)
            app = aws_cdk.App(outdir=str(tmp_path_factory.mktemp(stage.name)), context=UNCOPIED)
            names = [stack.stack_name for stack in build(app, stage)]
            assembly = app.synth()
            return joined({name: assembly.get_stack_by_name(name).template for name in names})

    return synthesised


@pytest.fixture(scope="session", params=sorted(STAGES))
def template(request: pytest.FixtureRequest, synthesise: Synthesise) -> Template:
    return synthesise(STAGES[request.param])


@pytest.fixture(scope="session")
def local(synthesise: Synthesise) -> Template:
    return synthesise(STAGES["local"])


@pytest.fixture(scope="session")
def prod(synthesise: Synthesise) -> Template:
    return synthesise(STAGES["prod"])
