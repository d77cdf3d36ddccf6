"""The Merkle tree, against the vectors of RFC 6962's reference implementation and against itself at every size."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docchain.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_spans,
    includes,
    inclusion_spans,
    is_consistent,
    leaf_hash,
    node_hash,
    nodes_of,
    nodes_over,
    proof_of,
    tree_root,
)

# The eight leaves, roots and paths that certificate-transparency's own tests use.
LEAVES = [
    bytes.fromhex(data)
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
GROWTH = {
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
HASHED = [leaf_hash(leaf) for leaf in LEAVES]
MANY = [leaf_hash(str(i).encode()) for i in range(300)]
SIZES = st.integers(1, 300)


def recursive_root(leaves):
    """MTH as the RFC writes it down, the slow way."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(recursive_root(leaves[:middle]), recursive_root(leaves[middle:]))


def inclusion(leaves, index):
    return proof_of(inclusion_spans(index, len(leaves)), nodes_over(leaves))


def consistency(leaves, first):
    return proof_of(consistency_spans(first, len(leaves)), nodes_over(leaves))


def flipped(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_a_tree_without_leaves_has_the_hash_of_nothing():
    assert tree_root([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size):
    assert tree_root(HASHED[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_inclusion_proofs_are_those_of_the_reference(index, size):
    assert [p.hex() for p in inclusion(HASHED[:size], index)] == PATHS[index, size]


@pytest.mark.parametrize(("first", "second"), GROWTH)
def test_consistency_proofs_are_those_of_the_reference(first, second):
    assert [p.hex() for p in consistency(HASHED[:second], first)] == GROWTH[first, second]


@given(st.integers(0, 300))
def test_a_frontier_has_the_root_of_the_whole_tree(size):
    assert tree_root(MANY[:size]) == recursive_root(MANY[:size])


@given(SIZES, SIZES)
def test_a_frontier_that_grows_equals_one_made_at_once(one, other):
    small, large = sorted((one, other))
    grown = Frontier().with_leaves(MANY[:small]).with_leaves(MANY[small:large])
    assert grown == Frontier().with_leaves(MANY[:large])


def test_a_frontier_has_as_many_hashes_as_its_size_has_bits():
    with pytest.raises(ValueError, match="perfect subtrees"):
        Frontier(3, (b"x" * 32,))


@given(SIZES, st.data())
def test_every_leaf_is_proved_and_no_other(size, data):
    index = data.draw(st.integers(0, size - 1))
    leaves = MANY[:size]
    root, proof = tree_root(leaves), inclusion(leaves, index)
    assert includes(root, size, index, leaves[index], proof)
    assert not includes(root, size, index, leaf_hash(b"another"), proof)
    assert not includes(root, size, index, leaves[index], [*proof, root])
    other = data.draw(st.integers(-1, size + 1))
    assert includes(root, size, other, leaves[index], proof) == (other == index)


@given(SIZES, st.data())
def test_an_inclusion_proof_with_one_bit_flipped_fails(size, data):
    index, leaves = data.draw(st.integers(0, size - 1)), MANY[:size]
    root, proof = tree_root(leaves), inclusion(leaves, index)
    bit = data.draw(st.integers(0, 255))
    assert not includes(flipped(root, bit), size, index, leaves[index], proof)
    assert not includes(root, size, index, flipped(leaves[index], bit), proof)
    for position in range(len(proof)):
        tampered = [*proof[:position], flipped(proof[position], bit), *proof[position + 1 :]]
        assert not includes(root, size, index, leaves[index], tampered)
        assert not includes(root, size, index, leaves[index], proof[:position] + proof[position + 1 :])


@given(SIZES, SIZES)
def test_a_tree_is_consistent_with_every_beginning_of_it(one, other):
    first, second = sorted((one, other))
    proof = consistency(MANY[:second], first)
    assert is_consistent(first, tree_root(MANY[:first]), second, tree_root(MANY[:second]), proof)


@given(SIZES, SIZES, st.data())
@settings(max_examples=200)
def test_a_consistency_proof_that_was_tampered_with_fails(one, other, data):
    first, second = sorted((one, other))
    old, new = tree_root(MANY[:first]), tree_root(MANY[:second])
    proof, bit = consistency(MANY[:second], first), data.draw(st.integers(0, 255))
    assert not is_consistent(first, flipped(old, bit), second, new, proof)
    assert not is_consistent(first, old, second, flipped(new, bit), proof)
    assert not is_consistent(first, old, second, new, [*proof, old])
    for position in range(len(proof)):
        tampered = [*proof[:position], flipped(proof[position], bit), *proof[position + 1 :]]
        assert not is_consistent(first, old, second, new, tampered)
        assert not is_consistent(first, old, second, new, proof[:position] + proof[position + 1 :])


@given(st.integers(2, 300), st.data())
def test_a_history_that_was_rewritten_is_consistent_with_nothing(size, data):
    first = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, first - 1))
    rewritten = [*MANY[:changed], leaf_hash(b"rewritten"), *MANY[changed + 1 : size]]
    proof = consistency(rewritten, first)
    assert not is_consistent(first, tree_root(MANY[:first]), size, tree_root(rewritten), proof)


def test_a_tree_cannot_shrink():
    assert not is_consistent(5, tree_root(MANY[:5]), 3, tree_root(MANY[:3]), [])


def test_proofs_of_a_million_leaves_need_few_nodes():
    spans = inclusion_spans(123_456, 1_000_000)
    assert len(spans) <= 20
    assert sum(len(nodes_of(span)) for span in spans) <= 40
