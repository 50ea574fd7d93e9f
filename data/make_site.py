#!/usr/bin/env python3
"""The documentation as a static site that needs no network: pages, search, and the library's API.

usage: make_site.py SOURCE OUT [--no-api]   (the root of the repository, a folder that is replaced)
Needs Debian's pandoc and, for the API, doxygen. README.md becomes index.html; every other page keeps its place, so that
links between pages stay as they are.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from equations import equation_html, symbols_html

# Pages that are read in this order come first in their group; the others follow by their titles.
FIRST = ("install", "ten_minutes", "an_hour", "half_a_day", "tools")
GROUPS = (("docs/start", "Start"), ("docs/use", "Use"), ("docs/understand", "Understand"), ("docs/evidence", "Evidence"),
          ("docs/contribute", "Contribute"))
ASSETS = ("site.css", "site.js")


def convert(page):
    """A page as HTML; headings get the anchors that GitHub gives them."""
    done = subprocess.run(["pandoc", "-f", "gfm", "-t", "html", "--wrap=none", str(page)], check=True, capture_output=True, text=True)
    return done.stdout


def target(page):
    """Place of a page's HTML in the site."""
    return Path("index.html") if page == Path("README.md") else page.with_suffix(".html")


def copy_folder(folder, copy):
    """A folder with a list of its files, which a web server may not give by itself."""
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    names = sorted(file.name for file in folder.iterdir() if file.is_file())
    links = "".join(f'<li><a href="{html.escape(name)}">{html.escape(name)}</a></li>' for name in names)
    (copy / "index.html").write_text(f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{folder.name}</title></head>'
                                     f"<body><ul>{links}</ul></body></html>\n")


def fix_links(text, page, source, out, pages):
    """Links between pages lead to their HTML; other files of the repository that are linked are copied."""
    def replace(match):
        attribute, link = match.groups()
        name, mark, anchor = html.unescape(link).partition("#")
        if not name or re.match(r"[a-z]+:", name):
            return match.group(0)
        place = Path(os.path.normpath(page.parent / name))
        if place in pages:
            place = target(place)
        elif (source / place).is_file():
            (out / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / place, out / place)
        elif (source / place).is_dir():
            copy_folder(source / place, out / place)
            place = place / "index.html"
        else:
            raise SystemExit(f"{page}: no such file: {name}")
        return f'{attribute}="{html.escape(os.path.relpath(place, target(page).parent))}{mark}{anchor}"'

    return re.sub(r'\b(href|src)="([^"]*)"', replace, text)


def show_equations(text):
    """Blocks of code without a language that hold equations are set with signs in place of words."""
    text = re.sub(r"<pre><code>(.*?)</code></pre>", lambda match: equation_html(match.group(1)) or match.group(0), text, flags=re.DOTALL)
    # Outside of code and tags, a single letter with an index is a symbol.
    parts = re.split(r"(<pre.*?</pre>|<code>.*?</code>|<[^>]*>)", text, flags=re.DOTALL)
    return "".join(part if part.startswith("<") else symbols_html(part) for part in parts)


def plain(text):
    """The words of HTML. Only tags of blocks stand between two words."""
    text = re.sub(r"</?(?:a|code|em|strong|span|sub|sup)\b[^>]*>", "", text)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def sections(text, title):
    """(anchor, title, text) of a page's beginning and of each of its headings."""
    parts = re.split(r'<h[1-6] id="([^"]*)">(.*?)</h[1-6]>', text, flags=re.DOTALL)
    if plain(parts[0]):
        yield "", title, plain(parts[0])
    for anchor, heading, content in zip(parts[1::3], parts[2::3], parts[3::3]):
        yield anchor, plain(heading), plain(content)


