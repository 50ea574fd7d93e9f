#!/usr/bin/env python3
"""Devices of strangers for csl-calibrate: array, axes, clock, units and logger drawn at random.

  make FOLDER --seed N --speech CORPUS    two recordings (24-bit WAV of 48 kHz, inertial log) and truth.json
  again RESULT FOLDER                     FOLDER/initial: the model of RESULT with the reflection decided again by `initial`
  collect COMMAND JUDGED...               one JSON of many devices
  judge FOLDER RESULT...                  JSON: for each result folder of csl-calibrate whether the device or its mirror
                                          image was found, and how far its positions are from the truth, mm

Needs the tools in PATH. csl-simulate renders each recording: free turning, one source that stands higher than the
device and ahead of it at the start, T60 0.1 to 0.4 s, 25 dB of microphone noise, a consumer inertial sensor.
"""
import argparse
import itertools
import json
import pathlib
import random
import subprocess
import wave

import numpy as np

RECORDING_S = 150.0
UP = 3  # 48 kHz from 16 kHz
# Names of the time, gyroscope and accelerometer columns, and their units, as loggers write them.
LOGGERS = {
    "plain": ("time_s", "gx,gy,gz", "ax,ay,az", 1.0, 1.0, 1.0),
    "brackets": ("t[ms]", "gx[rad/s],gy[rad/s],gz[rad/s]", "ax[m/s^2],ay[m/s^2],az[m/s^2]", 1e3, 1.0, 1.0),
    "x-io": ("Time (s)", "Gyroscope X (deg/s),Gyroscope Y (deg/s),Gyroscope Z (deg/s)",
             "Accelerometer X (g),Accelerometer Y (g),Accelerometer Z (g)", 1.0, 180.0 / np.pi, 1.0 / 9.80665),
    "ROS": ("%time", "field.angular_velocity.x,field.angular_velocity.y,field.angular_velocity.z",
            "field.linear_acceleration.x,field.linear_acceleration.y,field.linear_acceleration.z", 1e9, 1.0, 1.0),
    "EuRoC": ("#timestamp [ns]", "w_RS_S_x [rad s^-1],w_RS_S_y [rad s^-1],w_RS_S_z [rad s^-1]",
              "a_RS_S_x [m s^-2],a_RS_S_y [m s^-2],a_RS_S_z [m s^-2]", 1e9, 1.0, 1.0),
}


def draw_array(rng):
    """Four to eight microphones in a box of 6 to 16 cm, at least 2.5 cm apart and not flat."""
    size = np.array([rng.uniform(0.06, 0.16) for _ in range(3)])
    count = rng.randint(4, 8)
    while True:
        p = np.array([[rng.uniform(-0.5, 0.5) * s for s in size] for _ in range(count)])
        p -= p.mean(axis=0)
        apart = min(np.linalg.norm(a - b) for a, b in itertools.combinations(p, 2))
        if apart > 0.025 and np.linalg.svd(p)[1][2] > 0.03:
            return p


def draw_axes(rng):
    """One of the 24 turns that take axes to axes."""
    while True:
        R = np.zeros((3, 3))
        for row, column in enumerate(rng.sample(range(3), 3)):
            R[row, column] = rng.choice([-1.0, 1.0])
        if np.linalg.det(R) > 0.0:
            return R


def long_speech(files, path, rng):
    """Sentences with pauses of 0.5 to 1.5 s."""
    parts, length = [], 0
    while length < RECORDING_S * 16000:
        with wave.open(str(rng.choice(files))) as w:
            parts.append(np.frombuffer(w.readframes(w.getnframes()), "<i2"))
        parts.append(np.zeros(int(16000 * rng.uniform(0.5, 1.5)), "<i2"))
        length += len(parts[-1]) + len(parts[-2])
    write_wav(path, np.concatenate(parts)[: int(RECORDING_S * 16000)][:, None], 16000, 2)


