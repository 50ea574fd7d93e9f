#!/usr/bin/python3
"""study_directions.py ESTIMATES.h5... : errors by where the source stands, seen from the array, as CSV.

A run is named as its file, up to the first point. A window is confused front with back when its estimate, mirrored at the
plane through the ears (x changes sign), is nearer to the truth than the estimate itself by more than 10 degrees. Sources
at rest only.
"""
import csv
import pathlib
import sys

import h5py
import numpy

SECTORS = {"front": (0, 1), "back": (0, -1), "left": (1, 1), "right": (1, -1), "above": (2, 1), "below": (2, -1)}


def turned_back(quaternion, vector):
    """Sensor vectors of world vectors; quaternions w x y z, sensor to world."""
    w, u = quaternion[:, :1], -quaternion[:, 1:]
    t = 2.0 * numpy.cross(u, vector)
    return vector + w * t + numpy.cross(u, t)


def angle_deg(a, b):
    return numpy.degrees(numpy.arccos(numpy.clip((a * b).sum(axis=1), -1.0, 1.0)))


def text_of(value):
    return value.decode() if isinstance(value, bytes) else value


def rows_of(path):
    with h5py.File(path) as file:
        session = file["/estimate/session"][:].astype(int)
        window = file["/estimate/window"][:].astype(int)
        lengths = [text.decode() for text in file["/window/length_s"][:]]
        source = file["/session/first_source"][:].astype(int)
        truth = turned_back(file["/estimate/quaternion"][:], file["/source/direction_world"][:][source[session]])
        found = file["/estimate/direction_sensor"][:]
        t60 = file["/session/t60_s"][:][session]
        method, estimator, pooling = (text_of(file.attrs[name]) for name in ("method", "estimator", "pooling"))
        there = file["/estimate/bins"][:] > 0
    error = angle_deg(found, truth)
    confused = angle_deg(found * [-1.0, 1.0, 1.0], truth) + 10.0 < error
    # The sector whose axis is nearest.
    axis = numpy.abs(truth).argmax(axis=1)
    sign = numpy.sign(truth[numpy.arange(len(truth)), axis])
    for w, length in enumerate(lengths):
        for column in numpy.unique(t60):
            for name, (sector_axis, sector_sign) in SECTORS.items():
                chosen = there & (window == w) & (t60 == column) & (axis == sector_axis) & (sign == sector_sign)
                if chosen.any():
                    yield [path.name.split(".")[0], method, estimator, pooling, length, f"{column:g}", name, int(chosen.sum()),
                           f"{error[chosen].mean():.2f}", f"{numpy.median(error[chosen]):.2f}", f"{confused[chosen].mean():.4f}"]


def main():
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["run", "method", "estimator", "pooling", "window_s", "t60_s", "sector", "windows", "mean_deg", "median_deg",
                     "front_back_share"])
    for path in map(pathlib.Path, sys.argv[1:]):
        writer.writerows(rows_of(path))


if __name__ == "__main__":
    main()
