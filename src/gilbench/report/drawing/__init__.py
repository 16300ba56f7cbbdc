"""How figures are drawn: style, series, panels, and their forms as SVG and PNG."""
