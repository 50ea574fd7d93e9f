"""Compares csl-simulate --rir with reference impulse responses.

usage: check_rir.py CSL_SIMULATE REFERENCE_FOLDER WORK_FOLDER
REFERENCE_FOLDER holds ref.json (rooms, positions, conventions) and NAME_exact.npy [mics, samples]. Fails unless every set agrees
to -60 dB over the samples that are complete in the reference.
"""
import json, pathlib, struct, subprocess, sys

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


simulate, reference, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
worst = -999.0
for case in json.loads((reference / "ref.json").read_text())["sets"]:
    exact = np.load(reference / f"{case['name']}_exact.npy")
    centre, mics = np.array(case["array_centre"]), np.array(case["mic_positions"]).T
    array = work / "array.json"
    array.write_text(json.dumps({"name": case["name"], "positions_m": (mics - centre).tolist()}))
    walls = case.get("absorption_per_wall")
    if isinstance(walls, dict):  # the library's names of walls, in our order x0 x1 y0 y1 z0 z1
        walls = [walls[k] for k in ("west", "east", "south", "north", "floor", "ceiling")]
    absorption = walls if walls else [case["absorption"]]
    text = lambda values: ",".join(repr(float(v)) for v in values)
    wav = work / "rir.wav"
    subprocess.run([simulate, "-q", "--rir", wav, "--array", array, "--room", text(case["room"]),
                    "--array-position", text(centre), "--source-position", text(case["source"]),
                    "--absorption", text(absorption), "--max-order", str(case["max_order"])], check=True)
    ours = read_float_wav(wav)
    n = min(case["complete_samples"], ours.shape[1], exact.shape[1])
    ratio = 10 * np.log10(np.sum((ours[:, :n] - exact[:, :n]) ** 2) / np.sum(exact[:, :n] ** 2))
    print(f"{case['name']}: {ratio:.1f} dB over {n} samples")
    worst = max(worst, ratio)
sys.exit(0 if worst < -60.0 else 1)
