#!/usr/bin/env python3
"""Pictures of every page and picture of the project, to be looked at: wide, phone, dark.

usage: take_screenshots.py SOURCE TOOLS OUT   (the root of the repository, the folder of the tools, the folder to write)
The site of the documentation is taken from build/site (`make docs`) if it is there. docs/pictures has some of them.
"""

import base64
import os
import shutil
import sys
import tempfile
from pathlib import Path

from browser import Browser
from recording import Recording, need_browser

LOOKS = {"wide": (1280, 900, False), "phone": (390, 844, False), "dark": (1280, 900, True)}
SITE_PAGES = ("index.html", "docs/start/ten_minutes.html", "docs/understand/learning.html", "docs/use/view.html")
# csl-view: the moment that is shown, in the middle of the sound.
SEEK = "csl.app.player.seek(1.5)"


class Camera:
    def __init__(self, browser, out):
        self.browser, self.out = browser, out

    def take(self, name, whole=False):
        size = self.browser.command("Page.getLayoutMetrics")["cssContentSize"]
        parameters = {"captureBeyondViewport": True, "clip": {
            "x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 6000), "scale": 1}} if whole else {}
        data = self.browser.command("Page.captureScreenshot", format="png", **parameters)["data"]
        (self.out / f"{name}.png").write_bytes(base64.b64decode(data))

    def page(self, name, path, whole=False, before=None):
        for look, (width, height, dark) in LOOKS.items():
            self.browser.look(width, height, dark, reduced_motion=True)
            self.browser.open(path)
            if before:
                before()
            self.take(f"{name}-{look}", whole)
            if whole:
                self.take(f"{name}-top-{look}")


def device_files(recording):
    """The import's report, the array's picture and the report of csl-calibrate's steps, of a short recording."""
    recording.run("csl-simulate", "--speech", "synthetic:60", "--sessions", "1", "--array", "cube8", "--t60", "0.2", "--snr", "30",
                  "--motion", "free", "--imu", "consumer", "--seed", "1", "--wav", "device-wav", "--out", "device.sessions.h5")
    recording.run("csl-import", "--audio", "device-wav/000000.wav", "--imu", "device-wav/000000.imu.csv", "--time-offset", "auto",
                  "--report", "import", "--out", "imported.h5")
    recording.run("csl-simulate", "--speech", "synthetic", "--split", "train", "--sessions", "40", "--t60", "0:0.3", "--start",
                  "facing:+x", "--seed", "1", "--out", "train.h5")
    recording.run("csl-features", "--in", "train.h5", "--out", "train.f.h5")
    recording.run("csl-train", "--in", "train.f.h5", "--steps", "500", "--hidden", "256,128", "--reflect", "initial:+x",
                  "--accept-doubtful", "--calibrate", "--out", "model.h5")
    recording.run("csl-export", "--model", "model.h5", "--svg", "array.svg")
    recording.run("csl-features", "--in", "sessions.h5", "--out", "sessions.f.h5")
    recording.run("csl-infer", "--model", "model.h5", "--in", "sessions.f.h5", "--estimator", "steered", "--stride", "4", "--out",
                  "steered.h5")


def reports(camera, recording):
    recording.run("csl-eval", "--estimates", "steered.h5", "srp.h5", "music.h5", "--sessions", "sessions.h5", "--out", "report")
    camera.page("report", recording.path("report/report.html"), whole=True)
    recording.run("csl-import", "--audio", "device-wav/000000.wav", "--imu", "device-wav/000000.imu.csv", "--out", "no-truth.h5")
    recording.run("csl-infer", "--array", "cube8", "--in", "no-truth.h5", "--stride", "20", "--out", "no-truth.e.h5")
    recording.run("csl-eval", "--estimates", "no-truth.e.h5", "--sessions", "no-truth.h5", "--out", "no-truth")
    camera.page("report-without-truth", recording.path("no-truth/report.html"), whole=True)
    camera.page("import", recording.path("import/report.html"), whole=True)


def live_page(camera, recording, source):
    browser = camera.browser
    names = ["wav/000000.wav", "srp.csv", "wav/000000.truth.csv", "wav/000000.pose.csv"]

    def load():
        browser.choose_files("#files", [recording.path(n) for n in names] + [str(source / "data/arrays/cube8_5cm.json")])
        browser.wait_for("csl.app.state.layers.length === 1 && csl.app.state.array && csl.app.player.duration > 2")
        browser.evaluate(SEEK)
        browser.wait_for("new Promise(done => setTimeout(() => done(true), 300))")

    camera.page("view", source / "data/view/csl-view.html", before=load)
    camera.page("view-empty", source / "data/view/csl-view.html")


def pictures(camera, source, recording):
    for path in (*sorted((source / "docs").rglob("*.svg")), Path(recording.path("array.svg")),
                 Path(recording.path("model.loss.svg"))):
        for look in ("wide", "dark"):
            camera.browser.look(*LOOKS[look])
            camera.browser.open(path)
            camera.take(f"picture-{path.stem}-{look}")


def main(source, tools, out):
    need_browser()
    source, out = Path(source).resolve(), Path(out)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="csl-screenshots-") as folder, Browser("--allow-file-access-from-files") as browser:
        recording = Recording(str(source), os.path.abspath(tools), folder)
        camera = Camera(browser, out)
        device_files(recording)
        reports(camera, recording)
        live_page(camera, recording, source)
        pictures(camera, source, recording)
        for name in SITE_PAGES:
            page = source / "build/site" / name
            if page.is_file():
                camera.page(f"site-{page.stem}", page)
    print(f"{out}: {len(list(out.iterdir()))} pictures")


if __name__ == "__main__":
    main(*sys.argv[1:])
