"""From how an SDK fails to our words for it: by kind and status, never by its text, which may repeat a key."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from types import ModuleType
from typing import Final

from docchain.ai.errors import (
    ProviderAnswerInvalid,
    ProviderAuthFailed,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from docchain.clock import epoch
from docchain.outbound.errors import AddressRefused

NOT_ALLOWED: Final = (401, 403)
LATER: Final = (408, 409, 425, 429)


def fault_of(
    name: str, status: int, headers: Mapping[str, str]
) -> ProviderAuthFailed | ProviderUnavailable | ProviderRefused:
    details = {"provider": name, "status": status}
    if status in NOT_ALLOWED:
        return ProviderAuthFailed(f"{name} does not accept the configured key", details=details)
    if status in LATER or status >= 500:
        wait = seconds_to_wait(headers)
        return ProviderUnavailable(f"{name} is overloaded or away ({status})", retry_after=wait, details=details)
    return ProviderRefused(f"{name} refuses the request ({status})", details=details)


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """``Retry-After`` in seconds or as a date (RFC 9110, 10.2.3), or in milliseconds as some providers say it."""
    exact, plain = headers.get("retry-after-ms"), headers.get("retry-after")
    try:
        if exact:
            return max(0.0, float(exact) / 1000)
        return max(0.0, float(plain)) if plain else None
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(plain or "").timestamp() - epoch())
    except ValueError:
        return None


@contextmanager
def of_transport(name: str) -> Iterator[None]:
    """What comes through SDKs as it is: their HTTP client's errors, and JSON that is none."""
    import httpx2

    try:
        yield
    except AddressRefused as error:
        raise ProviderRefused(f"the address of {name} may not be called: {error.message}") from None
    except httpx2.TimeoutException:
        raise ProviderTimeout(f"{name} did not answer in time") from None
    except httpx2.RemoteProtocolError:
        raise ProviderUnavailable(f"{name} broke the connection") from None
    except httpx2.HTTPError:
        raise ProviderUnavailable(f"{name} cannot be reached") from None
    except (ValueError, AttributeError, TypeError, KeyError, IndexError):
        # The SDKs read an answer without looking at its shape.
        raise ProviderAnswerInvalid(f"{name} answered with something that is not its protocol") from None


@contextmanager
def of_sdk(sdk: ModuleType, name: str) -> Iterator[None]:
    """The SDKs of OpenAI and Anthropic have the same tree of errors."""
    try:
        with of_transport(name):
            yield
    except sdk.APITimeoutError:
        raise ProviderTimeout(f"{name} did not answer in time") from None
    except sdk.APIConnectionError as error:
        if isinstance(error.__cause__, AddressRefused):
            raise ProviderRefused(f"the address of {name} may not be called: {error.__cause__.message}") from None
        raise ProviderUnavailable(f"{name} cannot be reached") from None
    except sdk.APIStatusError as error:
        raise fault_of(name, error.status_code, error.response.headers) from None
    except sdk.APIResponseValidationError:
        raise ProviderAnswerInvalid(f"{name} answered with something that is not its protocol") from None
    except sdk.APIError:  # an error told in the middle of a stream
        raise ProviderUnavailable(f"{name} told of an error in its answer") from None
