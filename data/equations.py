"""Equations of the pages, which are plain text there, as HTML: signs for words, raised and lowered indices.

The columns of a block stay aligned: a run of two or more spaces ends a cell that is as wide as its text was.
"""

import re

SIGNS = {"alpha": "α", "eps": "ε", "epsilon": "ε", "lambda": "λ", "omega": "ω", "phi": "φ", "pi": "π", "psi": "ψ", "sigma": "σ",
         "theta": "θ", "tau": "τ", "sum": "∑", "sqrt": "√", "inf": "∞"}
OPERATORS = (("&lt;=", "≤"), ("&gt;=", "≥"), ("+-", "±"), ("-&gt;", "→"), ("!=", "≠"))
# A word between spaces, signs or brackets. `sum_ij` has an index, `a_b_c` is a name of the code.
INDEX = r"(?:\{[^}]*\}|\([^)]*\)|-?\d+(?:\.\d+)?|-?[A-Za-z][A-Za-z0-9]*)"
WORD = re.compile(rf"(?<![\w`./])([A-Za-z]+|\)|\||\d+)?((?:[_^]{INDEX})+)")


def is_equation(text):
    """Whether a block of code holds equations: an equals sign with spaces, a symbol with an index or an exponential
    function, and neither commands nor a listing of files."""
    return bool(re.search(r" = |(?<![\w/])(?:sum|[A-Za-z])_[A-Za-z0-9](?!\w*[./])|\bexp\(", text)) and not re.search(r"^\s*[$#]|csl-|\.csv|\.h5|\{\n|;$|^\s*\w+\(.*\) \{", text, re.MULTILINE)


def indices(match):
    base, marks = match.group(1) or "", match.group(2)
    out = SIGNS.get(base, base)
    for kind, index in re.findall(rf"([_^])({INDEX})", marks):
        tag = "sub" if kind == "_" else "sup"
        index = index[1:-1] if index[0] in "{(" else index
        out += f"<{tag}>{signs(index)}</{tag}>"
    return out.replace("</sub><sub>", " ")  # two names of one index, such as both frames of a rotation


def signs(text):
    """Greek letters and operators. A name of the code, with an underscore or a dot, stays as it is."""
    for word, sign in OPERATORS:
        text = text.replace(word, sign)
    return re.sub(r"(?<![\w.])(" + "|".join(SIGNS) + r")(?![\w.])", lambda m: SIGNS[m.group(1)], text)


def cell_html(text):
    """One cell: markup of its signs and indices. A word of three or more letters with an index is a name of the code."""
    def replace(match):
        base = match.group(1) or ""
        return match.group(0) if len(base) > 2 and base not in SIGNS else indices(match)

    return signs(WORD.sub(replace, text))


def symbols_html(text):
    """Prose with the indices of single letters raised or lowered: y_k, M^2."""
    return re.sub(r"(?<![\w/.-])([A-Za-z])((?:[_^](?:\{[^}]*\}|-\d|[A-Za-z0-9]{1,3}))+)(?![\w/(])", indices, text)


def width(text):
    """Number of characters that a reader sees of escaped text."""
    return len(re.sub(r"&[a-z#0-9]+;", "x", text))


def line_html(line):
    out = ""
    for text, gap in re.findall(r"(\s*\S+(?: \S+)*)(\s*)", line):
        columns = width(text) + len(gap)
        lead = len(text) - len(text.lstrip())
        style = f' style="width:{columns - lead}ch"' if gap else ""
        out += " " * lead + f"<span{style}>{cell_html(text.lstrip())}</span>"
    return out


def equation_html(block):
    """The HTML of a block of escaped text; None if it holds no equations."""
    if not is_equation(block):
        return None
    return '<pre class="equation">' + "\n".join(line_html(line) for line in block.split("\n")) + "</pre>"
