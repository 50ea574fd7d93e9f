"""The live page in a headless Chromium: files, play, pause, seek, keys, frames, streams, faults; 1280 and 390 pixels.

usage: check_view.py SOURCE TOOLS   (the root of the repository, the folder of the tools)
"""

import json
import os
import subprocess
import sys
import tempfile
import time

from browser import Browser
from recording import Recording, need_browser

STATUS = "document.getElementById('status').textContent"


class Check:
    """Counts what is not as expected."""

    def __init__(self, browser):
        self.browser = browser
        self.faults = 0

    def true(self, expression, what):
        found = self.browser.evaluate(expression)
        if not found:
            self.faults += 1
            print(f"fault: {what}: {expression} is {found!r}")

    def equal(self, found, expected, what):
        if found != expected:
            self.faults += 1
            print(f"fault: {what}: expected {expected!r}, found {found!r}")

    def near(self, expression, expected, tolerance, what):
        found = self.browser.evaluate(expression)
        if not isinstance(found, (int, float)) or abs(found - expected) > tolerance:
            self.faults += 1
            print(f"fault: {what}: expected {expected} within {tolerance}, found {found!r}")


def open_recording(browser, page, recording):
    browser.open(page)
    names = ["wav/000000.wav", "srp.csv", "music.jsonl", "wav/000000.truth.csv", "wav/000000.pose.csv"]
    browser.choose_files("#files", [recording.path(n) for n in names] + [f"{recording.source}/data/arrays/cube8_5cm.json"])
    browser.wait_for("csl.app.state.layers.length === 2 && csl.app.state.array && csl.app.player.duration > 2")


def check_files(browser, check):
    """What the files say is what the page knows: the estimates are near the truth."""
    check.true(f"{STATUS}.startsWith('Opened 000000.wav, srp.csv, music.jsonl')", "names of the opened files")
    check.equal(browser.evaluate("csl.app.state.sessions()"), ["000000", "000001"], "sessions")
    check.equal(browser.evaluate("csl.app.state.windows()"), ["0.2", "0.5"], "window lengths")
    check.equal(browser.evaluate("csl.app.state.array.position.length"), 8, "microphones")
    error = """(() => { const s = csl.app.state, t = 1.5, now = s.at(s.layers[0], t), truth = s.truthAt(t);
        return csl.angleBetween(s.vector(now.directions[0]), truth[0].vector); })()"""
    check.near(error, 0.0, 5.0, "angle from the estimate to the truth, world frame")
    browser.key("f")
    check.equal(browser.evaluate("csl.app.state.frame"), "sensor", "frame after the key F")
    check.near(error, 0.0, 5.0, "angle from the estimate to the truth, sensor frame")
    browser.key("f")
    check.true("document.querySelectorAll('#now tbody tr').length >= 3", "rows of the table")
    # A window of a flat part of the timeline differs from its background: something was drawn.
    for name in ("sphere", "map", "array", "timeline"):
        check.true(f"""(() => {{ const c = document.getElementById('{name}'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            let drawn = 0; for (let i = 3; i < d.length; i += 4) drawn += d[i] > 0; return drawn > 500; }})()""", f"picture {name}")


def check_playback(browser, check):
    time_now = "csl.app.player.time"
    browser.evaluate("csl.app.player.seek(0); document.activeElement.blur()")
    browser.key(" ")
    browser.wait_for(f"csl.app.player.playing && {time_now} > 0.25")
    check.equal(browser.evaluate("document.getElementById('play').textContent"), "Pause", "button while playing")
    browser.key(" ")
    browser.wait_for("!csl.app.player.playing")
    stopped = browser.evaluate(time_now)
    time.sleep(0.3)
    check.near(time_now, stopped, 1e-9, "time stands still after a pause")
    browser.evaluate("csl.app.player.seek(1)")
    for key, modifiers, expected in (("ArrowRight", 0, 2.0), ("ArrowLeft", 0, 1.0), ("ArrowRight", 8, 1.1), ("Home", 0, 0.0)):
        browser.key(key, modifiers=modifiers)
        check.near(time_now, expected, 0.01, f"time after {key}")
    browser.key("End")
    check.true(f"Math.abs({time_now} - csl.app.player.duration) < 0.01", "time after End")
    browser.evaluate("csl.app.player.seek(1)")
    browser.key(".")
    check.true(f"{time_now} > 1 && {time_now} < 1.1", "the next window")
    x, y, width = browser.evaluate("""(() => { const r = document.getElementById('timeline').getBoundingClientRect();
        scrollTo(0, document.body.scrollHeight); const q = document.getElementById('timeline').getBoundingClientRect();
        return [q.left, q.top + q.height / 2, q.width]; })()""")
    browser.click(x + width / 2, y)
    check.near(time_now, browser.evaluate("csl.app.player.duration") / 2, 0.15, "time after a click in the middle")
    browser.evaluate("document.getElementById('play').focus()")
    browser.key("Enter")
    browser.wait_for("csl.app.player.playing")
    browser.evaluate("csl.app.player.pause()")
    browser.key("?")
    check.true("!document.getElementById('help').hidden", "help after the key ?")
    browser.key("?")
    browser.evaluate("document.getElementById('address').focus()")
    browser.key("f")
    check.equal(browser.evaluate("csl.app.state.frame"), "world", "a letter typed into a field is no command")
    browser.evaluate("document.activeElement.blur()")


