"""Tiles hold every node of the tree, whichever way it grew."""

from hypothesis import given
from hypothesis import strategies as st

from docchain.audit.merkle import (
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    nodes_of,
    nodes_over,
    proof_of,
    tree_root,
)
from docchain.audit.tiles import grown, node_in, open_tiles, tile_of

MANY = [leaf_hash(str(i).encode()) for i in range(1500)]


def kept(*steps):
    """The tiles of a tree that grew by so many leaves at a time."""
    tiles, size = {}, 0
    for step in steps:
        opened = {tile: tiles[tile] for tile in open_tiles(size)}
        tiles |= grown(size, opened, MANY[size : size + step])
        size += step
    return tiles


def from_tiles(tiles):
    return lambda node: node_in(tiles[tile_of(node)], node)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=5).filter(lambda steps: sum(steps) <= len(MANY)))
def test_tiles_are_the_same_whichever_way_the_tree_grew(steps):
    assert kept(*steps) == kept(sum(steps))


@given(st.integers(1, 1500), st.data())
def test_proofs_from_tiles_are_those_of_the_whole_tree(size, data):
    node, whole = from_tiles(kept(size)), nodes_over(MANY[:size])
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    for spans in (inclusion_spans(index, size), consistency_spans(first, size)):
        assert proof_of(spans, node) == proof_of(spans, whole)


def test_a_proof_of_a_tree_that_has_grown_since_reads_the_same_tiles():
    node = from_tiles(kept(300, 900))
    assert proof_of(inclusion_spans(7, 300), node) == proof_of(inclusion_spans(7, 300), nodes_over(MANY[:300]))


def test_a_full_tile_has_its_root_one_storey_up():
    tiles = kept(256 * 3 + 5)
    assert tiles[1, 0][32:64] == tree_root(MANY[256:512])
    assert {tile: len(hashes) // 32 for tile, hashes in tiles.items()} == {
        (0, 0): 256,
        (0, 1): 256,
        (0, 2): 256,
        (0, 3): 5,
        (1, 0): 3,
    }


def test_a_proof_of_a_million_leaves_reads_few_tiles():
    spans = inclusion_spans(123_456, 1_000_003)
    assert len({tile_of(node) for span in spans for node in nodes_of(span)}) <= 6