def write_wav(path, samples, rate, width):
    """Integers of `width` bytes, [frames, channels]."""
    raw = samples.astype("<i4").tobytes()
    cells = np.frombuffer(raw, np.uint8).reshape(-1, 4)[:, :width]
    with wave.open(str(path), "wb") as w:
        w.setnchannels(samples.shape[1])
        w.setsampwidth(width)
        w.setframerate(rate)
        w.writeframes(np.ascontiguousarray(cells).tobytes())


def read_float_wav(path):
    """A WAV of 32-bit float as csl-simulate writes it, [frames, channels]."""
    data = path.read_bytes()
    channels = int.from_bytes(data[22:24], "little")
    at = data.index(b"data") + 8
    samples = np.frombuffer(data[at:], "<f4")
    return samples[: len(samples) // channels * channels].reshape(-1, channels)


def upsample(x):
    """Three times the rate: zeros between samples, then a low-pass filter of 95 taps."""
    n = np.arange(-47, 48)
    taps = np.sinc(n / UP) * np.kaiser(len(n), 8.0)
    y = np.zeros((len(x) * UP, x.shape[1]))
    for channel in range(x.shape[1]):
        stuffed = np.zeros(len(x) * UP)
        stuffed[::UP] = x[:, channel]
        size = 1 << int(np.ceil(np.log2(len(stuffed) + len(taps))))
        y[:, channel] = np.fft.irfft(np.fft.rfft(stuffed, size) * np.fft.rfft(taps, size), size)[47 : 47 + len(stuffed)]
    return y


def table(path):
    lines = path.read_text().splitlines()
    return lines[0].split(","), np.array([[float(c) for c in line.split(",")] for line in lines[1:]])


def simulate(folder, array, speech, seed, t60_s, short):
    """One session of csl-simulate; its truth and, unless `short`, everything."""
    command = ["csl-simulate", "-q", "--array", str(array), "--speech", str(speech), "--sessions", "1", "--t60", str(t60_s),
               "--motion", "free", "--angular-speed", "60", "--start", "facing:+x", "--snr", "25", "--imu", "consumer",
               "--seed", str(seed), "--wav", str(folder), "--out", str(folder) + ".h5"]
    subprocess.run(command, check=True)
    pathlib.Path(str(folder) + ".h5").unlink()
    names, truth = table(folder / "000000.truth.csv")
    world = truth[0, [names.index(c) for c in ("x", "y", "z")]]
    names, pose = table(folder / "000000.pose.csv")
    w, x, y, z = pose[0, [names.index(c) for c in ("qw", "qx", "qy", "qz")]]
    forward = np.array([1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)])
    return world, float(forward @ world)


