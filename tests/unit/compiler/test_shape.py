"""Sequences and forks lose no more parallelism than they must."""

from docchain.compiler.shape import MAX_DEPTH, Block, Fork, Sequence, shape
from docchain.definitions.graph import graph_of
from tests.support.definitions import a_definition, a_node


def shape_of(**after: str) -> Sequence:
    return shape(graph_of(a_definition(*(a_node(name, sources.split()) for name, sources in after.items()))))


def side_by_side(*branches: str) -> Fork:
    return Fork(tuple(tuple(branch.split()) for branch in branches))


def test_a_chain_is_a_sequence() -> None:
    assert shape_of(a="", b="a", c="b") == ("a", "b", "c")


def test_nodes_without_edges_between_them_run_side_by_side() -> None:
    assert shape_of(a="", b="", c="a") == (side_by_side("a c", "b"),)


def test_an_edge_that_follows_from_others_changes_nothing() -> None:
    assert shape_of(a="", b="a", c="a b") == ("a", "b", "c")


def test_branches_keep_their_own_sequences_between_fork_and_join() -> None:
    found = shape_of(a="", b="a", c="b", d="a", e="c d")
    assert found == ("a", side_by_side("b c", "d"), "e")


def test_all_to_all_needs_no_node_between() -> None:
    assert shape_of(a="", b="", c="a b", d="a b") == (side_by_side("a", "b"), side_by_side("c", "d"))


def test_what_is_not_series_parallel_runs_in_waves() -> None:
    assert shape_of(a="", b="", c="a", d="a b") == (side_by_side("a", "b"), side_by_side("c", "d"))


def test_only_the_part_that_is_not_series_parallel_runs_in_waves() -> None:
    found = shape_of(start="", a="start", b="start", c="a", d="a b", end="c d", apart="start")
    waves = (side_by_side("a", "b"), side_by_side("c", "d"), "end")
    assert found == ("start", Fork((waves, ("apart",))))


def test_nesting_has_an_end() -> None:
    nodes = [a_node("s0", [])]
    for i in range(40):
        nodes += [a_node(f"s{i + 1}", [f"s{i}"]), a_node(f"x{i}", [f"s{i}"])]
    found = shape(graph_of(a_definition(*nodes)))
    assert depth(found) <= MAX_DEPTH + 1


def depth(blocks: Sequence) -> int:
    def of(block: Block) -> int:
        return 1 + max(depth(branch) for branch in block.branches) if isinstance(block, Fork) else 0

    return max((of(block) for block in blocks), default=0)
