#!/usr/bin/env python3
"""study_waves.py R3VIVAL_FOLDER CSL_SIMULATE WORK [NAME_PART...]: measured responses, and the same array among their plane waves.

For each response of R3VIVAL whose name has one of the parts (all responses without): spatial decomposition by analyze_room.py; responses of the nominal
octahedron among these waves in all 24 orientations by `csl-simulate --room-waves --rir`; and a comparison with the
measured channels, which are permuted in the same way. Writes a JSON list to standard output, one line a response:
direct_deg   mean angle between the directions of the direct sound, each fitted to its delays, degrees
t60_ratio    T60 of the rendered responses over that of the measured ones
bands_db     level of the rendered responses over the measured ones by octave, 250 Hz to 4 kHz, mean over microphones
decay_ratio  T60 by the same octaves
"""
import json
import pathlib
import subprocess
import sys

import numpy as np
from analyze_room import analyze
from r3vival import SPEED_OF_SOUND, corners, direct_delays, read, rotations, t60

RADIUS_M = 0.0469  # by the delays of the direct sound
WINDOW_S = 2e-3
OCTAVES_HZ = (250, 500, 1000, 2000, 4000)
LEAD = 40


def octave(samples, rate, center_hz):
    spectrum = np.fft.rfft(samples, axis=0)
    hz = np.fft.rfftfreq(len(samples), 1.0 / rate)
    spectrum[(hz < center_hz / np.sqrt(2)) | (hz > center_hz * np.sqrt(2))] = 0.0
    return np.fft.irfft(spectrum, len(samples), axis=0)


def direct_direction(samples, rate, position_m):
    early = np.linalg.lstsq(position_m, -direct_delays(samples, rate) * SPEED_OF_SOUND, rcond=None)[0]
    return early / np.linalg.norm(early)


def compare(path, tool, work):
    measured, rate = read(path)
    table = analyze(measured, rate, RADIUS_M, WINDOW_S)
    waves = work / (path.stem + ".csv")
    np.savetxt(waves, table, fmt=["%.8f", "%.3f", "%.3f", "%.7g"], delimiter=",", comments="",
               header="time_s,azimuth_deg,elevation_deg,pressure")
    array = work / "octahedron.json"
    position_m = corners(RADIUS_M)
    array.write_text(json.dumps({"name": "octahedron", "positions_m": position_m.tolist()}))
    direct, ratio, bands, decays = [], [], [], []
    for turn in rotations():
        rir = work / "rendered.wav"
        q = ",".join(str(x) for x in turn["quaternion_wxyz"])
        subprocess.run([tool, "-q", "--room-waves", waves, "--array", array, f"--orientation={q}", "--rir", rir], check=True)
        rendered = read(rir)[0][LEAD:LEAD + len(measured)]
        six = measured[:, [c - 1 for c in turn["channels"]]][:len(rendered)]
        cosine = direct_direction(rendered, rate, position_m) @ direct_direction(six, rate, position_m)
        direct.append(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
        ratio.append(t60(rendered, rate) / t60(six, rate))
        pair = [(octave(rendered, rate, hz), octave(six, rate, hz)) for hz in OCTAVES_HZ]
        bands.append([10 * np.log10((a ** 2).sum() / (b ** 2).sum()) for a, b in pair])
        decays.append([t60(a, rate) / t60(b, rate) for a, b in pair])
    return {"response": path.stem, "waves": len(table), "direct_deg": round(float(np.mean(direct)), 3),
            "t60_ratio": round(float(np.mean(ratio)), 4), "bands_db": np.round(np.mean(bands, axis=0), 2).tolist(),
            "decay_ratio": np.round(np.mean(decays, axis=0), 3).tolist()}


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    folder, tool, work, parts = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]), sys.argv[4:]
    work.mkdir(parents=True, exist_ok=True)
    paths = [path for path in sorted(folder.glob("*_S*.flac")) if not parts or any(part in path.stem for part in parts)]
    if not paths:
        sys.exit(f"{folder}: no responses of loudspeakers with these parts in their names")
    print("[" + ",\n ".join(json.dumps(compare(path, tool, work)) for path in paths) + "]")


if __name__ == "__main__":
    main()
