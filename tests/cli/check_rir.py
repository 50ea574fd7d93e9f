"""Compares csl-simulate --rir with reference impulse responses.

usage: check_rir.py CSL_SIMULATE REFERENCE_FOLDER WORK_FOLDER
REFERENCE_FOLDER holds ref.json (rooms, positions, conventions) and NAME_exact.npy [microphones, samples]; one more room, with six
different walls, is summed here image by image. Fails unless every set agrees to -60 dB over the samples that are complete in the
reference.
"""
import itertools, json, pathlib, struct, subprocess, sys

import numpy as np


def read_float_wav(path):
    data = pathlib.Path(path).read_bytes()
    at, channels = 12, 0
    while at < len(data):
        name, size = data[at:at + 4], struct.unpack("<I", data[at + 4:at + 8])[0]
        if name == b"fmt ":
            channels = struct.unpack("<H", data[at + 10:at + 12])[0]
        if name == b"data":
            return np.frombuffer(data[at + 8:at + 8 + size], "<f4").reshape(-1, channels).T
        at += 8 + size + size % 2
    raise SystemExit(f"{path}: no samples")


WALLS = ("west", "east", "south", "north", "floor", "ceiling")  # x0 x1 y0 y1 z0 z1
UNEQUAL = {"name": "six_walls", "room": [3.1, 4.2, 2.6], "source": [0.7, 3.3, 1.9], "array_centre": [2.0, 1.4, 1.1],
           "mic_positions": np.array([[2.03, 1.4, 1.1], [1.97, 1.43, 1.13], [2.0, 1.36, 1.06]]).T.tolist(), "max_order": 9,
           "absorption_per_wall": dict(zip(WALLS, (0.1, 0.7, 0.3, 0.05, 0.5, 0.25))), "complete_samples": 10**9}


def image_sum(case, samples):
    """All images with |nx| + |ny| + |nz| <= max_order (Allen and Berkley 1979), 81-tap Hann-windowed sinc, time 0 at sample 40."""
    reflection = np.sqrt(1.0 - np.array([case["absorption_per_wall"][name] for name in WALLS]))
    order, room = case["max_order"], case["room"]
    response = np.zeros((len(case["mic_positions"][0]), samples))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(81) / 80)
    for n in itertools.product(range(-order, order + 1), repeat=3):
        if sum(map(abs, n)) > order:
            continue
        place, gain = [], 1.0
        for axis in range(3):  # going out through the upper wall first for n > 0, the lower for n < 0
            first, other = (2 * axis + 1, 2 * axis) if n[axis] > 0 else (2 * axis, 2 * axis + 1)
            gain *= reflection[first] ** ((abs(n[axis]) + 1) // 2) * reflection[other] ** (abs(n[axis]) // 2)
            inside = case["source"][axis] if n[axis] % 2 == 0 else room[axis] - case["source"][axis]
            place.append(n[axis] * room[axis] + inside)
        for m, mic in enumerate(np.array(case["mic_positions"]).T):
            distance = np.linalg.norm(np.array(place) - mic)
            delay = distance * 16000.0 / 343.0
            whole = int(np.floor(delay))
            taps = gain / distance * window * np.sinc(np.arange(-40, 41) - (delay - whole))
            end = min(samples, whole + 81)
            if whole < samples:
                response[m, whole:end] += taps[: end - whole]
    return response


simulate, reference, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
worst = -999.0
for case in [UNEQUAL] + json.loads((reference / "ref.json").read_text())["sets"]:
    # "array_centre" is the key of the reference data.
    center, microphones = np.array(case["array_centre"]), np.array(case["mic_positions"]).T
    array = work / "array.json"
    array.write_text(json.dumps({"name": case["name"], "positions_m": (microphones - center).tolist()}))
    walls = case.get("absorption_per_wall")
    if isinstance(walls, dict):  # the library's names of walls, in our order x0 x1 y0 y1 z0 z1
        walls = [walls[k] for k in WALLS]
    absorption = walls if walls else [case["absorption"]]
    text = lambda values: ",".join(repr(float(v)) for v in values)
    wav = work / "rir.wav"
    subprocess.run([simulate, "-q", "--rir", wav, "--array", array, "--room", text(case["room"]),
                    "--array-position", text(center), "--source-position", text(case["source"]),
                    "--absorption", text(absorption), "--max-order", str(case["max_order"])], check=True)
    ours = read_float_wav(wav)
    exact = image_sum(case, ours.shape[1]) if case is UNEQUAL else np.load(reference / f"{case['name']}_exact.npy")
    n = min(case["complete_samples"], ours.shape[1], exact.shape[1])
    ratio = 10 * np.log10(np.sum((ours[:, :n] - exact[:, :n]) ** 2) / np.sum(exact[:, :n] ** 2))
    print(f"{case['name']}: {ratio:.1f} dB over {n} samples")
    worst = max(worst, ratio)
sys.exit(0 if worst < -60.0 else 1)
