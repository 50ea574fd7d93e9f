#!/usr/bin/env python3
"""Whether the stated uncertainty of positions holds their error, on the devices of `make study-command`.

    study_uncertainty.py TOOLS FOLDER...

Each folder (study/command-SEED) has devices 1 to 5 with truth.json and the model and features of csl-calibrate. Every model
is calibrated again by csl-train --calibrate. A turn of the whole array is removed before positions are compared, because
the inertial sensor's own error turns them. Prints JSON: for each device the root mean square error and stated deviation
over coordinates, mm, the scale of the array, and the shares of coordinates inside the 50 and 95 % intervals.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np


def positions_and_deviation(path):
    """Positions and stated standard deviations, m, [microphones, 3] each."""
    with h5py.File(path) as file:
        position = file["response/position_m"][:]
        covariance = file["response/covariance_m2"][:]
    deviation = np.sqrt(np.maximum(0.0, np.diag(covariance))).reshape(len(position), -1)[:, :3]
    return position, deviation


def turn_onto(truth, found):
    """The rotation matrix R that makes R truth nearest to found, [microphones, 3] both, means zero."""
    u, _, vt = np.linalg.svd(found.T @ truth)
    return u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))]) @ vt


def judge(tools, device):
    steps = device / "world" / "steps"
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / "model.h5"
        subprocess.run([tools / "csl-train", "-q", "--model", device / "world" / "model.h5", "--in",
                        steps / "one.features.h5", steps / "two.features.h5", "--calibrate", "--out", model], check=True)
        found, deviation = positions_and_deviation(model)
    truth = np.array(json.loads((device / "array.json").read_text())["positions_m"])
    found, truth = found - found.mean(axis=0), truth - truth.mean(axis=0)
    turned = truth @ turn_onto(truth, found).T
    error = found - turned
    inside = np.abs(error) / deviation
    return {"device": device.name, "study": device.parent.name, "microphones": len(truth),
            "error_mm": round(1e3 * float(np.sqrt(np.mean(error**2))), 3),
            "stated_mm": round(1e3 * float(np.sqrt(np.mean(deviation**2))), 3),
            "scale": round(float(np.sum(found * turned) / np.sum(turned**2)), 4),
            "inside_50": round(float(np.mean(inside < 0.6745)), 3), "inside_95": round(float(np.mean(inside < 1.96)), 3)}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    tools = pathlib.Path(sys.argv[1])
    devices = [device for folder in sys.argv[2:] for device in sorted(pathlib.Path(folder).iterdir())
               if (device / "world" / "model.h5").exists()]
    rows = []
    for device in devices:
        rows.append(judge(tools, device))
        print(rows[-1], file=sys.stderr, flush=True)
    command = " ".join(["data/study_uncertainty.py", "build/tools", *sys.argv[2:]])
    print(json.dumps({"command": command, "devices": rows}, indent=1))


if __name__ == "__main__":
    main()
