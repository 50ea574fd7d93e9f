"""Checks README.md and docs/: links, line length, names of files and functions, make targets, one spelling.

usage: check_docs.py SOURCE   (the root of the repository)
Prints one line a fault and fails if there is one.
"""

import re
import subprocess
import sys
from pathlib import Path

LONGEST_LINE = 120

# Each glossary term has one spelling, everywhere. Left: what must not appear; right: what to write.
SPELLINGS = {
    r"centre(?!_m\b)|centring": "center", r"neighbour": "neighbor", r"colour": "color", r"normalis": "normaliz",
    r"localis": "localiz", r"optimis": "optimiz", r"initialis": "initializ", r"analyse": "analyze",
    r"labell": "label", r"metres?\b(?!\")": "meter", r"behaviour": "behavior", r"summaris": "summariz",
    r"orthogonalis": "orthogonaliz", r"off line": "offline", r"\bmics\b(?!:)": "microphones", r"judgement": "judgment",
}
# Words of other formats: AES69 writes metre, array files and reference data have keys with centre.
SPELLING_ALLOWED = re.compile(r'(degree|radian|gon|metre), metre|"metre"|centre_m|array_centre')
SPELLED = ["*.md", "*.h", "*.cpp", "*.py", "*.mk", "*.sh", "Makefile", "CMakeLists.txt"]


def tracked(root, *patterns):
    """Files that git knows or would add; in a copy without git, all files in the folders of the sources."""
    command = ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "--", *patterns]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        return [root / name for name in answer.stdout.split() if (root / name).exists()]
    places = [root, *(root / name for name in ("docs", "lib", "tools", "tests", "data"))]
    found = {file for place in places for pattern in patterns
             for file in (place.glob(pattern) if place == root else place.rglob(Path(pattern).name))}
    return sorted(found)


def outside_code(text):
    """Lines with their numbers, without fenced code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line


def slug(title):
    """The anchor that a Markdown heading gets."""
    title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
    title = re.sub(r"[`*]", "", title).strip().lower()
    return re.sub(r"[^\w\- ]", "", title).replace(" ", "-")


def anchors(page):
    lines = outside_code(page.read_text())
    return {slug(line.lstrip("#")) for _, line in lines if re.match(r"#{1,6} ", line)}


def check_links(page):
    for number, line in outside_code(page.read_text()):
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            other = (page.parent / name).resolve() if name else page
            if not other.exists():
                yield f"{page}:{number}: no such file: {target}"
            elif anchor and other.suffix == ".md" and anchor not in anchors(other):
                yield f"{page}:{number}: no such section: {target}"


def check_length(page):
    for number, line in outside_code(page.read_text()):
        if len(line) > LONGEST_LINE and not line.startswith("|") and "](" not in line:
            yield f"{page}:{number}: {len(line)} columns, expected at most {LONGEST_LINE}"


def check_names(page, root):
    """`lib/folder/file.cpp` exists; `folder/file.cpp:function` names a function in it."""
    for number, line in outside_code(page.read_text()):
        for code in re.findall(r"`([^`]+)`", line):
            match = re.fullmatch(r"((?:lib/|tests/|tools/|data/)?[a-z0-9_]+(?:/[a-z0-9_]+)*\.(?:h|cpp|py|sh|mk))"
                                 r"(?::([A-Za-z_]\w*(?:::[A-Za-z_]\w*)*))?", code)
            if not match or "/" not in match.group(1):
                continue
            files = [root / match.group(1), root / "lib" / match.group(1)]
            found = next((file for file in files if file.exists()), None)
            if found is None:
                yield f"{page}:{number}: no such file: {code}"
            elif match.group(2) and not re.search(rf"\b{match.group(2).split('::')[-1]}\b", found.read_text()):
                yield f"{page}:{number}: {found.name} does not name {match.group(2)}"


def check_symbols(page, root):
    """`folder::name` is a name in a header of lib/folder."""
    for number, line in outside_code(page.read_text()):
        for space, name in re.findall(r"`([a-z0-9]+(?:::(?:svg|device))?)::([A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)(?:\(\))?`", line):
            headers = list((root / "lib" / space.replace("::", "/")).glob("*.h"))
            name = name.split("::")[-1]
            if headers and not any(re.search(rf"\b{name}\b", header.read_text()) for header in headers):
                yield f"{page}:{number}: no header of {space}/ has the name {name}"


def check_targets(page, targets):
    for number, line in enumerate(page.read_text().splitlines(), 1):
        for target in re.findall(r"(?:^|`)make ([a-z][a-z-]*)", line):
            if target not in targets:
                yield f"{page}:{number}: no such target: make {target}"


def check_spelling(file):
    for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
        line = SPELLING_ALLOWED.sub("", line)
        for wrong, right in SPELLINGS.items():
            if found := re.search(wrong, line, re.IGNORECASE):
                yield f"{file}:{number}: found {found.group(0)}, expected {right}"


def main(root):
    pages = tracked(root, "*.md", "docs/*.md", "docs/**/*.md")
    targets = set(re.findall(r"\b[a-z][a-z-]*(?=[^\n:=]*:(?!=))", (root / "Makefile").read_text()))
    faults = []
    for page in pages:
        faults += [*check_links(page), *check_length(page), *check_names(page, root), *check_symbols(page, root),
                   *check_targets(page, targets)]
    for file in tracked(root, *SPELLED):
        if file != Path(__file__).resolve():
            faults += check_spelling(file)
    for fault in faults:
        print(fault.replace(f"{root}/", ""))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
