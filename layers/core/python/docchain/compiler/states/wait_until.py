"""A node that waits for a moment, in seconds from when it is reached.

A Wait has no Catch, so nothing in its expressions may fail: the text that an author's expression gives is looked at
before it is read, and a text that is no time is waited for not at all and noted; the next step ends the run with it.
Dates are counted here and not by JSONata's own functions, which differ in what they take for a date.
"""

from docchain.compiler import data
from docchain.compiler.plan import Scope, State, go_on
from docchain.nodes.kinds.delay import ONE_YEAR
from docchain.nodes.kinds.wait_until import literal_moment

INVALID_TIME = "INVALID_TIME"
TIME_TOO_FAR = "TIME_TOO_FAR"

_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?"
_OFFSET = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
# Days from 1970-01-01 by the Gregorian rule, with years that begin in March so that a leap day is a year's last.
_READ = """
$n := function($from, $count) { $number($substring($u, $from, $count)) };
$m := $n(5, 2); $y := $m > 2 ? $n(0, 4) : $n(0, 4) - 1;
$days := 365 * $y + $floor($y / 4) - $floor($y / 100) + $floor($y / 400)
 + $floor((153 * ($m > 2 ? $m - 3 : $m + 9) + 2) / 5) + $n(8, 2) - 719469;
$zone := $substring($u, -1) = 'Z' ? 0
 : ($substring($u, -6, 1) = '-' ? -60 : 60) * (60 * $n(-5, 2) + $n(-2, 2));
$days * 86400 + $n(11, 2) * 3600 + $n(14, 2) * 60 + $n(17, 2) - $zone
""".replace("\n", " ").strip()


def add_wait_until(scope: Scope, key: str, then: str | None) -> str:
    known = _known(scope, key)
    note = (
        f"$left > {ONE_YEAR} ? {{'node': '{key}', 'error': '{TIME_TOO_FAR}', 'cause': $u}}"
        f" : $ok ? {{'node': '{key}', 'until': $u}}"
        f" : {{'node': '{key}', 'error': '{INVALID_TIME}', 'cause': $u}}"
    )
    state: State = {
        "Type": "Wait",
        # A moment beyond what an execution may last is not waited for.
        "Seconds": data.expression(f"({known}; $left > 0 and $left <= {ONE_YEAR} ? $left : 0)"),
        "Output": data.output(
            passed=f"({known}; $append({data.PASSED}, [{note}]))", keep=scope.kept_at(then), item=scope.plan.item
        ),
        **go_on(then),
    }
    return scope.add(scope.state_of(key), state)


def _known(scope: Scope, key: str) -> str:
    """Binds ``$u``, the moment as text, ``$ok``, whether it is one, and ``$left``, the seconds until then."""
    config = scope.plan.node(key).config
    moment = literal_moment(config)
    if moment:
        left = f"$ceil({moment.timestamp():.3f} - $millis() / 1000)"
        return f"$u := '{moment.isoformat()}'; $ok := true; $left := {left}"
    around = f"{{'nodes': {data.FACTS}, 'params': {data.IDENTITY}.params}}"
    given = f"$given := {around}.({config['until']})"
    # Cut, because what is no time is told in a note, and notes are counted.
    text = "$u := $type($given) = 'string' ? $substring($given, 0, 60) : $exists($given) ? $type($given) : 'nothing'"
    ok = f"$ok := $contains($u, /^{_DATE}T{_TIME}{_OFFSET}$/)"
    return f"{given}; {text}; {ok}; $left := $ok ? $ceil(({_READ}) - $millis() / 1000) : 0"
