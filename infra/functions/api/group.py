"""A group of routes: one function, and the paths that are its."""

from dataclasses import dataclass

from infra.constructs.python_function import PythonFunction


@dataclass(frozen=True)
class Group:
    """``prefix`` and ``also`` are the paths below which all belongs to the group, though they lie below another's:
    the longer path wins. ``public`` are the paths that need no token. ``exact`` are single
    paths of another group that are answered here. Who ``pushes`` writes to sockets.
    """

    function: PythonFunction
    prefix: str | None
    public: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    pushes: bool = False


def below(prefix: str, function: PythonFunction, *public: str) -> Group:
    """``public`` are named from the prefix on."""
    return Group(function, prefix, tuple(f"{prefix}{path}" for path in public))
