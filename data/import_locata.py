#!/usr/bin/env python3
"""Recordings of LOCATA (Loellmann et al., "The LOCATA challenge data corpus", SAM 2018) as a folder for csl-import.

  import_locata.py LOCATA FOLDER [--array dummy]

Takes every folder below LOCATA that has audio_array_NAME.wav, audio_array_timestamps_NAME.txt and
position_array_NAME.txt, with position_source_*.txt where the sources are known and required_time.txt. Writes for
each recording ID.wav, ID.pose.csv and ID.truth.csv (directions of the sources, in steps of a tenth of a second, at
the times that LOCATA marks as valid), and array.json with the microphones in the frame of the array. Then:
  csl-import --audio FOLDER --array FOLDER/array.json --intervals whole --out locata.sessions.h5
"""
import argparse
import datetime
import json
import pathlib
import shutil
import wave

import numpy as np

STEP_S = 0.1
TIME = ["year", "month", "day", "hour", "minute", "second"]


def read_table(path):
    """Columns by name, and the times in seconds since midnight of a fixed day."""
    lines = path.read_text().split("\n")
    names = lines[0].split()
    rows = np.array([[float(x) for x in line.split()] for line in lines[1:] if line.strip()])
    if not set(TIME) <= set(names) or rows.ndim != 2 or rows.shape[1] != len(names):
        raise SystemExit(f"{path}: expected columns {' '.join(TIME)} ... and one number in each")
    table = {name: rows[:, i] for i, name in enumerate(names)}
    days = [datetime.date(*map(int, date)).toordinal() for date in rows[:, [names.index(n) for n in TIME[:3]]]]
    time_s = 86400.0 * (np.array(days) - 736000) + 3600 * table["hour"] + 60 * table["minute"] + table["second"]
    return table, time_s


def columns(table, names):
    missing = [name for name in names if name not in table]
    if missing:
        raise SystemExit(f"a position table has no column {missing[0]}")
    return np.column_stack([table[name] for name in names])


def quaternions(R):
    """w x y z of rotation matrices, by the eigenvector of the largest eigenvalue (Bar-Itzhack 2000)."""
    K = np.empty((len(R), 4, 4))
    trace = np.trace(R, axis1=1, axis2=2)
    K[:, 0, 0] = trace
    vector = np.stack([R[:, 2, 1] - R[:, 1, 2], R[:, 0, 2] - R[:, 2, 0], R[:, 1, 0] - R[:, 0, 1]], axis=1)
    K[:, 0, 1:] = K[:, 1:, 0] = vector
    K[:, 1:, 1:] = R + R.transpose(0, 2, 1) - trace[:, None, None] * np.eye(3)
    return np.linalg.eigh(K)[1][:, :, -1]


def interpolate(at, time_s, values):
    return np.column_stack([np.interp(at, time_s, column) for column in values.T])


def truth_rows(folder, first_s, length_s, array_s, array_position):
    """source, start, end and direction in the world, where LOCATA asks for an estimate."""
    required, required_s = read_table(folder / "required_time.txt")
    valid_s, valid = required_s - first_s, required.get("valid_flag", np.ones(len(required_s))) > 0.5
    rows = []
    for number, path in enumerate(sorted(folder.glob("position_source_*.txt"))):
        table, time_s = read_table(path)
        position = columns(table, ["x", "y", "z"])
        for start in np.arange(0.0, length_s, STEP_S):
            end = min(start + STEP_S, length_s)
            middle = np.array([0.5 * (start + end)])
            nearest = int(np.abs(valid_s - middle).argmin())
            if not valid[nearest] or abs(valid_s[nearest] - middle[0]) > STEP_S:
                continue
            to_source = interpolate(middle, time_s - first_s, position) - interpolate(middle, array_s, array_position)
            rows.append([number, start, end, *(to_source[0] / np.linalg.norm(to_source))])
    return rows


def wav_length_s(path):
    with wave.open(str(path)) as w:
        return w.getnframes() / w.getframerate()


def convert(folder, array, out, name):
    _, audio_s = read_table(folder / f"audio_array_timestamps_{array}.txt")
    first_s = audio_s[0]
    length_s = wav_length_s(folder / f"audio_array_{array}.wav")
    table, time_s = read_table(folder / f"position_array_{array}.txt")
    time_s = time_s - first_s
    position = columns(table, ["x", "y", "z"])
    R = columns(table, [f"rotation_{i}{j}" for i in (1, 2, 3) for j in (1, 2, 3)]).reshape(-1, 3, 3)
    shutil.copyfile(folder / f"audio_array_{array}.wav", out / f"{name}.wav")
    np.savetxt(out / f"{name}.pose.csv", np.column_stack([time_s, quaternions(R)]), fmt="%.9f", delimiter=",",
               header="time_s,qw,qx,qy,qz", comments="")
    rows = truth_rows(folder, first_s, length_s, time_s, position)
    if rows:
        np.savetxt(out / f"{name}.truth.csv", rows, fmt=["%d"] + 5 * ["%.9f"], delimiter=",",
                   header="source,start_s,end_s,x,y,z", comments="")
    microphones = sum(1 for column in table if column.startswith("mic") and column.endswith("_x"))
    world = np.stack([columns(table, [f"mic{m}_{axis}" for axis in "xyz"]) for m in range(1, microphones + 1)], axis=1)
    # R^T (p - center), the same at all times but for the error of the cameras.
    return np.median(np.einsum("tij,tmi->tmj", R, world - position[:, None, :]), axis=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("locata", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--array", default="dummy", help="name of the array, such as dummy, eigenmike, benchmark2")
    args = parser.parse_args()
    found = sorted(p.parent for p in args.locata.rglob(f"audio_array_{args.array}.wav"))
    if not found:
        raise SystemExit(f"{args.locata}: no recording with audio_array_{args.array}.wav")
    args.folder.mkdir(parents=True, exist_ok=True)
    positions = []
    for folder in found:
        name = "-".join(part for part in folder.relative_to(args.locata).parts if part != args.array) or folder.name
        positions.append(convert(folder, args.array, args.folder, name))
    mean = np.mean(positions, axis=0)
    (args.folder / "array.json").write_text(json.dumps({"name": args.array, "positions_m": mean.round(6).tolist()}))


if __name__ == "__main__":
    main()
