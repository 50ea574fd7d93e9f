#!/usr/bin/env python3
"""Describes R3VIVAL's room responses for `csl-simulate --responses`.

R3VIVAL (facebookresearch/R3VIVAL, CC BY 4.0) has impulse responses of an open array in a laboratory: six
microphones on the corners of an octahedron and one in its center, 30 loudspeakers, several acoustic
conditions. Relabeling the six channels by one of the octahedron's 24 rotations is the same as turning the
array, up to the differences of its capsules.

    r3vival.py FOLDER --table responses.json [--fit fit.json]

FOLDER holds the data set's files, at any sample rate. The table names every response of a loudspeaker, the 24
rotations and, from the decay of the responses, the T60 of each condition. The four corner sources are left out:
their direct sound is weaker than reflections.

**The truth as built.** Labels say where loudspeakers and microphones were meant to stand. The fit finds where
they are, from the direct sound's differences of arrival between the six microphones, for all loudspeakers
together: each microphone's x and y, each loudspeaker's azimuth and elevation. All loudspeakers are at the array's
height, so that no response tells a microphone's height: it keeps its nominal value at the fitted radius. Labels
count as measurements with these standard deviations: 1.5 degrees of azimuth, 2 degrees of elevation, 1.5 mm of
each coordinate. The fit states the standard deviation of each azimuth.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

import numpy as np

SPEED_OF_SOUND = 343.0
RADIUS_M = 0.048
NAME = re.compile(r"_([^_]+)_S(\d+)-(\d+)_R1")
AZIMUTH_SD_DEG, ELEVATION_SD_DEG, POSITION_SD_M = 1.5, 2.0, 0.0015
DELAY_SD_S = 1e-6
BAND_HZ = (800.0, 6500.0)


def corners(radius_m):
    """The six microphones: front, back, and four at 45 degrees in the y-z plane, [6, 3]."""
    q = radius_m / np.sqrt(2.0)
    return np.array([[radius_m, 0, 0], [-radius_m, 0, 0], [0, -q, q], [0, q, q], [0, -q, -q], [0, q, -q]])


def quaternion(rotation):
    """Unit quaternion w, x, y, z of a rotation matrix: the eigenvector of Davenport's matrix."""
    r = rotation
    off = np.array([r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]])
    k = np.empty((4, 4))
    k[0, 0] = np.trace(r)
    k[0, 1:] = k[1:, 0] = off
    k[1:, 1:] = r + r.T - np.trace(r) * np.eye(3)
    q = np.linalg.eigh(k)[1][:, -1]
    return [round(float(x), 9) for x in (q if q[0] >= 0 else -q)]


def rotations():
    """The octahedron's 24 rotations and the channel, counted from 1, that each microphone becomes."""
    unit = corners(1.0)
    first = np.stack([unit[0], unit[3], np.cross(unit[0], unit[3])], axis=1)
    turns = []
    for a in unit:
        for b in unit:
            if abs(a @ b) > 1e-9:
                continue
            rotation = np.stack([a, b, np.cross(a, b)], axis=1) @ first.T
            channels = [int(np.argmin(np.linalg.norm(unit - rotation @ u, axis=1))) + 1 for u in unit]
            turns.append({"quaternion_wxyz": quaternion(rotation), "channels": channels})
    return turns


def read(path):
    """Samples [n, channels] and rate of an audio file, by ffmpeg."""
    probe = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries",
                            "stream=sample_rate,channels", "-of", "json", str(path)],
                           check=True, capture_output=True)
    stream = json.loads(probe.stdout)["streams"][0]
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-f", "f64le", "-"], check=True,
                         capture_output=True)
    return np.frombuffer(raw.stdout).reshape(-1, stream["channels"]), float(stream["sample_rate"])


