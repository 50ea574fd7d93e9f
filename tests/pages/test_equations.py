"""Signs and indices of equations, and blocks that are none.

usage: test_equations.py SOURCE   (the root of the repository)
"""

import re
import sys

sys.path.insert(0, f"{sys.argv[1]}/data")

from equations import equation_html, symbols_html  # noqa: E402

CELLS = [
    ("L = |c_1 - c_2|^2", "L = |c<sub>1</sub> - c<sub>2</sub>|<sup>2</sup>"),
    ("x = sum_i n_i", "x = ∑<sub>i</sub> n<sub>i</sub>"),
    ("E_{k,n} = lambda", "E<sub>k,n</sub> = λ"),
    ("a = y_j^H v", "a = y<sub>j</sub><sup>H</sup> v"),
    ("m = 10^(-hop / memory)", "m = 10<sup>-hop / memory</sup>"),
    ("w = (E / D)^0.35", "w = (E / D)<sup>0.35</sup>"),
    ("p = -q_f log(x)^-q_f", "p = -q<sub>f</sub> log(x)<sup>-q</sup><sub>f</sub>"),
    ("a &lt;= b = sqrt(2)", "a ≤ b = √(2)"),
    ("p_world = R_world_sensor * p", "p<sub>world</sub> = R<sub>world sensor</sub> * p"),
]


def main():
    faults = []
    for text, expected in CELLS:
        found = equation_html(text) or ""
        if f"<span>{expected}</span>" not in found:
            faults.append(f"{text}: expected {expected}, found {found}")
    # Columns stay where they were: the second cells of both lines begin at the same character.
    lines = equation_html("x_1 = lambda   for all x\n = 2           for none").split("\n")
    widths = [sum(int(w) for w in re.findall(r"width:(\d+)ch", line)) + len(re.match(r"(?:<pre[^>]*>)?( *)", line).group(1)) for line in lines]
    if widths[0] != widths[1]:
        faults.append(f"columns are not aligned: {widths}")
    for block in ("sum_b w_b Re[y_1]", "|f| exp(8 g)"):
        if equation_html(block) is None:
            faults.append(f"an equation: {block}")
    for block in ("csl-train --lr = 3", "no equation here", "$ a = b", "int f(int a) {\n  b = c;\n}"):
        if equation_html(block) is not None:
            faults.append(f"no equation: {block}")
    for text, expected in (("H^-1 g", "H<sup>-1</sup> g"), ("the bin y_k has M^2 entries", "the bin y<sub>k</sub> has M<sup>2</sup> entries"), ("file_name_a a/b_c", "file_name_a a/b_c")):
        if symbols_html(text) != expected:
            faults.append(f"{text}: found {symbols_html(text)}")
    print("\n".join(faults) or "0 faults")
    return 1 if faults else 0


sys.exit(main())
