"""Who a call is counted for: an API key, else a user, else an address."""

from dataclasses import dataclass

from docchain.auth.caller import Caller
from docchain.identity.addresses import line_of
from docchain.limits.rates import Rate

# Owner of what happens before anybody is known: it is no tenant.
NOBODY = "_anonymous"


@dataclass(frozen=True)
class Subject:
    """``kind`` is ``key``, ``user``, ``address``, or ``sign_in`` for tries at becoming somebody."""

    tenant_id: str
    kind: str
    who: str

    @property
    def pk(self) -> str:
        return f"{self.tenant_id}#bucket#{self.kind}#{self.who}"

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.who}"


def of_caller(caller: Caller) -> tuple[Subject, Rate]:
    kind, who = ("key", caller.api_key_id) if caller.api_key_id else ("user", str(caller.user_id))
    return Subject(caller.tenant_id, kind, who), Rate(caller.rate_limit)


def of_address(address: str, *, sign_in: bool = False) -> Subject:
    return Subject(NOBODY, "sign_in" if sign_in else "address", line_of(address) or address)
