#!/usr/bin/env python3
"""study_cpsd.py SESSIONS.h5 COUNT: SRP-PHAT pooled in the sensor frame, cross-spectra with or without each frame's energy.

Mean and median error in degrees over COUNT sessions, windows of 0.05, 0.2 and 0.5 s every 40 frames, 340 to 6000 Hz,
2 degree grid, no floor. An independent program: nothing of lib/ is used. Needs numpy and h5py.
"""
import sys

import h5py
import numpy as np

file, count = h5py.File(sys.argv[1]), int(sys.argv[2])
rate, window, hop = 16000, 400, 160
audio = file["/time_data"]
first, samples = file["/session/first_sample"][:], file["/session/samples"][:]
first_q, count_q = file["/session/first_orientation"][:], file["/session/orientations"][:]
time_s, quaternion = file["/orientation/time_s"][:], file["/orientation/quaternion"][:]
direction_world = file["/source/direction_world"][:]  # one source a session
position = file["/array/position_m"][:]

points = 13744
i = np.arange(points) + 0.5
z, azimuth = 1 - 2 * i / points, np.pi * (1 + 5**0.5) * i
grid = np.stack([np.sqrt(1 - z * z) * np.cos(azimuth), np.sqrt(1 - z * z) * np.sin(azimuth), z], 1)
bins = np.arange(9, 151)
delay = (-(grid @ position.T) / 343.0).astype(np.float32)
steering = np.exp(-2j * np.pi * (bins * 40.0)[:, None, None] * delay[None]).astype(np.complex64)
taper = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)


def rotation(session, t):
    """R_world_sensor at a time, interpolated between samples."""
    rows = slice(first_q[session], first_q[session] + count_q[session])
    times, q = time_s[rows], quaternion[rows]
    j = min(max(np.searchsorted(times, t), 1), len(times) - 1)
    u = (t - times[j - 1]) / (times[j] - times[j - 1])
    a, b = q[j - 1], q[j] if q[j - 1] @ q[j] >= 0 else -q[j]
    w, x, y, z = ((1 - u) * a + u * b) / np.linalg.norm((1 - u) * a + u * b)
    return np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
                     [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
                     [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]])


def best_direction(cross):
    """cross: [frames, bins, microphones] -> the grid's highest steered power."""
    phase = cross.sum(0)
    phase = (phase / np.maximum(np.abs(phase), 1e-30)).astype(np.complex64)
    score = np.zeros(points, np.float32)
    for k in range(len(bins)):
        score += np.abs(steering[k].conj() @ phase[k]) ** 2
    return grid[np.argmax(score)]


errors = {}
for s in range(count):
    x = audio[first[s]:first[s] + samples[s]]
    frames = (len(x) - window) // hop + 1
    spectrum = np.stack([np.fft.rfft(taper[:, None] * x[n * hop:n * hop + window], axis=0)[bins] for n in range(frames)])
    cross = spectrum * spectrum[:, :, :1].conj()
    white = cross / np.maximum(np.abs(cross), 1e-30)
    for length, half in ((0.05, 2), (0.2, 10), (0.5, 25)):
        for center in range(half + 7, frames - half, 40):
            truth = rotation(s, (center * hop + window / 2) / rate).T @ direction_world[s]
            for name, values in (("energy", cross), ("whitened", white)):
                found = best_direction(values[center - half:center + half + 1])
                error = np.degrees(np.arccos(np.clip(found @ truth, -1, 1)))
                errors.setdefault((length, name), []).append(error)
print("window_s,cpsd,windows,mean_deg,median_deg")
for (length, name), e in sorted(errors.items()):
    print(f"{length},{name},{len(e)},{np.mean(e):.2f},{np.median(e):.2f}")
