"""Whose pay differs under two versions of the plans, and which edits did it. In: what to try. Out: a `Difference`.

Edits are switched on one after the other in file order, each on top of those before, and what moves at each is its own.
So the contributions add up to the difference by construction: they telescope, and decimals are exact.
"""

from dataclasses import dataclass

from engine.trial.diff.difference import Difference, Step, compared, deltas
from engine.trial.diff.edits import Edit
from engine.trial.diff.states import States, Tried, Unfit


def attributed(tried: Tried, called: tuple[str, str], notes: tuple[str, ...]) -> Difference:
    """The difference, with its steps. Raises Unfit where the old or the new plans can't be calculated."""
    states = States(tried)
    everything = tried.edits.switches
    old, new = (states.side(on, name) for on, name in zip((frozenset[int](), everything), called, strict=True))
    rows, unpaid = compared(old.pay, new.pay), compared(old.unpaid, new.unpaid)
    steps = tuple(_steps(states, tried.edits.edits))
    digits = {**tried.old.workspace.currencies, **tried.new.workspace.currencies}
    return Difference(old, new, tuple(tried.periods), digits, rows, unpaid, notes, tried.edits.edits, steps)


@dataclass(frozen=True)
class _Group:
    """Edits that are switched on together; `because` says why not one by one."""

    edits: tuple[Edit, ...]
    because: str | None

    @property
    def switches(self) -> frozenset[int]:
        return frozenset(switch for edit in self.edits for switch in edit.switches)


def _steps(states: States, edits: tuple[Edit, ...]) -> list[Step]:
    waiting = [edit for edit in edits if edit.switches]
    on: frozenset[int] = frozenset()
    steps: list[Step] = []
    base = before = states.pay(on)
    while waiting:
        group = _next(states, on, waiting)
        waiting = [edit for edit in waiting if edit not in group.edits]
        on = on | group.switches
        after = states.pay(on)
        try:
            alone = deltas(base[0], states.pay(group.switches)[0])
        except Unfit:
            alone = None
        moved, unpaid = (deltas(*each) for each in zip(before, after, strict=True))
        steps.append(Step(len(steps) + 1, group.edits, group.because, moved, unpaid, alone))
        before = after
    return steps


def _next(states: States, on: frozenset[int], waiting: list[Edit]) -> _Group:
    """The first edit, with the next ones until all compile, less those of them that it doesn't need."""
    group, because = [waiting[0]], states.unfit(on | waiting[0].switches)
    for edit in waiting[1:]:
        if states.unfit(on | _Group(tuple(group), None).switches) is None:
            break
        group.append(edit)
    for edit in group[-2:0:-1]:
        fewer = [each for each in group if each is not edit]
        if states.unfit(on | _Group(tuple(fewer), None).switches) is None:
            group = fewer
    return _Group(tuple(group), because)
