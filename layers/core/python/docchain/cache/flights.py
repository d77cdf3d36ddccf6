"""Callers of one process who ask for the same at the same time: one goes, the others wait for what it brings."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass
class _Flight(Generic[Result]):
    landed: threading.Event = field(default_factory=threading.Event)
    result: Result | None = None
    error: Exception | None = None
    passengers: int = 0


@dataclass
class Flights(Generic[Result]):
    _under_way: dict[Hashable, "_Flight[Result]"] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def join(self, key: Hashable, go: Callable[[], Result], landed: Callable[[int], None]) -> tuple[Result, bool]:
        """The result, and whether somebody else brought it; its error is everybody's.

        ``landed`` hears of the one who went how many waited.
        """
        with self._lock:
            flight = self._under_way.get(key)
            is_first = flight is None
            if flight is None:
                flight = self._under_way[key] = _Flight()
            else:
                flight.passengers += 1
        if is_first:
            return self._fly(key, flight, go, landed), False
        flight.landed.wait()
        if flight.error is not None:
            raise flight.error
        return flight.result, True  # type: ignore[return-value]  # it landed without an error

    def forget(self, is_meant: Callable[[Hashable], bool]) -> None:
        """Whoever asks from now on does not wait for what began before."""
        with self._lock:
            for key in [k for k in self._under_way if is_meant(k)]:
                del self._under_way[key]

    def _fly(
        self, key: Hashable, flight: "_Flight[Result]", go: Callable[[], Result], landed: Callable[[int], None]
    ) -> Result:
        try:
            flight.result = go()
            return flight.result
        except Exception as error:
            flight.error = error
            raise
        finally:
            with self._lock:
                if self._under_way.get(key) is flight:
                    del self._under_way[key]
            if flight.result is None and flight.error is None:  # the interpreter is going down
                flight.error = RuntimeError("the call that was waited for was broken off")
            flight.landed.set()
            landed(flight.passengers)
