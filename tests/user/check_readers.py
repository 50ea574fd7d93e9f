"""data/csl_reader.py and data/csl_network.py against what the tools write by other ways.

usage: check_readers.py SOURCE BUILD   (the root of the repository, its build). Exit 77 without h5py: skipped.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import h5py
    import numpy as np
except ImportError as missing:
    print(f"skipped: Debian package python3-h5py: {missing}")
    sys.exit(77)

FRAMES = 150  # of the network's check
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "docs"), str(HERE.parent.parent / "data")]

import csl_network  # noqa: E402
import csl_reader as csl  # noqa: E402
from page_claims import fenced  # noqa: E402
from small_files import SmallFiles, floats_of  # noqa: E402


def same(what, a, b, tolerance=0.0):
    a, b = np.asarray(a), np.asarray(b)
    difference = np.abs(a - b).max() if a.shape == b.shape and a.size else np.inf
    print(f"{what}: {a.shape}, largest difference {difference:.2g}")
    if not difference <= tolerance:
        raise SystemExit(f"{what}: expected {b.shape}, found {a.shape}; difference {difference}, allowed {tolerance}")


def check_sessions(small, folder):
    sessions = csl.read_sessions(folder / "recording4.h5")
    wav = np.array(floats_of(folder / "recording4/000000.wav")[1]).reshape(-1, 4)
    same("audio", sessions[0].audio, wav)
    pose = np.loadtxt(folder / "recording4/000000.pose.csv", delimiter=",", skiprows=1)
    same("orientation", sessions[0].quaternion, pose[:, 1:], 1e-6)
    truth = np.genfromtxt(folder / "recording4/000000.truth.csv", delimiter=",", names=True)
    same("truth", sessions[0].truth["direction_world"][0], [float(truth[axis]) for axis in "xyz"], 1e-6)
    assert csl.provenance(folder / "recording4.h5")["tool"] == "csl-simulate"
    try:
        csl.read_model(folder / "recording4.h5")
    except ValueError as error:
        assert "expected a complete model file, found: sessions" in str(error)
    else:
        raise SystemExit("a sessions file was read as a model")


def check_snippet(source, folder):
    """The snippet of docs/use/formats.md prints its last line."""
    snippet = next(content for info, content in fenced((source / "docs/use/formats.md").read_text()) if info == "python")
    done = subprocess.run([sys.executable, "-c", snippet, "recording4.h5"], cwd=folder, capture_output=True, text=True,
                          check=False)
    last = done.stdout.splitlines()[-1]
    if done.returncode or not last.startswith("session 000000 (") or not last.endswith("16000.0 Hz"):
        raise SystemExit(f"docs/use/formats.md: {done.stderr}\n{last}")


def check_estimates(small, folder):
    """Directions by the reader against csl-export --csv; the turn to the world against the file's own."""
    small.estimates(4)
    small.run("csl-export -q --estimates estimates4.h5 --csv estimates.csv")
    estimates = csl.read_estimates(folder / "estimates4.h5")
    table = np.genfromtxt(folder / "estimates.csv", delimiter=",", names=True, dtype=None, encoding="utf8")
    table = table[table["kind"] == "direction"]
    heard = estimates.columns["bins"] > 0
    azimuth, elevation = csl.angles(estimates.columns["direction_world"][heard])
    same("azimuth", np.sort(azimuth), np.sort(table["world_azimuth_deg"]), 0.02)
    same("elevation", np.sort(elevation), np.sort(table["world_elevation_deg"]), 0.02)
    turned = csl.rotate(estimates.columns["quaternion"], estimates.columns["direction_sensor"])
    same("turn to the world", turned, estimates.columns["direction_world"], 1e-9)
    assert set(estimates.window("full", 1)["session"]) == {1}
    assert csl.angular_error_deg(np.array([1.0, 0, 0]), np.array([0, 2.0, 0])) == 90.0


def check_network(small, folder, model):
    """csl_network.py against the outputs of the bins that csl-infer writes."""
    small.run(f"csl-infer -q --bins --model {model} --in features4.h5 --window full --out bins.h5 && "
              f"csl-export -q --model {model} --network network.json")
    features = csl.read_features(folder / "features4.h5")[0]
    network = json.loads((folder / "network.json").read_text())
    few = features.frame < FRAMES
    found, frame = csl_network.directions(network, *(column[few] for column in (
        features.stft, features.frame, features.frequency, features.energy)))
    bins = csl.read_estimates(folder / "bins.h5").bins
    bins = {name: column[bins["frame"] < FRAMES] for name, column in bins.items()}
    same("frames of bins", frame, bins["frame"])
    same(f"directions of bins, {network['input']['kind']}", found, bins["direction_sensor"], 1e-5)
    stored = csl.read_model(folder / model)
    same("head", stored.layers[-1][0], network["layers"][-1]["weight"])
    return stored


def main(source, build):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "small"
        small = SmallFiles(build / "tools", folder)
        small.features(4)
        check_sessions(small, folder)
        check_snippet(source, folder)
        response = check_network(small, folder, small.model(4).name).response
        same("positions", response["position_m"].shape, (4, 3))
        small.run("csl-train -q --in features4.h5 --loss supervised --input stft --normalization weight --smooth-bins 0 "
                  "--hidden 32,16 --steps 200 --out weight.h5")
        check_network(small, folder, "weight.h5")
        check_estimates(small, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
