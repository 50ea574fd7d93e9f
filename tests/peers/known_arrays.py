#!/usr/bin/env python3
"""Directions by known arrays: csl-infer against pyroomacoustics, on the same simulated recordings.

  PYROOMACOUSTICS=FOLDER tests/peers/known_arrays.py build/tools [--sessions 20] [--seed 7] [--arrays cube8,ring6]

FOLDER is a source tree of pyroomacoustics whose extension is built (`pip install FOLDER` makes it). Without it, or without
numpy, the script says so and ends with 0: nothing is compared.

Arrays at rest in a room, whole recordings and windows of 0.5 s, T60 0.25 and 0.5 s. Both have the same frames (25 ms every
10 ms, Hann), the same frequencies (340 to 6000 Hz) and grids of the same size on the sphere; ours is also printed with its
local search, which pyroomacoustics does not have. Flat arrays are compared by their azimuth: both cannot hear the side.
Times are those of localizing alone for pyroomacoustics, and of the whole program for ours.
"""
import argparse
import csv
import io
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

GRID_POINTS = 10313
BAND_HZ = (340.0, 6000.0)
FLAT = {"ring6", "respeaker4"}
# Our estimator, and the class of pyroomacoustics.doa.
METHODS = {"srp-phat": "SRP", "music": "NormMUSIC"}
RATE, WINDOW, HOP = 16000, 400, 160


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(0)


def load_peer():
    folder = os.environ.get("PYROOMACOUSTICS")
    if not folder:
        skip("PYROOMACOUSTICS names no source tree of pyroomacoustics")
    sys.path.insert(0, folder)
    try:
        import numpy
        import pyroomacoustics
    except ImportError as error:
        skip(f"{folder}: {error}")
    return numpy, pyroomacoustics


def run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def simulate(tools, folder, array, t60, arguments):
    """A sessions file of an array at rest, its WAV files, and the true directions in the sensor frame."""
    wav, sessions = folder / "wav", folder / "s.h5"
    run([tools / "csl-simulate", "-q", "--speech", arguments.speech, "--array", array, "--sessions",
         str(arguments.sessions), "--t60", str(t60), "--angular-speed", "0.001", "--seed", str(arguments.seed), "--wav", wav,
         "--out", sessions])
    return wav, sessions


def rotated(q, v):
    """The vector v of the world in the sensor frame; q turns sensor vectors into the world."""
    w, x, y, z = q
    x, y, z = -x, -y, -z
    tx, ty, tz = 2 * (y * v[2] - z * v[1]), 2 * (z * v[0] - x * v[2]), 2 * (x * v[1] - y * v[0])
    return (v[0] + w * tx + y * tz - z * ty, v[1] + w * ty + z * tx - x * tz, v[2] + w * tz + x * ty - y * tx)


def truth_of(wav):
    """True direction in the sensor frame by session."""
    truth = {}
    for path in sorted(wav.glob("*.truth.csv")):
        name = path.name[: -len(".truth.csv")]
        row = next(csv.DictReader(path.open()))
        pose = next(csv.DictReader((wav / f"{name}.pose.csv").open()))
        truth[name] = rotated([float(pose[key]) for key in ("qw", "qx", "qy", "qz")],
                              [float(row[key]) for key in ("x", "y", "z")])
    return truth


def error_deg(found, true, flat):
    if flat:
        difference = math.degrees(math.atan2(found[1], found[0]) - math.atan2(true[1], true[0]))
        return abs((difference + 180.0) % 360.0 - 180.0)
    length = math.sqrt(sum(x * x for x in found)) * math.sqrt(sum(x * x for x in true))
    return math.degrees(math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(found, true)) / length))))


def ours(tools, sessions, array, method, window, truth, flat):
    """Mean error and time a session."""
    start = time.perf_counter()
    table = run([tools / "csl-infer", "-q", "--threads", "1", "--array", array, "--in", sessions, "--estimator", method,
                 "--band", f"{BAND_HZ[0]:g}:{BAND_HZ[1]:g}", "--frame", "sensor", "--window", window, "--stride", "25",
                 "--csv", "-"])
    elapsed = time.perf_counter() - start
    errors = [error_deg([float(row[f"sensor_{axis}"]) for axis in "xyz"], truth[row["session"]], flat)
              for row in csv.DictReader(io.StringIO(table)) if row["kind"] == "direction"]
    return sum(errors) / len(errors), elapsed / len(truth)


def theirs(peer, positions, wav, method, window, truth, flat):
    numpy, pyroomacoustics = peer
    doa = getattr(pyroomacoustics.doa, METHODS[method])(
        positions.T, RATE, WINDOW, c=343.0, num_src=1, dim=3, n_grid=GRID_POINTS)
    hann = numpy.hanning(WINDOW + 1)[:WINDOW]
    errors, elapsed = [], 0.0
    for name, true in truth.items():
        samples = read_wav(numpy, wav / f"{name}.wav", len(positions))
        frames = numpy.lib.stride_tricks.sliding_window_view(samples, WINDOW, axis=0)[::HOP]
        spectra = numpy.moveaxis(numpy.fft.rfft(frames * hann, axis=2), 0, 2)  # [microphones, bins, frames]
        count = spectra.shape[2] if window == "full" else 2 * int(0.5 * float(window) * RATE / HOP) + 1
        for first in range(0, spectra.shape[2] - count + 1, 25):
            start = time.perf_counter()
            doa.locate_sources(spectra[:, :, first : first + count], freq_range=BAND_HZ)
            elapsed += time.perf_counter() - start
            azimuth, colatitude = doa.azimuth_recon[0], doa.colatitude_recon[0]
            found = (math.sin(colatitude) * math.cos(azimuth), math.sin(colatitude) * math.sin(azimuth), math.cos(colatitude))
            errors.append(error_deg(found, true, flat))
    return sum(errors) / len(errors), elapsed / len(truth)


def read_wav(numpy, path, channels):
    data = path.read_bytes()
    return numpy.frombuffer(data[data.index(b"data") + 8 :], dtype="<f4").reshape(-1, channels)


def positions_of(numpy, tools, array, folder):
    """The microphones of a built-in array, as a file of csl-simulate states them."""
    text = run(["h5dump", "-d", "/array/position_m", "-y", "-w", "0", folder / "s.h5"])
    numbers = [float(word) for line in text.split("DATA {")[1].split("}")[0].splitlines() for word in line.split(",")
               if word.strip()]
    return numpy.array(numbers).reshape(-1, 3)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("tools", type=pathlib.Path)
    parser.add_argument("--speech", default="corpus/real")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--arrays", default="cube8,ring6,respeaker4")
    arguments = parser.parse_args()
    peer = load_peer()
    print("| array | T60, s | window | method | ours, degrees | pyroomacoustics, degrees | ours, s | pyroomacoustics, s |")
    print("|---|---|---|---|---|---|---|---|")
    for array in arguments.arrays.split(","):
        for t60 in (0.25, 0.5):
            with tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                wav, sessions = simulate(arguments.tools, folder, array, t60, arguments)
                truth, flat = truth_of(wav), array in FLAT
                positions = positions_of(peer[0], arguments.tools, array, folder)
                for method in METHODS:
                    for window in ("full", "0.5"):
                        mine = ours(arguments.tools, sessions, array, method, window, truth, flat)
                        other = theirs(peer, positions, wav, method, window, truth, flat)
                        print(f"| {array} | {t60} | {window} | {method} | {mine[0]:.2f} | {other[0]:.2f} | {mine[1]:.2f} | "
                              f"{other[1]:.2f} |", flush=True)


if __name__ == "__main__":
    main()
