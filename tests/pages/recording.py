"""A short simulated recording with estimates, as the tools write them."""

import math
import os
import random
import struct
import subprocess
import sys
import wave

from browser import chromium

SKIPPED = 77  # exit code


def need_browser():
    """Ends the test as skipped if there is no browser."""
    if chromium() is None:
        print("skipped: no Chromium is installed (`make test-pages` installs it)")
        sys.exit(SKIPPED)


def write_speech(path, seconds=3, rate=16000):
    """Bursts of noise, which are as good as speech for a localizer."""
    generator = random.Random(1)
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        samples = [int(9000 * generator.gauss(0, 1) * max(0.02, math.sin(12 * n / rate)) / 3) for n in range(seconds * rate)]
        file.writeframes(struct.pack(f"<{len(samples)}h", *[max(-32768, min(32767, s)) for s in samples]))


class Recording:
    """Files in a folder: speech.wav, wav/*.{wav,pose.csv,truth.csv}, two sessions files, estimates of an array that is known."""

    def __init__(self, source, tools, folder):
        self.source, self.tools, self.folder = source, tools, folder
        write_speech(self.path("speech.wav"))
        self.run("csl-simulate", "--speech", "speech.wav", "--sessions", "2", "--t60", "0.25", "--seed", "3", "--split", "all",
                 "--wav", "wav", "--out", "sessions.h5")
        self.run("csl-infer", "--array", "cube8", "--in", "sessions.h5", "--window", "0.2,0.5", "--stride", "4", "--out", "srp.h5")
        self.run("csl-infer", "--array", "cube8", "--estimator", "music", "--in", "sessions.h5", "--window", "0.2", "--stride", "4",
                 "--out", "music.h5")
        self.run("csl-export", "--estimates", "srp.h5", "--csv", "srp.csv")
        self.run("csl-export", "--estimates", "music.h5", "--jsonl", "music.jsonl")

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, tool, *arguments):
        subprocess.run([os.path.join(self.tools, tool), "-q", *arguments], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)
