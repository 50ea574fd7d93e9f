"""Readers of other people's data sets, on small files of our own in their layouts.

usage: check_others.py SOURCE TOOLS
"""
import csv
import datetime
import json
import math
import pathlib
import sqlite3
import struct
import subprocess
import sys
import tempfile
import wave

try:
    import numpy as np
except ImportError:
    print("skipped: no numpy")
    sys.exit(0)

SOURCE, TOOLS = (pathlib.Path(a) for a in sys.argv[1:3])
TEMPORARY = tempfile.TemporaryDirectory()
FOLDER = pathlib.Path(TEMPORARY.name)


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def locata():
    """A simulated recording in LOCATA's layout comes back with its orientation, truth and positions."""
    root, out = FOLDER / "locata/dev/task5/recording1/dummy", FOLDER / "locata-out"
    root.mkdir(parents=True)
    rng = np.random.default_rng(1)
    rate = 16000
    with wave.open(str(FOLDER / "noise.wav"), "wb") as w:
        w.setnchannels(1), w.setsampwidth(2), w.setframerate(rate)
        w.writeframes((3000 * rng.standard_normal(6 * rate)).astype("<i2").tobytes())
    run(TOOLS / "csl-simulate", "-q", "--speech", FOLDER / "noise.wav", "--sessions", 1, "--t60", 0, "--array", "tetra4",
        "--motion", "free", "--wav", FOLDER / "wav", "--out", FOLDER / "s.h5")
    samples = np.frombuffer((FOLDER / "wav/000000.wav").read_bytes()[-4 * 4 * 6 * rate:], "<f4").reshape(-1, 4)
    with wave.open(str(root / "audio_array_dummy.wav"), "wb") as w:
        w.setnchannels(4), w.setsampwidth(2), w.setframerate(rate)
        w.writeframes((samples / np.abs(samples).max() * 3e4).astype("<i2").tobytes())
    pose = np.loadtxt(FOLDER / "wav/000000.pose.csv", delimiter=",", skiprows=1)
    truth = np.loadtxt(FOLDER / "wav/000000.truth.csv", delimiter=",", skiprows=1, ndmin=2)[0, 3:6]
    microphones = np.array([[0.02, 0, 0], [-0.02, 0, 0], [0, 0.03, 0], [0, 0, 0.04]])
    start = datetime.datetime(2017, 5, 3, 23, 59, 58)  # midnight comes within the recording

    def clock(t):
        moment = start + datetime.timedelta(seconds=float(t))
        return [moment.year, moment.month, moment.day, moment.hour, moment.minute,
                moment.second + moment.microsecond * 1e-6]

    def write(name, names, rows):
        text = "\t".join(["year month day hour minute second".replace(" ", "\t")] + names) + "\n"
        (root / name).write_text(text + "".join("\t".join(f"{v:.9g}" for v in row) + "\n" for row in rows))

    center = np.array([1.0, 2.0, 1.5])
    rows = []
    for t, w, x, y, z in pose:
        R = np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
                      [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
                      [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]])
        rows.append(clock(t) + [*center, *R[:, 0], *R.ravel(), *(microphones @ R.T + center).ravel()])
    axes = ["x", "y", "z", "ref_vec_x", "ref_vec_y", "ref_vec_z"]
    axes += [f"rotation_{i}{j}" for i in (1, 2, 3) for j in (1, 2, 3)]
    write("position_array_dummy.txt", axes + [f"mic{m}_{a}" for m in (1, 2, 3, 4) for a in "xyz"], rows)
    write("audio_array_timestamps_dummy.txt", [], [clock(i / rate) for i in range(0, 20)])
    write("required_time.txt", ["valid_flag"], [clock(t) + [t > 1.0] for t in np.arange(0, 6, 0.05)])
    write("position_source_talker.txt", ["x", "y", "z"], [clock(t) + [*(center + 2 * truth)] for t in (0.0, 3.0, 6.0)])
    run(sys.executable, SOURCE / "data/import_locata.py", FOLDER / "locata", out)
    found = np.array(json.loads((out / "array.json").read_text())["positions_m"])
    assert np.abs(found - microphones).max() < 1e-5, found
    name = "dev-task5-recording1"
    back = np.loadtxt(out / f"{name}.pose.csv", delimiter=",", skiprows=1)
    assert np.abs(back[:, 0] - pose[:, 0]).max() < 1e-5
    assert (np.abs(np.sum(back[:, 1:] * pose[:, 1:], axis=1)) > 1 - 1e-8).all()
    rows = np.loadtxt(out / f"{name}.truth.csv", delimiter=",", skiprows=1)
    assert abs(rows[0, 1] - 1.0) < 0.15 and abs(rows[-1, 2] - 6.0) < 0.15, rows[[0, -1]]
    assert np.abs(rows[:, 3:] - truth / np.linalg.norm(truth)).max() < 1e-6
    run(TOOLS / "csl-import", "-q", "--audio", out, "--array", out / "array.json", "--intervals", "whole",
        "--out", FOLDER / "locata.h5")


