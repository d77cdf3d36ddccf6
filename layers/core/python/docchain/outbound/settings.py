"""The environment of a function that calls addresses a tenant named."""

from pydantic_settings import BaseSettings

from docchain.outbound.policy import Policy, policy_of


class OutboundSettings(BaseSettings):
    """``outbound_loopback_ports`` are comma-joined and empty but on a developer's machine."""

    outbound_plain_http: bool
    outbound_loopback_ports: str

    def policy(self) -> Policy:
        return policy_of(self.outbound_plain_http, self.outbound_loopback_ports)
