"""The documentation's site: every link leads somewhere, nothing comes from the network, search finds what pages say.

usage: check_site.py SOURCE TOOLS   (the root of the repository, the folder of the tools)
"""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from browser import Browser
from check_view import Check
from recording import SKIPPED, need_browser


def broken_links(site):
    """Links to files or anchors that do not exist, and whatever is loaded from elsewhere."""
    texts = {page: page.read_text() for page in site.rglob("*.html")}
    for page, text in texts.items():
        for tag, attribute, link in re.findall(r"<(\w+)[^>]*?\b(href|src)=\"([^\"]*)\"", text):
            link = html.unescape(link)
            if re.match(r"[a-z]+:", link):
                if tag != "a" and not link.startswith("data:"):
                    yield f"{page.name}: {tag} loads {link}"
                continue
            name, _, anchor = link.partition("#")
            other = Path(os.path.normpath(page.parent / name)) if name else page
            if not other.is_file():
                yield f"{page.relative_to(site)}: no such file: {link}"
            elif anchor and other in texts and f'id="{anchor}"' not in texts[other]:
                yield f"{page.relative_to(site)}: no such section: {link}"


def search(browser, words):
    browser.evaluate("document.getElementById('search').value = ''; document.getElementById('search').focus()")
    browser.command("Input.insertText", text=words)
    return browser.evaluate("[...document.querySelectorAll('#results a')].map(a => a.textContent)")


def check_search(browser, check, site):
    browser.open(site / "docs" / "use" / "tools.html")
    browser.key("/")
    check.true("document.activeElement.id === 'search'", "the key / goes to the search")
    found = search(browser, "sofa convention")
    check.true(f"{len(found)} > 0 && document.querySelector('article').hidden", "results for two words")
    check.equal(any("csl-export" in title or "SOFA" in title for title in found), True, f"pages about SOFA among {found}")
    check.equal(search(browser, "zzyzx"), [], "results for a word that no page has")
    search(browser, "sofa convention")
    browser.key("Enter")
    browser.wait_for("document.querySelector('article')?.hidden === false && location.href.includes('#')")
    browser.key("Escape")


def main(source, _tools):
    need_browser()
    if shutil.which("pandoc") is None:
        print("skipped: pandoc is not installed (`make test-pages` installs it)")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="csl-site-") as folder, Browser() as browser:
        site = Path(folder) / "site"
        subprocess.run([sys.executable, f"{source}/data/make_site.py", source, site, "--no-api"], check=True)
        check = Check(browser)
        check.equal(list(broken_links(site)), [], "links")
        browser.look()
        check_search(browser, check, site)
        for width, dark in ((1280, False), (390, True)):
            browser.look(width, 900, dark)
            for page in ("index.html", "docs/understand/learning.html", "docs/use/tools.html"):
                browser.open(site / page)
                check.equal(browser.overflow(), 0, f"pixels of {page} beyond {width}")
        check.true("document.querySelectorAll('h1').length === 1", "one title")
        check.equal([url for url in browser.requests if not url.startswith(("file://", "data:"))], [], "what the pages load from elsewhere")
        check.equal(browser.messages, [], "console")
        print(f"{check.faults} faults")
        return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