def snapshots():
    """The drone's table and its bag hold the same run, and csl-import takes both."""
    frequencies = [int(k * 46.875) for k in range(60, 68)]
    rows, messages = [], []
    rng = np.random.default_rng(2)
    for i in range(400):
        yaw = 40 * math.sin(i / 60)
        rows.append({"topic": "geometry/pose_raw", "timestamp": 1000 + 10 * i, "yaw_deg": yaw})
        messages.append(("p", struct.pack("<4xI7f", 1000 + 10 * i, 0, 0, 0, 0, 0, yaw, 0)))
        if i % 12 != 5:
            continue
        values = rng.standard_normal((2, 4 * 8)).astype("<f4")
        positions = [0, 0.0627, -0.0627, 0, 0, -0.0627, 0.0627, 0]
        rows.append({"topic": "audio/signals_f", "timestamp": 1003 + 10 * i, "fs": 48000, "n_mics": 4,
                     "frequencies": f"{frequencies}".replace(",", ""), "mic_positions": f"{positions}".replace(",", ""),
                     "signals_real_vect": str(values[0].tolist()).replace(",", "\n"),
                     "signals_imag_vect": str(values[1].tolist()).replace(",", "\n")})
        data = struct.pack("<4xHxxIIBxH", 48000, 1003 + 10 * i, 7, 4, 8)
        data += struct.pack("<I8H", 8, *frequencies)
        for floats in (values[0], values[1], positions):
            data += struct.pack(f"<I{len(floats)}f", len(floats), *floats)
        messages.append(("s", data))
    names = sorted({name for row in rows for name in row})
    with open(FOLDER / "run.csv", "w", newline="") as f:
        writer = csv.DictWriter(f, names)
        writer.writeheader()
        writer.writerows(rows)
    with sqlite3.connect(FOLDER / "run.db3") as bag:
        bag.execute("CREATE TABLE topics(id INTEGER, name TEXT, type TEXT)")
        bag.execute("CREATE TABLE messages(id INTEGER, topic_id INTEGER, timestamp INTEGER, data BLOB)")
        bag.execute("INSERT INTO topics VALUES (1, 'p', 'audio_interfaces/msg/PoseRaw')")
        bag.execute("INSERT INTO topics VALUES (2, 's', 'audio_interfaces/msg/SignalsFreq')")
        for n, (topic, data) in enumerate(messages):
            bag.execute("INSERT INTO messages VALUES (?, ?, ?, ?)", (n, 1 if topic == "p" else 2, n, b"\0\1\0\0" + data[4:]))
    for name in ("run.csv", "run.db3"):
        run(sys.executable, SOURCE / "data/import_snapshots.py", FOLDER / name, FOLDER / f"from-{name}")
    for table in ("snapshots.csv", "pose.csv", "array.json"):
        a, b = ((FOLDER / f"from-{name}" / table).read_bytes() for name in ("run.csv", "run.db3"))
        assert len(a) > 100 and abs(len(a) - len(b)) < 0.1 * len(a), table
    a, b = (np.loadtxt(FOLDER / f"from-{n}/snapshots.csv", delimiter=",", skiprows=1) for n in ("run.csv", "run.db3"))
    assert a.shape == b.shape == (33 * 8, 10) and np.abs(a - b).max() < 1e-4
    assert a[0, 1] == 60 * 46.875
    folder = FOLDER / "from-run.csv"
    run(TOOLS / "csl-import", "-q", "--snapshots", folder / "snapshots.csv", "--pose", folder / "pose.csv", "--rate", 48000,
        "--out", FOLDER / "run.features.h5")
    run(TOOLS / "csl-check", FOLDER / "run.features.h5")
    run(TOOLS / "csl-infer", "-q", "--array", folder / "array.json", "--in", FOLDER / "run.features.h5", "--window", 1,
        "--out", FOLDER / "run.estimates.h5")


locata()
snapshots()
