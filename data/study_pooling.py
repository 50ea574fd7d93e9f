#!/usr/bin/env python3
"""study_pooling.py ESTIMATES.h5: ways of pooling bins, compared on validation data (docs/results/robust-pooling.csv).

ESTIMATES.h5 is made by csl-infer --bins of validation sessions with one source. Errors in degrees of windows every 25
frames; each way starts from the centroid and weights every bin by norm^power times a kernel of rising sharpness, and every
frame by a power of the share of its norms that the kernel leaves. Needs numpy and h5py.
"""
import sys

import h5py
import numpy as np

HALF = {"0.05": 2, "0.2": 10, "0.5": 25, "1": 50, "full": None}
KERNELS = {
    "exp(k(cos-1))": lambda k, c: np.exp(k * (c - 1)),
    "1/(1+k(1-cos))": lambda k, c: 1 / (1 + k * (1 - c)),
    "1/(1+k(1-cos))^2": lambda k, c: 1 / (1 + k * (1 - c)) ** 2,
    "exp(-sqrt(2k(1-cos)))": lambda k, c: np.exp(-np.sqrt(np.maximum(0, 2 * k * (1 - c)))),
}
SHARP, BLUNT = (3, 8, 20, 40, 60), (3, 8, 15, 20, 20)
WAYS = [("exp(k(cos-1))", (), 1, 0)]  # kernel, kappas, power of the norm, power of the frame's share
WAYS += [("exp(k(cos-1))", SHARP, p, 0) for p in (0.5, 1, 1.5, 2)]
WAYS += [("exp(k(cos-1))", k, 1, 0) for k in (
    (3, 8, 10, 10, 10), BLUNT, (3, 8, 15, 30, 30), (3, 8, 20, 40, 80, 120), (3, 8, 20, 40, 80, 160, 300))]
WAYS += [("1/(1+k(1-cos))", k, 1, 0) for k in ((3, 10, 30, 50, 50), (10, 30, 60, 100, 200, 200))]
WAYS += [("1/(1+k(1-cos))^2", (3, 10, 20, 30, 30), 1, 0), ("exp(-sqrt(2k(1-cos)))", (10, 30, 100, 300, 1000), 1, 0)]
WAYS += [("exp(k(cos-1))", k, 1, q) for k in (BLUNT, SHARP) for q in (0.5, 1, 2, 3)]
WAYS += [("exp(k(cos-1))", (3, 8, 20, 40, 80, 120), 1, q) for q in (1, 2)]


def rotations(q):
    w, x, y, z = q.T
    return np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), 2 * (x * y + w * z),
                     1 - 2 * (x * x + z * z), 2 * (y * z - w * x), 2 * (x * z - w * y), 2 * (y * z + w * x),
                     1 - 2 * (x * x + y * y)], 1).reshape(-1, 3, 3).astype(np.float32)


def windows(file):
    """Yields (length, unit directions in the world, norms, frames, true direction)."""
    sensor, frame = file["/bin/direction_sensor"][:], file["/bin/frame"][:]
    quaternion, truth = file["/frame/quaternion"][:], file["/source/direction_world"][:]
    table = {name: file["/session/" + name][:].astype(int) for name in ("first_bin", "bins", "first_frame", "frames")}
    for s in range(len(table["bins"])):
        rows = slice(table["first_bin"][s], table["first_bin"][s] + table["bins"][s])
        frames = int(table["frames"][s])
        turn = rotations(quaternion[table["first_frame"][s]:table["first_frame"][s] + frames])
        world = np.einsum("bij,bj->bi", turn[frame[rows]], sensor[rows])
        norm = np.linalg.norm(world, axis=1)
        start = np.searchsorted(frame[rows], np.arange(frames + 1))
        for length, half in HALF.items():
            centers = [frames // 2] if half is None else range(half + (s * 7) % 10, frames - half, 25)
            for c in centers:
                low, high = (0, frames) if half is None else (c - half, c + half + 1)
                a, b = start[low], start[high]
                if b > a:
                    yield length, world[a:b] / norm[a:b, None], norm[a:b], frame[rows][a:b] - low, truth[s]


def pool(direction, norm, frame, kernel, kappas, power, share_power):
    weight = norm**power
    every = np.bincount(frame, weight)
    mean = (weight[:, None] * direction).sum(0)
    mean /= np.linalg.norm(mean)
    for k in kappas:
        near = weight * KERNELS[kernel](k, direction @ mean)
        if share_power:
            near *= ((np.bincount(frame, near) / np.maximum(every, 1e-30)) ** share_power)[frame]
        total = (near[:, None] * direction).sum(0)
        mean = total / np.linalg.norm(total) if np.linalg.norm(total) > 0 else mean
    return mean


every = list(windows(h5py.File(sys.argv[1])))
print("kernel,kappas,confidence_power,frame_share_power," + ",".join(f"mean_{n},median_{n}" for n in HALF))
for kernel, kappas, power, share_power in WAYS:
    errors = {name: [] for name in HALF}
    for length, direction, norm, frame, truth in every:
        m = pool(direction, norm, frame, kernel, kappas, power, share_power)
        errors[length].append(np.degrees(np.arctan2(np.linalg.norm(np.cross(m, truth)), m @ truth)))
    figures = ",".join(f"{np.mean(e):.3f},{np.median(e):.3f}" for e in errors.values())
    print(f"{kernel},{' '.join(map(str, kappas))},{power},{share_power},{figures}", flush=True)