def navigation(titles, page, api):
    """The list of all pages, as seen from one of them."""
    def link(place, text, current=False):
        mark = ' aria-current="page"' if current else ""
        return f'<li><a href="{os.path.relpath(place, target(page).parent)}"{mark}>{text}</a></li>'

    out = "<ul>" + link("index.html", "Overview", page == Path("README.md")) + "</ul>"
    for folder, name in GROUPS:
        pages = [(p, t) for p, t in titles.items() if str(p.parent) == folder]
        pages.sort(key=lambda entry: (FIRST.index(entry[0].stem) if entry[0].stem in FIRST else len(FIRST), entry[1].lower()))
        links = [link(target(p), t, p == page) for p, t in pages]
        out += f"<h2>{name}</h2><ul>{''.join(links)}</ul>"
    rest = [link(target(p), t, p == page) for p, t in titles.items() if str(p.parent) == "." and p != Path("README.md")]
    if api:
        rest.insert(0, link("api/namespaces.html", "C++ library"))
    return out + f"<h2>More</h2><ul>{''.join(rest)}</ul>"


def page_html(title, content, contents, root):
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{html.escape(title)} – csl</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="{root}site.css"></head>
<body data-root="{root}"><a class="skip" href="#content">To the text</a>
<aside><p class="name"><a href="{root}index.html">csl</a></p>
<input type="search" id="search" placeholder="Search ( / )" aria-label="Search the documentation" autocomplete="off">
<details id="menu"><summary>Pages</summary><nav aria-label="Pages">{contents}</nav></details></aside>
<main id="content"><div id="results" aria-live="polite" hidden></div><article>{content}</article></main>
<script src="{root}search-index.js"></script><script src="{root}site.js"></script></body></html>
"""


def wrap_tables(text):
    """Wide tables scroll in their own box."""
    return text.replace("<table", '<div class="scroll" tabindex="0"><table').replace("</table>", "</table></div>")


def write_pages(source, out, api):
    places = [Path("README.md"), *sorted(p.relative_to(source) for p in (source / "docs").rglob("*.md")),
              *(Path(n) for n in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md") if (source / n).exists())]
    texts = {page: convert(source / page) for page in places}
    titles = {page: plain(re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL).group(1)) for page, text in texts.items()}
    index = []
    for page, text in texts.items():
        for anchor, heading, content in sections(text, titles[page]):
            index.append([str(target(page)) + (f"#{anchor}" if anchor else ""), titles[page], heading, content])
        text = wrap_tables(show_equations(fix_links(text, page, source, out, set(places))))
        root = "../" * len(target(page).parent.parts)
        (out / target(page)).parent.mkdir(parents=True, exist_ok=True)
        (out / target(page)).write_text(page_html(titles[page], text, navigation(titles, page, api), root))
    # A script and not JSON: a browser does not read a file of the disk by fetch().
    (out / "search-index.js").write_text(f"window.searchIndex = {json.dumps(index, ensure_ascii=False)};\n")
    return len(places)


def write_api(source, out):
    """The API from the comments of the headers."""
    options = {"PROJECT_NAME": "csl", "INPUT": source / "lib", "FILE_PATTERNS": "*.h", "RECURSIVE": "YES", "OUTPUT_DIRECTORY": out,
               "HTML_OUTPUT": "api", "GENERATE_LATEX": "NO", "EXTRACT_ALL": "YES", "HAVE_DOT": "NO", "QUIET": "YES", "WARNINGS": "NO", "WARN_IF_DOC_ERROR": "NO", "WARN_IF_INCOMPLETE_DOC": "NO", "WARN_LOGFILE": "/dev/null",
               "STRIP_FROM_PATH": source / "lib", "STRIP_FROM_INC_PATH": source / "lib", "JAVADOC_AUTOBRIEF": "YES",
               "SOURCE_BROWSER": "NO", "VERBATIM_HEADERS": "NO", "GENERATE_TREEVIEW": "YES", "HTML_TIMESTAMP": "NO"}
    text = "".join(f'{name} = "{value}"\n' for name, value in options.items())
    subprocess.run(["doxygen", "-"], input=text, text=True, check=True, stdout=subprocess.DEVNULL)


def main(source, out, api=True):
    source, out = Path(source).resolve(), Path(out).resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix="site-") as temporary:
        made = Path(temporary) / "site"
        made.mkdir()
        for name in ASSETS:
            shutil.copy(Path(__file__).parent / "site" / name, made / name)
        count = write_pages(source, made, api)
        if api:
            write_api(source, made)
        shutil.rmtree(out, ignore_errors=True)
        made.rename(out)
    print(f"{count} pages: {out}/index.html")


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--no-api"]
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(*arguments, api="--no-api" not in sys.argv)
