"""How figures are drawn: style, layout, axes, series, panels, and their forms as SVG and PNG."""