def check_without_sound(browser, check, page, recording):
    """Estimates alone play by a clock, and stop at their end."""
    browser.open(page)
    browser.choose_files("#files", [recording.path("srp.csv")])
    browser.wait_for("csl.app.state.layers.length === 1")
    browser.evaluate("csl.app.player.seek(csl.app.player.duration - 0.4); csl.app.player.play()")
    browser.wait_for("!csl.app.player.playing", 5)
    check.true("Math.abs(csl.app.player.time - csl.app.player.duration) < 1e-6", "the clock stops at the end")


def check_faults(browser, check, page, folder):
    """A file of another kind is refused by name; the page goes on."""
    browser.open(page)
    for name, text, expected in (("note.txt", "hello", "expected estimates"), ("bad.jsonl", '{"time_s": 1}\n', "expected lines with time_s"),
                                 ("short.csv", "kind,session\nnone\n", "expected 2 cells, found 1"), ("bad.wav", "RIFFxxxxAVI ", "expected a WAV file")):
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(text)
        browser.choose_files("#files", [path])
        browser.wait_for(f"{STATUS}.includes('{name}') && !{STATUS}.startsWith('Reading')")
        check.true(f"{STATUS}.includes('{expected}') && document.getElementById('status').classList.contains('fault')",
                   f"message about {name}")


def check_streams(browser, check, page, recording):
    """Lines by WebSocket and of a file that grows."""
    browser.open(page)
    with open(recording.path("music.jsonl")) as file:
        lines = [line for line in file if json.loads(line)["session"] == "000000"]
    bridge = subprocess.Popen([sys.executable, f"{recording.source}/data/view/lines_to_websocket.py", "0"], stdin=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    address = bridge.stderr.readline().split()[-1]
    browser.evaluate(f"document.getElementById('address').value = '{address}'; document.getElementById('connect-button').click()")
    browser.wait_for(f"{STATUS}.includes('connected')")
    time.sleep(0.3)  # the answer to the handshake comes before the page is on the list
    for count in (5, len(lines)):
        bridge.stdin.write("".join(lines[:count] if count == 5 else lines[5:]))
        bridge.stdin.flush()
        last = json.loads(lines[count - 1])["time_s"]
        browser.wait_for(f"Math.abs(csl.app.player.time - {last}) < 1e-6")
    check.equal(browser.evaluate("csl.app.state.list(csl.app.state.layers[0]).length"), len(lines), "lines by WebSocket")
    browser.evaluate("document.getElementById('connect-button').click()")
    bridge.stdin.close()
    bridge.wait(10)
    pieces = json.dumps(["".join(lines[:3])[:-40], "".join(lines[:3])[-40:] + lines[3]])
    browser.evaluate(f"""(() => {{ const pieces = {pieces}; let size = 0; setTimeout(() => size = 1, 500);
        const handle = {{name: 'grows.jsonl', getFile: async () => new File([pieces.slice(0, size + 1).join('')], 'grows.jsonl')}};
        csl.app.follow(handle.name, (take, tell) => csl.followFile(handle, take, tell)); }})()""")
    browser.wait_for("csl.app.state.layers.some(l => l.name === 'grows.jsonl' && csl.app.state.list(l).length === 4)")
    browser.evaluate("csl.app.stopFollowing()")


def check_looks(browser, check, page, recording):
    for width in (1280, 390):
        for dark in (False, True):
            browser.look(width, 900, dark)
            open_recording(browser, page, recording)
            check.equal(browser.overflow(), 0, f"pixels beyond {width}")
            check.true("""[...document.querySelectorAll('button, select, input:not([type=file])')].every(e => e.hidden || e.disabled ||
                e.textContent.trim() || e.getAttribute('aria-label') || e.labels.length)""", "every control has a name")


def main(source, tools):
    need_browser()
    page = f"{source}/data/view/csl-view.html"
    with tempfile.TemporaryDirectory(prefix="csl-pages-") as folder, Browser() as browser:
        recording = Recording(source, tools, folder)
        check = Check(browser)
        browser.look()
        open_recording(browser, page, recording)
        check_files(browser, check)
        check_playback(browser, check)
        check_without_sound(browser, check, page, recording)
        check_faults(browser, check, page, folder)
        check_streams(browser, check, page, recording)
        check_looks(browser, check, page, recording)
        foreign = [url for url in browser.requests if not url.startswith(("file://", "blob:", "data:"))]
        check.equal(foreign, [], "what the page loads from elsewhere")
        check.equal(browser.messages, [], "console")
        print(f"{check.faults} faults")
        return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
