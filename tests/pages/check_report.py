"""report.html in a headless Chromium: the paper's switch, contents, folded parts; nothing is wider than the window.

usage: check_report.py SOURCE TOOLS   (the root of the repository, the folder of the tools)
"""

import os
import sys
import tempfile

from browser import Browser
from check_view import Check
from recording import Recording, need_browser

SHOWN = "[...document.querySelectorAll('{}')].filter(e => e.getClientRects().length).length"


def check_switch(browser, check):
    """The paper's rows, lines and cards are hidden until the switch is on."""
    for selector in ("tbody.paper", "g.paper", ".legend .paper"):
        check.true(f"document.querySelectorAll('{selector}').length > 0", f"{selector} is in the page")
        check.equal(browser.evaluate(SHOWN.format(selector)), 0, f"{selector} shown at first")
    browser.evaluate("document.getElementById('paper').click()")
    for selector in ("tbody.paper", "g.paper", ".legend .paper"):
        check.true(f"{SHOWN.format(selector)} > 0", f"{selector} after the switch")
    check.equal(browser.evaluate("document.querySelectorAll('.paper .best').length"), 0, "best values among the paper's")


def check_contents(browser, check):
    """Each link leads to a section that is near the top of the window then, or as near as the page's end allows."""
    for i in range(browser.evaluate("document.querySelectorAll('nav a').length")):
        browser.evaluate(f"document.querySelectorAll('nav a')[{i}].click()")
        check.true(f"""(() => {{ const target = document.querySelector(document.querySelectorAll('nav a')[{i}].hash).getBoundingClientRect();
            const end = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
            return (target.top > -2 && target.top < 60) || (end && target.top < innerHeight); }})()""", f"section of link {i}")


def check_widths(browser, check, page):
    """At 1280 and 390 pixels and in print nothing sticks out of the page: what is wider scrolls in its own box."""
    for width, media in ((1280, ""), (390, ""), (1000, "print")):
        browser.look(width, 900, media=media)
        browser.open(page)
        browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        check.equal(browser.overflow(), 0, f"pixels beyond {width} {media}")
        check.equal(browser.evaluate("""[...document.querySelectorAll('table')].filter(t => {
            const box = t.closest('.scroll'); return !box || t.offsetWidth > box.clientWidth && getComputedStyle(box).overflowX !== 'auto'
                && getComputedStyle(box).overflowX !== 'visible'; }).length"""), 0, f"tables that are cut off at {width} {media}")
    browser.look(1280, 900)
    browser.open(page)
    check.true("[...document.querySelectorAll('figure > svg')].every(s => !s.getClientRects().length || s.clientWidth <= 1000)",
               "no picture is blown up")
    check.equal(browser.evaluate("""[...document.querySelectorAll('.single svg text')].filter(t => t.getClientRects().length).map(t =>
        [t.textContent, parseFloat(getComputedStyle(t).fontSize) * Math.hypot(t.getScreenCTM().a, t.getScreenCTM().b)]).filter(
        ([text, size]) => size < 9 || size > 22)"""), [], "texts of single pictures that are too small or too large, pixels")


def main(source, tools):
    need_browser()
    with tempfile.TemporaryDirectory(prefix="csl-pages-") as folder, Browser() as browser:
        recording = Recording(source, tools, folder)
        recording.run("csl-eval", "--estimates", "srp.h5", "music.h5", "--sessions", "sessions.h5", "--out", "report")
        page = os.path.join(folder, "report", "report.html")
        check = Check(browser)
        browser.look()
        browser.open(page)
        check.true("document.querySelectorAll('.cards .card').length === 1", "one card a reverberation time")
        check_switch(browser, check)
        check_contents(browser, check)
        check_widths(browser, check, page)
        check.equal({url.split("#")[0] for url in browser.requests}, {f"file://{page}"}, "files that the page loads")
        check.equal(browser.messages, [], "console")
        print(f"{check.faults} faults")
        return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
