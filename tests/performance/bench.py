"""``make bench``: cold imports, compiling, time per event, AWS calls, and chains on a stage.

``--only imports|compiler|routes|chains`` measures one part; ``--base-url`` (or BASE_URL) takes a stage that runs already.
"""

import argparse

from tests.performance import chains, cold_imports, compiling, routes
from tests.performance.figures import Figure, conclude, show
from tests.performance.stages import add_stage_options, the_stage

PARTS = ("imports", "compiler", "routes", "chains")


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
    if "chains" in parts:
        with the_stage(given) as address:
            figures += show(f"Chains of five templates at {address}", chains.measure(address))
    conclude(figures)


if __name__ == "__main__":
    main()