def make(args):
    folder = pathlib.Path(args.folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(args.seed)
    positions, axes = draw_array(rng), draw_axes(rng)
    array = folder / "array.json"
    array.write_text(json.dumps({"name": f"stranger {args.seed}", "positions_m": positions.tolist()}))
    files = sorted(pathlib.Path(args.speech).rglob("*.wav"))
    probe = folder / "probe.wav"
    write_wav(probe, np.full((1600, 1), 1000), 16000, 2)
    logger = rng.choice(sorted(LOGGERS))
    for name in ("one", "two"):
        seed = rng.randrange(1 << 30)
        while True:  # a source that is higher than the device, and that the device faces at the start
            world, ahead = simulate(folder / "probe", array, probe, seed, 0, True)
            if world[2] > 0.2 and ahead > 0.5:
                break
            seed += 1
        long_speech(files, folder / "speech.wav", rng)
        simulate(folder / "rendered", array, folder / "speech.wav", seed, max(0.12, rng.uniform(0.1, 0.4)), False)
        record(folder, name, logger, axes, rng)
    truth = {"positions_m": (positions @ axes.T).tolist(), "forward": axes[:, 0].tolist(), "logger": logger}
    (folder / "truth.json").write_text(json.dumps(truth, indent=1))


def record(folder, name, logger, axes, rng):
    """The files that the device's owner has: a WAV, and a log on another clock, in other axes and units."""
    x = upsample(read_float_wav(folder / "rendered" / "000000.wav"))
    x *= 0.5 / np.abs(x).max()
    write_wav(folder / f"{name}.wav", np.round(x * (2**23 - 1)), 48000, 3)
    names, imu = table(folder / "rendered" / "000000.imu.csv")
    column = lambda *c: imu[:, [names.index(n) for n in c]]
    offset_s, drift = rng.uniform(-4.0, 4.0), rng.uniform(-80e-6, 80e-6)
    time_s = (column("time_s")[:, 0] - offset_s) / (1.0 + drift)
    if rng.random() < 0.5:  # a log with the time of day, which starts later than the recording
        late = time_s > time_s[0] + rng.uniform(0.0, 1.5)
        imu, time_s = imu[late], time_s[late] + 1.7e9
    time, gyroscope, accelerometer, time_unit, gyroscope_unit, accelerometer_unit = LOGGERS[logger]
    values = np.column_stack([column("gx", "gy", "gz") @ axes.T * gyroscope_unit,
                              column("ax", "ay", "az") @ axes.T * accelerometer_unit])
    with open(folder / f"{name}.csv", "w") as f:
        f.write(",".join([time, gyroscope, accelerometer]) + "\n")
        for t, row in zip(time_s, values):
            stamp = f"{t * time_unit:.6f}" if time_unit < 1e6 else str(int(round(t * 1e6)) * 1000)
            f.write(stamp + "," + ",".join(f"{v:.9g}" for v in row) + "\n")


def judge(args):
    truth = json.loads((pathlib.Path(args.folder) / "truth.json").read_text())
    expected = np.array(truth["positions_m"])
    expected = expected - expected.mean(axis=0)
    rows = []
    for result in args.results:
        if not (pathlib.Path(result) / "report.json").exists():
            continue
        report = json.loads((pathlib.Path(result) / "report.json").read_text())
        row = {"result": result, "logger": truth["logger"], "verdict": report["verdict"], "reasons": report["reasons"]}
        file = pathlib.Path(result) / "array.json"
        if file.exists():
            found = np.array(json.loads(file.read_text())["positions_m"])
            found = found - found.mean(axis=0)
            error = lambda sign: 1e3 * float(np.sqrt(np.mean(np.sum((sign * found - expected) ** 2, axis=1))))
            row.update(right_image=error(1) < error(-1), rms_mm=round(min(error(1), error(-1)), 3))
        rows.append(row)
    print(json.dumps(rows, indent=1))


def again(args):
    result, folder = pathlib.Path(args.result), pathlib.Path(args.folder)
    if not (result / "model.h5").exists():
        return
    axis = json.loads((folder / "truth.json").read_text())["forward"]
    out = folder / "initial"
    out.mkdir(exist_ok=True)
    features = [str(result / "steps" / f"{name}.features.h5") for name in ("one", "two")]
    rule = "initial:" + ",".join(f"{v:g}" for v in axis)
    done = subprocess.run(["csl-train", "-q", "--model", str(result / "model.h5"), "--in", *features, "--reflect", rule,
                           "--out", str(out / "model.h5")])
    subprocess.run(["csl-export", "-q", "--model", str(out / "model.h5"), "--json", str(out / "array.json")], check=True)
    verdict = {"verdict": "decided again" if done.returncode == 0 else "doubtful", "reasons": []}
    (out / "report.json").write_text(json.dumps(verdict))


def collect(args):
    devices = [json.loads(pathlib.Path(name).read_text()) for name in args.judged]
    print(json.dumps({"command": args.command, "devices": devices}, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    p = commands.add_parser("make")
    p.add_argument("folder")
    p.add_argument("--seed", type=int, required=True)
    p.add_argument("--speech", required=True)
    p.set_defaults(run=make)
    p = commands.add_parser("again")
    p.add_argument("result")
    p.add_argument("folder")
    p.set_defaults(run=again)
    p = commands.add_parser("collect")
    p.add_argument("command")
    p.add_argument("judged", nargs="+")
    p.set_defaults(run=collect)
    p = commands.add_parser("judge")
    p.add_argument("folder")
    p.add_argument("results", nargs="+")
    p.set_defaults(run=judge)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
