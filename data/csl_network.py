"""Runs a network of `csl-export --network` with numpy only: what a phone or a browser has to do.

usage: csl_network.py NETWORK.json FEATURES.h5   (prints x y z of every bin that the network uses)
"""

import json
import sys

import numpy as np


def loudest(frequency, energy, group):
    """Indices of the loudest bin of each group of neighboring frequencies of one frame."""
    best = {}
    for i, k in enumerate(frequency):
        if k // group not in best or energy[i] > energy[best[k // group]]:
            best[k // group] = i
    return list(best.values())


def smoothed(frequency, y, i, smoothing):
    """Bin i averaged with those neighbors in frequency that agree with it. y: [bins, microphones]"""
    reach, v, agreement = 2 * smoothing["neighbors"], y[i], 1.0
    if reach == 0:
        return v
    distance = frequency - frequency[i]
    near = y[(np.abs(distance) <= reach) & (distance % 2 == 0)]
    for _ in range(smoothing["steps"]):
        inner = near.conj() @ v
        total = (np.abs(inner) ** 2 * inner) @ near
        length = np.linalg.norm(total)
        agreement, v = length / (smoothing["neighbors"] * 2 + 1), total / length
    return np.sqrt(agreement) * v


def inputs(recipe, y, k):
    """The network's input of bins y [bins, microphones] with FFT indices k [bins]."""
    share = (k / recipe["max_frequency_index"])[:, None]
    if recipe["kind"] == "stft":
        return np.hstack([y.real, y.imag, share])
    scale = recipe["microphones"]
    a, b = np.array(recipe["pairs"]).T
    product = scale * y[:, a] * y[:, b].conj()
    angle = np.pi * share * np.arange(1, recipe["harmonics"] + 1)
    waves = np.stack([np.sin(angle), np.cos(angle)], axis=2).reshape(len(k), -1)
    return np.hstack([scale * np.abs(y) ** 2 - 1, product.real, product.imag, share, waves])


def directions(network, stft, frame, frequency, energy):
    """Direction times confidence of the bins that the network uses, in the sensor frame: [bins, 3], and their frames."""
    y, k, frames = [], [], []
    for n in np.unique(frame):
        rows = np.flatnonzero(frame == n)
        for i in loudest(frequency[rows], energy[rows], network["smoothing"]["group"]):
            y.append(smoothed(frequency[rows].astype(int), stft[rows].astype(complex), i, network["smoothing"]))
            k.append(frequency[rows][i])
            frames.append(n)
    x = inputs(network["input"], np.array(y), np.array(k))
    for layer in network["layers"]:
        x = x @ np.array(layer["weight"]).T + layer["bias"]
        if layer["normalization"] == "layer":
            x = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + network["layer_norm_epsilon"])
        if layer["activation"] == "relu":
            x = np.maximum(x, 0)
    return network["sign"] * x, np.array(frames)


if __name__ == "__main__":
    import h5py

    with open(sys.argv[1]) as text, h5py.File(sys.argv[2]) as file:
        columns = [file["/bin/" + name][:] for name in ("stft", "frame", "frequency", "energy")]
        np.savetxt(sys.stdout, directions(json.load(text), *columns)[0], "%.6f")
