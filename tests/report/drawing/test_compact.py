"""Figures in fewer letters: what is left out draws nothing."""

from gilbench.report.drawing.compact import compact


def test_groups_that_say_nothing_are_left_out():
    """Those with an attribute stay, with their contents in their order."""
    body = '<g> <g clip-path="url(#a)"> <g> <path d="M 1 2 L 3 4 " /> </g> </g> <g id="b"/> </g>'
    assert compact(body) == '<g clip-path="url(#a)"><path d="M1 2L3 4" /></g>'


def test_a_line_of_one_point_is_left_out():
    """It draws nothing; one of two points stays, also where they are the same."""
    assert compact('<path d="M 1.5 2 " style="fill: none"/>') == ""
    assert compact('<path d="M 1.5 -2 L 1.5 -2 "/>') == '<path d="M1.5-2L1.5-2"/>'


def test_text_keeps_its_spaces():
    """Between tags a space means nothing, within a text it does."""
    assert compact("<g> <text>one M 2 </text> <text>x</text> </g>") == (
        "<text>one M 2 </text><text>x</text>"
    )


def test_neighbours_of_one_style_share_it():
    """But for opacity, which a group would have as a whole."""
    point = '<use xlink:href="#m" x="{}" style="{}"/>'
    pale = "".join(point.format(place, "fill: red; fill-opacity: 0.2") for place in (1, 2))
    assert compact(pale) == (
        '<g style="fill: red; fill-opacity: 0.2"><use href="#m" x="1"/><use href="#m" x="2"/></g>'
    )
    clear = "".join(point.format(place, "fill: red; opacity: 0.2") for place in (1, 2))
    assert compact(clear) == clear.replace("xlink:", "")
