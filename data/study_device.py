#!/usr/bin/env python3
"""Recordings as a device would leave them, from BROAD's real motions and real inertial samples.

BROAD: Laidig, Caruso, Cereatti, Seel, "BROAD: a benchmark for robust inertial orientation estimation", Data
6(7), 2021 (CC BY 4.0). Its movement phase is cut in chunks; csl-simulate renders each with the optical
orientation, a source of its own and speech of its own; joined they are one recording. The inertial log is the
sensor's own, on a clock that is late and slow.

  prepare TRIAL.hdf5 FOLDER --speech CORPUS --seed N   chunk poses, chunk speech, imu.csv
  join FOLDER                                          rec.wav, pose.csv (optical), intervals.csv
  compare FOLDER TRIAL.hdf5...                         errors of both runs against the optical truth, and what
                                                       csl-import said of the clocks, JSON
"""
import argparse
import json
import pathlib
import random
import struct
import wave

import h5py
import numpy as np

RATE = 16000
CHUNK_S = 8.0
INTERVAL_S = 4.0
OFFSET_S = 0.35  # recording time = OFFSET_S + (1 + DRIFT) log time
DRIFT = 50e-6


def speech_chunk(files, samples, rng):
    """Speech of a given length, file after file, 0.2 s apart."""
    parts, length = [], 0
    while length < samples:
        with wave.open(str(rng.choice(files))) as w:
            x = np.frombuffer(w.readframes(w.getnframes()), "<i2")
        parts += [x, np.zeros(RATE // 5, "<i2")]
        length += len(x) + RATE // 5
    return np.concatenate(parts)[:samples]


def write_columns(path, names, columns):
    np.savetxt(path, np.column_stack(columns), fmt="%.12g", delimiter=",", header=names, comments="")


def prepare(args):
    folder = pathlib.Path(args.folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(args.seed)
    files = sorted(pathlib.Path(args.speech).rglob("*.wav"))
    with h5py.File(args.trial) as f:
        rate = f.attrs["sampling_rate"]
        moving = np.flatnonzero(f["movement"][:])
        q = f["opt_quat"][:]
        sensors = [f[name][:] for name in ("imu_gyr", "imu_acc", "imu_mag")]
    first, last = moving[0], moving[-1]
    per_chunk = int(CHUNK_S * rate)
    chunks = []
    for k in range((last - first) // per_chunk):
        a = first + k * per_chunk
        rows = q[a : a + per_chunk + 1]
        if np.isnan(rows).any():
            raise SystemExit(f"{args.trial}: the optical track has gaps in the movement phase")
        time_s = np.arange(per_chunk + 1) / rate
        # The simulator draws the start among what the track is longer than the speech: one sample at most.
        samples = int(time_s[-1] * RATE) - 1
        write_columns(folder / f"{k:03}.pose.csv", "time_s,qw,qx,qy,qz", [time_s, rows])
        with wave.open(str(folder / f"{k:03}.speech.wav"), "wb") as w:
            w.setnchannels(1), w.setsampwidth(2), w.setframerate(RATE)
            w.writeframes(speech_chunk(files, samples, rng).tobytes())
        chunks.append({"start_s": (a - first) / rate, "samples": samples})
    recording_s = (np.arange(len(q)) - first) / rate
    write_columns(folder / "imu.csv", "time_s,gx,gy,gz,ax,ay,az,mx,my,mz",
                  [(recording_s - OFFSET_S) / (1.0 + DRIFT), *sensors])
    good = ~np.isnan(q).any(axis=1)
    write_columns(folder / "pose.csv", "time_s,qw,qx,qy,qz", [recording_s[good], q[good]])
    (folder / "chunks.json").write_text(json.dumps(chunks))


def read_float_wav(path):
    data = path.read_bytes()
    at, channels = 12, 0
    while True:
        name, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        if name == b"fmt ":
            channels = struct.unpack("<H", data[at + 10 : at + 12])[0]
        if name == b"data":
            return np.frombuffer(data[at + 8 : at + 8 + size], "<f4").reshape(-1, channels)
        at += 8 + size + size % 2


def join(args):
    folder = pathlib.Path(args.folder)
    chunks = json.loads((folder / "chunks.json").read_text())
    parts = [read_float_wav(folder / f"{k:03}.wav" / "000000.wav") for k in range(len(chunks))]
    total = int((chunks[-1]["start_s"]) * RATE) + len(parts[-1]) + 1
    recording = np.zeros((total, parts[0].shape[1]), "<f4")
    rows = []
    for k, (chunk, part) in enumerate(zip(chunks, parts)):
        a = round(chunk["start_s"] * RATE)
        recording[a : a + len(part)] = part
        truth = np.loadtxt(folder / f"{k:03}.wav" / "000000.truth.csv", delimiter=",", skiprows=1)
        start = chunk["start_s"]
        for half in range(int(CHUNK_S / INTERVAL_S)):
            end = min(start + INTERVAL_S, chunk["start_s"] + chunk["samples"] / RATE)
            rows.append([start, end, *truth[3:6]])
            start = end
    data = recording.tobytes()
    channels = recording.shape[1]
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 3, channels, RATE,
                       RATE * 4 * channels, 4 * channels, 32, b"data", len(data))
    (folder / "rec.wav").write_bytes(head + data)
    write_columns(folder / "intervals.csv", "start_s,end_s,x,y,z", [np.array(rows)])


def sensor_direction(q, world):
    """R(q)^T world for rows of w x y z."""
    w, v = q[:, :1], -q[:, 1:]
    return world + 2 * np.cross(v, np.cross(v, world) + w * world)


def quaternion_product(a, b):
    w, x, y, z = a.T
    W, X, Y, Z = b.T
    return np.stack([w * W - x * X - y * Y - z * Z, w * X + x * W + y * Z - z * Y,
                     w * Y - x * Z + y * W + z * X, w * Z + x * Y - y * X + z * W], axis=1)


def gyroscope_delay_s(trial):
    """How much later BROAD's gyroscope turns than its optical track: the best lag of their rates."""
    with h5py.File(trial) as f:
        rate = f.attrs["sampling_rate"]
        q, gyroscope, moving = f["opt_quat"][:], f["imu_gyr"][:], np.flatnonzero(f["movement"][:])
    rows = np.arange(moving[0] + 10, moving[-1] - 10)
    step = quaternion_product(q[rows - 1] * [1, -1, -1, -1], q[rows + 1])
    optical = step[:, 1:] * np.sign(step[:, :1]) * rate  # 2 vec / (2 dt)
    lags = np.arange(-6, 7)
    error = np.array([np.nanmean(np.sum((optical - gyroscope[rows + lag]) ** 2, axis=1)) for lag in lags])
    k = int(error.argmin())
    vertex = 0.5 * (error[k - 1] - error[k + 1]) / (error[k - 1] - 2 * error[k] + error[k + 1])
    return float((lags[k] + vertex) / rate)


def clock_errors(folder, delays_s, kind):
    """Found minus true offset at each recording's middle; the log's own delay belongs to the truth."""
    result = {}
    for i, delay_s in enumerate(delays_s):
        for recording in sorted(folder.glob(f"train-{i}-*")) + sorted(folder.glob(f"test-{i}")):
            path = recording / f"{kind}.report" / "report.json"
            if not path.exists():  # the first pass takes only what is trained on
                continue
            report = json.loads(path.read_text())["recordings"][0]
            middle_s, clock = 0.5 * report["audio"]["seconds"], report["clock"]

            def offset_s(offset, drift):
                return middle_s - (middle_s - offset) / (1.0 + drift)

            found_s = offset_s(clock["offset_s"], 1e-6 * clock["drift_ppm"])
            result[recording.name] = {
                "offset_error_ms": round(1e3 * (found_s - offset_s(OFFSET_S, DRIFT) + delay_s), 2),
                "standard_error_ms": round(1e3 * clock["standard_error_s"], 2),
                "drift_ppm": round(clock["drift_ppm"], 1), "log_delay_ms": round(1e3 * delay_s, 2)}
    return result


def summary(error_deg):
    return {"mean_deg": round(float(error_deg.mean()), 3), "median_deg": round(float(np.median(error_deg)), 3),
            "n": len(error_deg)}


def errors_of_both(folder, estimator):
    """By window. True direction from the sensor: the optical orientation of the perfect run, in both cases."""
    result = {}
    with h5py.File(folder / f"estimated-{estimator}.h5") as a, h5py.File(folder / f"perfect-{estimator}.h5") as b:
        names = [x.decode() for x in b["/window/length_s"][:]]
        first = b["/session/first_source"][:]
        world = b["/source/direction_world"][:][first[b["/estimate/session"][:]]]
        truth = sensor_direction(b["/estimate/quaternion"][:], world)
        for label, f in (("estimated", a), ("perfect", b)):
            if not np.allclose(f["/estimate/time_s"][:], b["/estimate/time_s"][:], atol=1e-4):
                raise SystemExit("the two runs have different windows")
            d = f["/estimate/direction_sensor"][:]
            cross = np.linalg.norm(np.cross(d, truth), axis=1)
            error = np.degrees(np.arctan2(cross, np.sum(d * truth, axis=1)))
            window = f["/estimate/window"][:]
            for i, name in enumerate(names):
                result.setdefault(name, {})[label] = summary(error[window == i])
    for row in result.values():
        row["ratio"] = round(row["estimated"]["mean_deg"] / row["perfect"]["mean_deg"], 3)
    return result


def compare(args):
    folder = pathlib.Path(args.folder)
    errors = {estimator: errors_of_both(folder, estimator) for estimator in ("robust", "steered")}
    delays_s = [gyroscope_delay_s(trial) for trial in args.trials]
    clocks = {kind: clock_errors(folder, delays_s, kind) for kind in ("first", "estimated", "final")}
    print(json.dumps({"error": errors, "clocks": clocks}, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = parser.add_subparsers(required=True)
    p = sub.add_parser("prepare")
    p.add_argument("trial"), p.add_argument("folder"), p.add_argument("--speech", required=True)
    p.add_argument("--seed", type=int, required=True)
    p.set_defaults(run=prepare)
    p = sub.add_parser("join")
    p.add_argument("folder")
    p.set_defaults(run=join)
    p = sub.add_parser("compare")
    p.add_argument("folder"), p.add_argument("trials", nargs="+")
    p.set_defaults(run=compare)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
