#!/usr/bin/env python3
"""STFT snapshots and poses of LCAV's audio drone (LCAV/audio-localization-dataset, CC0) as tables for csl-import.

  import_snapshots.py RUN.csv|BAG.db3 FOLDER [--band LOW:HIGH]

RUN.csv has rows of topics, interleaved; BAG.db3 is the same as rosbag2 stores it (SQLite, messages of
LCAV/audioROS in CDR). Writes snapshots.csv (time_s, frequency_hz, re1, im1, ...), pose.csv (time_s, qw ... qz)
and array.json (the positions that the device states). Then:
  csl-import --snapshots FOLDER/snapshots.csv --pose FOLDER/pose.csv --rate RATE --out run.features.h5
"""
import argparse
import csv
import json
import pathlib
import sqlite3
import struct

import numpy as np

csv.field_size_limit(1 << 24)


def numbers(text):
    return np.array(text.replace("[", " ").replace("]", " ").split(), float)


def read_table(path):
    """Lists of (time ms, yaw deg) and of snapshots from a table of interleaved topics."""
    poses, snapshots = [], []
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            if row["topic"].endswith("pose_raw"):
                poses.append((float(row["timestamp"]), float(row["yaw_deg"])))
            elif row["topic"].endswith("signals_f"):
                values = numbers(row["signals_real_vect"]) + 1j * numbers(row["signals_imag_vect"])
                snapshots.append((float(row["timestamp"]), float(row["fs"]), int(float(row["n_mics"])),
                                  numbers(row["frequencies"]), values, numbers(row["mic_positions"])))
    return poses, snapshots


class Cdr:
    """A little-endian CDR message: values are aligned to their size, counted after the header of 4 bytes."""

    def __init__(self, data):
        if data[:2] != b"\0\1":
            raise SystemExit("expected little-endian CDR messages")
        self.data, self.at = data[4:], 0

    def take(self, kind, count=1):
        size = struct.calcsize(kind)
        self.at += -self.at % size
        values = struct.unpack_from(f"<{count}{kind}", self.data, self.at)
        self.at += size * count
        return values

    def one(self, kind):
        return self.take(kind)[0]

    def sequence(self, kind):
        count = self.one("I")
        return np.array(self.take(kind, count) if count else (), float)


def read_bag(path):
    """The same from the SQLite file of a rosbag2 recording."""
    poses, snapshots = [], []
    bag = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    query = ("SELECT topics.type, messages.data FROM messages JOIN topics ON topics.id = messages.topic_id "
             "ORDER BY messages.timestamp")
    for kind, data in bag.execute(query):
        message = Cdr(data)
        if kind.endswith("/PoseRaw"):
            time_ms = message.one("I")
            poses.append((float(time_ms), message.take("f", 7)[5]))  # vx vy x y z yaw_deg yaw_rate_deg
        elif kind.endswith("/SignalsFreq"):
            rate, time_ms, _ = message.one("H"), message.one("I"), message.one("I")
            microphones, _ = message.one("B"), message.one("H")
            frequencies, real, imag, positions = (message.sequence(k) for k in "Hfff")
            snapshots.append((float(time_ms), float(rate), microphones, frequencies, real + 1j * imag, positions))
    return poses, snapshots


def exact_frequencies(stated_hz, rate_hz):
    """The device states frequencies without their fraction. Its FFT has a power of two of samples."""
    spacing = (stated_hz[-1] - stated_hz[0]) / (len(stated_hz) - 1)
    window = 2 ** round(np.log2(rate_hz / spacing))
    exact = np.round((stated_hz + 0.5) * window / rate_hz) * rate_hz / window
    if np.any(np.floor(exact) != stated_hz):
        raise SystemExit(f"frequencies {stated_hz[:3]} ... are no bins of an FFT of {window} samples")
    return exact


def write_snapshots(path, snapshots, band):
    with open(path, "w", newline="") as f:
        writer = csv.writer(f)
        microphones = snapshots[0][2]
        writer.writerow(["time_s", "frequency_hz"] + [f"{part}{m + 1}" for m in range(microphones) for part in ("re", "im")])
        for time_ms, rate, _, stated, values, _ in snapshots:
            y = values.reshape(microphones, -1)
            for k, hz in enumerate(exact_frequencies(stated, rate)):
                if band[0] <= hz <= band[1]:
                    cells = np.column_stack([y[:, k].real, y[:, k].imag]).ravel()
                    writer.writerow([f"{time_ms / 1e3:.3f}", f"{hz:.6g}"] + [f"{v:.9g}" for v in cells])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--band", default="0:1e9", help="frequencies that are kept, LOW:HIGH Hz")
    args = parser.parse_args()
    poses, snapshots = (read_bag if args.run.suffix == ".db3" else read_table)(args.run)
    if len(poses) < 2 or len(snapshots) < 2:
        raise SystemExit(f"{args.run}: expected poses and snapshots, found {len(poses)} and {len(snapshots)}")
    args.folder.mkdir(parents=True, exist_ok=True)
    snapshots.sort(key=lambda s: s[0])
    write_snapshots(args.folder / "snapshots.csv", snapshots, [float(x) for x in args.band.split(":")])
    time_ms, row = np.unique([p[0] for p in poses], return_index=True)
    half = np.radians([poses[i][1] for i in row]) / 2
    np.savetxt(args.folder / "pose.csv", np.column_stack([time_ms / 1e3, np.cos(half), 0 * half, 0 * half, np.sin(half)]),
               fmt="%.9g", delimiter=",", header="time_s,qw,qx,qy,qz", comments="")
    positions = snapshots[0][5].reshape(snapshots[0][2], -1)
    positions = np.pad(positions, ((0, 0), (0, 3 - positions.shape[1])))
    (args.folder / "array.json").write_text(json.dumps(
        {"name": "stated", "comment": "Positions that the device states.", "positions_m": positions.round(6).tolist()}))


if __name__ == "__main__":
    main()