def direct_delays(samples, rate):
    """Arrivals of the direct sound at the six microphones, relative to their mean, s.

    The largest cross-correlation of every two microphones in 2.4 ms about the onset gives their difference; the six
    arrivals fit all differences best.
    """
    six = samples[:, :6]
    envelope = np.abs(six).sum(axis=1)
    onset = int(np.argmax(envelope > 0.3 * envelope.max()))
    time_s = (np.arange(len(six)) - onset) / rate
    window = np.clip((time_s + 1e-3) / 5e-4, 0, 1) * np.clip((1.4e-3 - time_s) / 6e-4, 0, 1)
    window = 0.5 - 0.5 * np.cos(np.pi * window)
    near = slice(max(onset - int(3e-3 * rate), 0), onset + int(5e-3 * rate))
    size = 4 * (near.stop - near.start)
    spectrum = np.fft.rfft((six * window[:, None])[near], size, axis=0)
    frequency = np.fft.rfftfreq(size, 1.0 / rate)
    band = (frequency > BAND_HZ[0]) & (frequency < BAND_HZ[1])
    lag = np.arange(-0.45e-3, 0.45e-3, 1e-6)
    steering = np.exp(2j * np.pi * np.outer(lag, frequency[band]))
    difference = np.zeros((6, 6))
    for a in range(6):
        for b in range(a):
            correlation = (steering @ (spectrum[band, a] * spectrum[band, b].conj())).real
            k = int(np.clip(np.argmax(correlation), 1, len(lag) - 2))
            left, peak, right = correlation[k - 1:k + 2]
            difference[a, b] = lag[k] + 0.5e-6 * (left - right) / (left - 2 * peak + right)
            difference[b, a] = -difference[a, b]
    return difference.mean(axis=1)


def t60(samples, rate):
    """T60 of all microphones' energy together, from its decay between -5 and -25 dB (Schroeder 1965)."""
    energy = np.cumsum((samples[:, :6] ** 2).sum(axis=1)[::-1])[::-1]
    level = 10 * np.log10(energy / energy[0] + 1e-30)
    part = (level < -5) & (level > -25)
    slope = np.polyfit(np.flatnonzero(part) / rate, level[part], 1)[0]
    return -60.0 / slope


