"""``make bench``: cold imports, compiling, time per event, AWS calls, chains on a stage, and other engines.

``--only imports|compiler|routes|search|quality|chains|scale|peers`` measures one part; ``--base-url`` (or BASE_URL)
takes a stage that runs already.
"""

import argparse

from tests.performance import chains, cold_imports, comparison, compiling, quality, routes, scale, search
from tests.performance.figures import Figure, conclude, show
from tests.performance.stages import add_stage_options, the_stage

PARTS = ("imports", "compiler", "routes", "search", "quality", "chains", "scale", "peers")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.performance.bench")
    parser.add_argument("--only", choices=PARTS)
    add_stage_options(parser)
    given = parser.parse_args()
    parts = (given.only,) if given.only else PARTS
    figures: list[Figure] = []
    if "imports" in parts:
        figures += show("Cold import of each handler, CPU, best of three", cold_imports.measure())
    if "compiler" in parts:
        figures += show(
            "Definitions to machines: checked, compiled and written out, best of three", compiling.measure()
        )
    if "routes" in parts:
        figures += show("Per event in this process, without the time of AWS calls", routes.measure())
    if "search" in parts:
        figures += show("Search by meaning: what it finds, and what 100,000 chunks take", search.measure())
    if "quality" in parts:
        figures += show("The local methods on the sets of tests/quality, and on a long text", quality.measure())
    if {"chains", "scale", "peers"} & set(parts):
        with the_stage(given) as address:
            figures += _on_a_stage(parts, address)
    conclude(figures)


def _on_a_stage(parts: tuple[str, ...], address: str) -> list[Figure]:
    figures: list[Figure] = []
    if "chains" in parts:
        figures += show(f"Chains of five templates at {address}", chains.measure(address))
    if "scale" in parts:
        figures += show(f"Many runs, a long one and one that waits, at {address}", scale.measure(address))
    if "peers" in parts:
        figures += show("The same chain of five here and elsewhere", comparison.measure(address))
    return figures


if __name__ == "__main__":
    main()
