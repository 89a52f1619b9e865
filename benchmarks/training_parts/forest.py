"""A forest plot: what was found for each of several things, with its interval, as SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _LEFT, _RIGHT = 640, 280, 20
_TOP, _LINE, _BOTTOM = 32, 22, 30
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # between ticks
_MOST_TICKS = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, and what was found for it, with the ends of its interval."""

    label: str
    mean: float
    low: float
    high: float


def forest(lines: Sequence[Line], title: str) -> str:
    """Draw lines one under the other, on one scale that has zero in it."""
    least = min([0.0, *(line.low for line in lines)])
    most = max([0.0, *(line.high for line in lines)])

    def x(value: float) -> float:
        share = (value - least) / ((most - least) or 1.0)
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    bottom = _TOP + _LINE * len(lines)
    drawn = []
    for row, line in enumerate(lines):
        y = _TOP + _LINE * row + _LINE // 2
        color = "#2f7d4f" if line.low > 0 else "#b03a2e" if line.high < 0 else "#666"
        drawn.append(
            f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(line.label)}</text>'
        )
        drawn.append(f'<path d="M{x(line.low)} {y}H{x(line.high)}" stroke="{color}"/>')
        drawn.append(f'<circle cx="{x(line.mean)}" cy="{y}" r="4" fill="{color}"/>')
    step = next((s for s in _STEPS if (most - least) / s < _MOST_TICKS), _STEPS[-1])
    for tick in range(math.ceil(least / step), math.floor(most / step) + 1):
        label = f"{tick * step:+.2f}" if tick else "0"
        drawn.append(f'<text x="{x(tick * step)}" y="{bottom + 18}">{label}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {bottom + _BOTTOM}" '
        f'font-family="sans-serif" font-size="11" text-anchor="middle" stroke-width="2">'
        f'<rect width="{_WIDTH}" height="{bottom + _BOTTOM}" fill="#fff"/>'
        f'<text x="{_WIDTH // 2}" y="16" font-size="12">{escape(title)}</text>'
        f'<path d="M{x(0.0)} {_TOP}V{bottom}" stroke="#bbb" stroke-width="1"/>'
        f"{''.join(drawn)}</svg>\n"
    )
