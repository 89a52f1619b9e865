"""A picture of the documented share: one small SVG, drawn here and fetched from nowhere."""

from batdoc.cli.check_formats import percent

_COLOURS = ((95, "#2e7d32"), (80, "#558b2f"), (60, "#9e7700"), (40, "#c75000"), (0, "#b71c1c"))
_LABEL = "documented"
_LABEL_WIDTH, _HEIGHT = 82, 20  # pixels
_DIGIT_WIDTH, _MARGIN = 7.2, 12

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" \
aria-label="{label}: {value}">
  <title>{label}: {value}</title>
  <rect width="{width}" height="{height}" rx="3" fill="#424242"/>
  <path d="M{left} 0h{inner}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{inner}z" fill="{colour}"/>
  <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
    <text x="{label_at}" y="14">{label}</text>
    <text x="{value_at}" y="14">{value}</text>
  </g>
</svg>
"""


def badge(share: float) -> str:
    """Draw a share as SVG text.

    Args:
        share: From 0 to 100.
    """
    value = percent(share)
    value_width = round(len(value) * _DIGIT_WIDTH) + _MARGIN
    return _SVG.format(
        width=_LABEL_WIDTH + value_width,
        height=_HEIGHT,
        left=_LABEL_WIDTH,
        inner=value_width - 3,
        label=_LABEL,
        value=value,
        colour=next(colour for least, colour in _COLOURS if share >= least),
        label_at=_LABEL_WIDTH / 2,
        value_at=_LABEL_WIDTH + value_width / 2,
    )
