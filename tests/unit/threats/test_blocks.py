"""What a rule or a person blocks is what the doors look up, for as long as it says."""

import pytest

from docchain.clock import epoch
from docchain.errors import ValidationFailed
from docchain.identity.addresses import blocks_of, is_blocked
from docchain.threats.blocks import new_block
from docchain.threats.watch import Watch, watch
from tests.support.security_events import an_address, failed_login, moved, noon, series


def refused(keeper: Watch, tenant: str, address: str) -> bool:
    """As the authorizer finds out."""
    return is_blocked(keeper.blocks.identity.get_many(blocks_of(tenant, address)), tenant, address)


def test_an_address_that_stuffs_credentials_is_blocked_for_the_whole_stage(tenant: str, keeper: Watch) -> None:
    address = an_address()
    *events, last = moved(series("credential_stuffing", tenant, 10, address), noon())
    for heard in events:
        watch(heard, keeper)
    assert not refused(keeper, "anybody", address)
    watch(last, keeper)
    assert refused(keeper, "anybody", address)
    assert [block.address for block in keeper.blocks.read_page(tenant, limit=10, start_key=None)[0]] == [address]
    told = [i["event"] for i in keeper.blocks.guard.query(f"{tenant}#outbox").items]
    assert {e["type"] for e in told} == {"threat.detected", "address.blocked"}


def test_a_block_of_another_tenant_is_not_ones_own(tenant: str, keeper: Watch) -> None:
    address = an_address()
    keeper.blocks.block(tenant, new_block(address, "guesses", "ada", 5), "ada")
    assert refused(keeper, tenant, address)
    assert not refused(keeper, f"{tenant}x", address)


def test_every_spelling_of_an_address_is_the_same_address(tenant: str, keeper: Watch) -> None:
    keeper.blocks.block(tenant, new_block("2001:DB8:0:0::00a7", "guesses", "ada", 5), "ada")
    assert refused(keeper, tenant, "2001:db8::a7")
    assert keeper.blocks.find(tenant, "2001:db8::a7") is not None
    keeper.blocks.block(tenant, new_block("::ffff:198.51.100.9", "guesses", "ada", 5), "ada")
    assert refused(keeper, tenant, "198.51.100.9")


def test_a_block_ends_by_its_time_though_it_still_lies_there(tenant: str, keeper: Watch) -> None:
    address = an_address()
    over = new_block(address, "guesses", "ada", 5).model_copy(update={"expires_at": epoch() - 1})
    keeper.blocks.block(tenant, over, "ada")
    assert not refused(keeper, tenant, address)
    assert keeper.blocks.read_page(tenant, limit=10, start_key=None)[0] == []


def test_a_rule_never_shortens_a_block(tenant: str, keeper: Watch) -> None:
    address = an_address()
    for heard in moved([failed_login(tenant, n, address) for n in range(25)], noon(1), seconds=0):
        watch(heard, keeper)  # of an hour, then of a day
    for heard in moved([failed_login(tenant, n, address) for n in range(50, 61)], noon(), seconds=0):
        watch(heard, keeper)
    for owner in ("_anonymous", tenant):
        block = keeper.blocks.find(owner, address)
        assert block is not None
        assert (block.blocked_by, block.expires_at > epoch() + 23 * 3600) == ("rule:password_spraying", True)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "172.17.0.1", "192.168.1.5", "fd00::1"])
def test_an_address_of_ones_own_is_found_and_never_blocked(tenant: str, keeper: Watch, address: str) -> None:
    events = moved(series("credential_stuffing", tenant, 10, address), noon())
    threats = [threat for heard in events for threat in watch(heard, keeper)]
    assert {threat.blocked_until for threat in threats if threat.tenant_id == tenant} == {None}
    assert not refused(keeper, tenant, address)
    with pytest.raises(ValidationFailed):
        new_block(address, "by hand", "ada", 5)
