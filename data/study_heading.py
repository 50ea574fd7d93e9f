#!/usr/bin/env python3
"""Heading by sound: BROAD's real inertial samples without magnetometer, with a bias that wanders more than the
sensor's own, and simulated sound of one source that stands still.

BROAD: Laidig, Caruso, Cereatti, Seel, "BROAD: a benchmark for robust inertial orientation estimation", Data
6(7), 2021 (CC BY 4.0). A trial's movement phase lasts two minutes. It is played forward, backward and forward
until five minutes are full: backward, rates change their sign and accelerations do not. The optical track is made as late as the
gyroscope, whose delay against it (4 ms) would else count as an error of the heading.

  prepare TRIAL.hdf5 FOLDER --speech CORPUS --seed N [--walk W]   pose.csv (optical), imu.csv, speech.wav
  table FOLDER COMMAND                    all results of compare, JSON
  compare FOLDER                          heading errors of log/ and sound/ against pose.csv, JSON
"""
import argparse
import json
import pathlib
import random
import wave

import h5py
import numpy as np

from study_device import RATE, gyroscope_delay_s, quaternion_product, speech_chunk, write_columns

SECONDS = 300.0


def to_and_fro(x, count, odd):
    """Rows of x forward, backward, forward ... until there are `count`. odd: backward with changed sign."""
    parts = []
    while sum(len(p) for p in parts) < count:
        backward = len(parts) % 2 == 1
        parts.append((-x[::-1] if odd else x[::-1]) if backward else x)
    return np.concatenate(parts)[:count]


def later(q, samples):
    """An orientation track that is late by a fraction of a sample or more, as the gyroscope is."""
    at = np.clip(np.arange(len(q)) - samples, 0, len(q) - 1)
    i = np.minimum(at.astype(int), len(q) - 2)
    share = (at - i)[:, None]
    after = q[i + 1] * np.sign(np.sum(q[i] * q[i + 1], axis=1, keepdims=True))
    mixed = (1 - share) * q[i] + share * after
    return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def prepare(args):
    folder = pathlib.Path(args.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(args.trial) as f:
        rate = f.attrs["sampling_rate"]
        moving = np.flatnonzero(f["movement"][:])
        rows = slice(moving[0], moving[-1] + 1)
        q, gyroscope, accelerometer = f["opt_quat"][rows], f["imu_gyr"][rows], f["imu_acc"][rows]
    if np.isnan(q).any():
        raise SystemExit(f"{args.trial}: the optical track has gaps in the movement phase")
    # A filter takes a sample for the rate since the sample before, whose middle is half a sample earlier.
    q = later(q, gyroscope_delay_s(args.trial) * rate - 0.5)
    count = int(SECONDS * rate)
    # The rate of the step before a sample; backward, that of the next sample of the recording.
    gyroscope_parts = to_and_fro(gyroscope, count, odd=True)
    turns = np.arange(count) // len(gyroscope) % 2 == 1
    gyroscope_parts[turns] = np.roll(gyroscope_parts, 1, axis=0)[turns]
    q = to_and_fro(q, count, odd=False)
    rng = np.random.default_rng(args.seed)
    step = np.radians(args.walk) / np.sqrt(rate)
    walk = np.cumsum(step * rng.standard_normal((count, 3)), axis=0)
    time_s = np.arange(count) / rate
    write_columns(folder / "imu.csv", "time_s,gx,gy,gz,ax,ay,az",
                  [time_s, gyroscope_parts + walk, to_and_fro(accelerometer, count, odd=False)])
    write_columns(folder / "pose.csv", "time_s,qw,qx,qy,qz", [time_s, q])
    files = sorted(pathlib.Path(args.speech).rglob("*.wav"))
    with wave.open(str(folder / "speech.wav"), "wb") as w:
        w.setnchannels(1), w.setsampwidth(2), w.setframerate(RATE)
        w.writeframes(speech_chunk(files, int(time_s[-1] * RATE) - 1, random.Random(args.seed)).tobytes())


def read_pose(path):
    table = np.genfromtxt(path, delimiter=",", names=True)
    return table["time_s"], np.column_stack([table["q" + c] for c in "wxyz"])


def heading_error(path, truth_s, truth):
    """Angle about the vertical between estimate and truth, degrees, without its mean; at the estimate's times."""
    time_s, q = read_pose(path)
    inside = (time_s >= truth_s[0]) & (time_s <= truth_s[-1])
    at = truth[np.clip(np.searchsorted(truth_s, time_s[inside]), 0, len(truth) - 1)]
    difference = quaternion_product(q[inside], at * [1, -1, -1, -1])
    error = np.unwrap(2 * np.arctan2(difference[:, 3], difference[:, 0]))
    return np.degrees(error - error.mean())


def compare(args):
    folder = pathlib.Path(args.folder)
    truth_s, truth = read_pose(folder / "pose.csv")
    result = {}
    for kind in ("log", "sound"):
        error = heading_error(next((folder / kind).glob("*.pose.csv")), truth_s, truth)
        result[kind] = {"rms_deg": round(float(np.sqrt(np.mean(error**2))), 3),
                        "largest_deg": round(float(np.abs(error).max()), 3)}
    report = json.loads((folder / "sound" / "report.json").read_text())["recordings"][0]["heading"]
    result["ratio"] = round(result["sound"]["rms_deg"] / result["log"]["rms_deg"], 4)
    result["found"] = {k: round(v, 4) if isinstance(v, float) else v for k, v in report.items()}
    print(json.dumps(result, indent=1))


def table(args):
    runs = {path.parent.name: json.loads(path.read_text()) for path in pathlib.Path(args.folder).glob("*/result.json")}
    print(json.dumps({"command": args.command, "runs": dict(sorted(runs.items()))}, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = parser.add_subparsers(required=True)
    p = sub.add_parser("prepare")
    p.add_argument("trial"), p.add_argument("folder"), p.add_argument("--speech", required=True)
    p.add_argument("--seed", type=int, required=True)
    p.add_argument("--walk", type=float, default=0.02, help="random walk of the bias, degrees a second in 1 s")
    p.set_defaults(run=prepare)
    p = sub.add_parser("compare")
    p.add_argument("folder")
    p.set_defaults(run=compare)
    p = sub.add_parser("table")
    p.add_argument("folder"), p.add_argument("command")
    p.set_defaults(run=table)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