def as_built(label_rad, distance_m, delay_s):
    """Fits microphones and loudspeakers. @return  positions [6, 3], azimuths, elevations and their deviations, rms"""
    n = len(label_rad)
    nominal = corners(RADIUS_M)

    def positions(v):
        p = nominal.copy()
        p[:, :2] += v[:12].reshape(6, 2)
        # The radius that the horizontal coordinates have also holds for the heights.
        p[:, 2] *= np.sum(p[:, :2] * nominal[:, :2]) / np.sum(nominal[:, :2] ** 2)
        return p

    def residuals(v):
        p, azimuth, elevation = positions(v), label_rad + v[12:12 + n], v[12 + n:]
        source = distance_m[:, None] * np.stack(
            [np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)], axis=1)
        path = np.linalg.norm(source[:, None] - p[None], axis=2) / SPEED_OF_SOUND
        error = delay_s - (path - path.mean(axis=1, keepdims=True))
        return np.concatenate([error.ravel() / DELAY_SD_S, v[:12] / POSITION_SD_M,
                               np.degrees(v[12:12 + n]) / AZIMUTH_SD_DEG, np.degrees(elevation) / ELEVATION_SD_DEG])

    v = np.zeros(12 + 2 * n)
    step = np.concatenate([np.full(12, 1e-6), np.full(2 * n, 1e-5)])
    for _ in range(20):  # Gauss and Newton, with derivatives by differences
        r = residuals(v)
        jacobian = np.stack([(residuals(v + h) - residuals(v - h)) / (2 * s)
                             for s, h in zip(step, np.diag(step))], axis=1)
        change = np.linalg.lstsq(jacobian, -r, rcond=None)[0]
        v = v + change
        if np.abs(change / step).max() < 1e-3:
            break
    error = residuals(v)[:6 * n] * DELAY_SD_S
    # Delays are more exact than the array is a rigid octahedron of points: their residual is the true spread.
    spread = max(1.0, float(np.sqrt(np.mean((error / DELAY_SD_S) ** 2))))
    weight = np.concatenate([np.full(6 * n, 1.0 / spread), np.ones(len(r) - 6 * n)])
    covariance = np.linalg.inv((jacobian * weight[:, None] ** 2).T @ jacobian)
    deviation_deg = np.degrees(np.sqrt(np.diag(covariance)[12:12 + n]))
    return (positions(v), label_rad + v[12:12 + n], v[12 + n:], deviation_deg, float(np.sqrt(np.mean(error ** 2))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--table", type=pathlib.Path, required=True)
    parser.add_argument("--fit", type=pathlib.Path)
    arguments = parser.parse_args()
    files = sorted(p for p in arguments.folder.rglob("*") if p.suffix in (".flac", ".wav") and NAME.search(p.name))
    if not files:
        sys.exit(f"{arguments.folder}: expected files such as ..._000_S030-150_R1_FRL10cm.flac, found none")
    entries, delays, decay = [], {}, {}
    for path in files:
        room, azimuth, distance = NAME.search(path.name).groups()
        samples, rate = read(path)
        source = f"S{azimuth}-{distance}"
        delays.setdefault(source, []).append(direct_delays(samples, rate))
        decay.setdefault(room, []).append(t60(samples, rate))
        entries.append({"file": str(path.resolve()), "room": room, "source": source,
                        "distance_m": int(distance) / 100})
    sources = sorted(delays)
    label_rad = np.radians([-float(s[1:4]) for s in sources])  # labels are clockwise
    distance_m = np.array([float(s[5:]) / 100 for s in sources])
    delay_s = np.array([np.mean(delays[s], axis=0) for s in sources])
    position_m, azimuth_rad, elevation_rad, deviation_deg, rms_s = as_built(label_rad, distance_m, delay_s)
    for entry in entries:
        k = sources.index(entry["source"])
        entry["azimuth_deg"] = round(float(np.degrees(azimuth_rad[k])), 3)
        entry["elevation_deg"] = round(float(np.degrees(elevation_rad[k])), 3)
    rooms = {room: {"t60_s": round(float(np.median(values)), 2)} for room, values in sorted(decay.items())}
    table = {"format": "csl-room-responses", "about": "R3VIVAL, CC BY 4.0; directions as built, positions nominal",
             "positions_m": corners(RADIUS_M).round(6).tolist(), "rooms": rooms, "channels": [1, 2, 3, 4, 5, 6],
             "symmetry": rotations(), "measurements": entries}
    arguments.table.parent.mkdir(parents=True, exist_ok=True)
    arguments.table.write_text(json.dumps(table, indent=1) + "\n")
    unit = corners(1.0)
    radius_mm = 1e3 * np.sum(position_m[:, :2] * unit[:, :2], axis=1) / np.sum(unit[:, :2] ** 2, axis=1)
    fit = {"radius_mm": round(float(np.linalg.norm(radius_mm) / np.sqrt(6)), 2),
           "radii_mm": radius_mm.round(2).tolist(), "position_mm": (1e3 * position_m).round(2).tolist(),
           "delay_residual_us": round(1e6 * rms_s, 2), "rooms": rooms,
           "azimuth_minus_label_deg": {s: round(float(d), 2) for s, d in
                                       zip(sources, np.degrees(azimuth_rad - label_rad))},
           "azimuth_deviation_deg": round(float(np.sqrt(np.mean(deviation_deg ** 2))), 2)}
    if arguments.fit:
        arguments.fit.write_text(json.dumps(fit, indent=1) + "\n")
    print(f"{len(entries)} responses, {len(sources)} loudspeakers, {len(rooms)} conditions; radius as built "
          f"{fit['radius_mm']} mm; azimuths known to {fit['azimuth_deviation_deg']} degrees (standard deviation)")


if __name__ == "__main__":
    main()
