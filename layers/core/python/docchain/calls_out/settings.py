"""The environment of functions that call out, and the sender built from it."""

from functools import partial

from docchain.calls_out.requesting import send_request
from docchain.outbound.client import Client
from docchain.outbound.settings import OutboundSettings
from docchain.steps.call import Worker
from docchain.steps.settings import StepSettings
from docchain.vault.settings import VaultSettings, build_secrets


class CallSettings(StepSettings, OutboundSettings, VaultSettings):
    """What a step has, where it may call, and whose secrets it sends."""


def build_sender(settings: CallSettings, used_for: str) -> Worker:
    """``used_for`` is what the audit hears of a secret's use."""
    return partial(send_request, Client(settings.policy()), build_secrets(settings, used_for))
