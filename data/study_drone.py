#!/usr/bin/env python3
"""The drone of LCAV/audio-localization-dataset on a turntable: four microphones, one tone of 3 kHz, a yaw that leaks.

  positions FOLDER OUT.json          positions without a start, from FOLDER/snapshots.csv and FOLDER/pose.csv
  refine FOLDER ORIENTED.csv OUT.json   the same from corrected orientations
  report COMMAND FOLDER...           figures of all runs, JSON

Positions are those of a plane: the array turns about one axis only, and the source is taken to be in its plane.
A source above or below the plane makes the array look smaller.
"""
import argparse
import json
import pathlib

import h5py
import numpy as np

SPEED_OF_SOUND = 343.0
TONE_HZ = 3000.0
K = 2 * np.pi * TONE_HZ / SPEED_OF_SOUND
FASTEST_DEG_S = 2000.0  # a faster step of a log is a reset
POOL_S = 1.0


def read_snapshots(path):
    """Times and the tone's vector of every snapshot: first eigenvector of its bins' cross-spectra, scaled to phases."""
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    times = np.unique(table[:, 0])
    microphones = (table.shape[1] - 2) // 2
    y = (table[:, 2::2] + 1j * table[:, 3::2]).reshape(len(times), -1, microphones)
    cross = np.einsum("tkm,tkn->tmn", y, y.conj())
    energy = np.einsum("tmm->t", cross).real
    loud = energy > 0.3 * np.median(energy[energy > 0])
    vector = np.linalg.eigh(cross[loud])[1][:, :, -1]
    return times[loud], vector / np.maximum(np.abs(vector), 1e-12)


def read_yaw(path):
    """Times, yaw (rad, any turns) and whether a reset lies before each row."""
    table = np.genfromtxt(path, delimiter=",", names=True)
    yaw = 2 * np.arctan2(table["qz"], table["qw"])
    step = (np.diff(yaw) + np.pi) % (2 * np.pi) - np.pi
    reset = np.abs(step) > np.radians(FASTEST_DEG_S) * np.diff(table["time_s"])
    return table["time_s"], yaw[0], step, reset


def undone(pose, gain, leak):
    """Yaw of a log that turns too little by a gain, forgets, and is reset: d truth = gain d log + leak log dt."""
    time_s, first, step, reset = pose
    log = (first + np.concatenate([[0], np.cumsum(step)]) + np.pi) % (2 * np.pi) - np.pi
    rate = np.where(reset, 0.0, gain * step) + leak * log[:-1] * np.diff(time_s)
    return time_s, np.concatenate([[0], np.cumsum(rate)])


def directions(yaw):
    """Unit vectors to a source at azimuth 0 in the world, sensor frame."""
    return np.stack([np.cos(yaw), -np.sin(yaw)], axis=1)


def first_positions(u, phases):
    """Each microphone's place against the first one's, over a grid of 1 cm; and the mean agreement."""
    axis = np.arange(-0.15, 0.1501, 0.01)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    steering = np.exp(-1j * K * u @ grid.T)
    positions, agreement = [np.zeros(2)], 0.0
    for m in range(1, phases.shape[1]):
        score = np.real((phases[:, m] * phases[:, 0].conj()) @ steering) / len(u)
        positions.append(grid[score.argmax()])
        agreement += score.max() / (phases.shape[1] - 1)
    return np.array(positions), agreement


def refined(u, phases, start):
    """Positions for which h and y agree up to one phase a snapshot: Gauss-Newton, errors above 0.5 count little."""

    def residual(x):
        h = np.exp(1j * K * u @ x.reshape(-1, 2).T)
        product = h.conj() * phases
        common = product.sum(axis=1, keepdims=True)
        error = product * (common / np.abs(common)).conj() - 1
        return np.concatenate([error.real.ravel(), error.imag.ravel(), 10 * x.reshape(-1, 2).mean(axis=0)])

    x = start.ravel().astype(float)
    for _ in range(30):
        error = residual(x)
        weight = 1 / np.sqrt(1 + (error / 0.5) ** 2)
        slope = np.stack([(residual(x + step) - error) / 1e-6 for step in 1e-6 * np.eye(len(x))], axis=1)
        normal = slope.T @ (weight[:, None] * slope)
        x = x - np.linalg.solve(normal + 1e-9 * np.trace(normal) * np.eye(len(x)), slope.T @ (weight * error))
    return x.reshape(-1, 2) - x.reshape(-1, 2).mean(axis=0)


def write_positions(path, positions, comment):
    rows = np.pad(positions, ((0, 0), (0, 1))).round(6).tolist()
    path.write_text(json.dumps({"name": "blind", "comment": comment, "positions_m": rows}))


def positions(args):
    """No heading is known yet: gain and leak of the log are searched with the positions."""
    times, phases = read_snapshots(args.folder / "snapshots.csv")
    pose = read_yaw(args.folder / "pose.csv")
    best = None
    for gain in np.arange(0.9, 1.31, 0.05):
        for leak in np.arange(0.0, 0.151, 0.02):
            u = directions(np.interp(times, *undone(pose, gain, leak)))
            found, agreement = first_positions(u, phases)
            if best is None or agreement > best[0]:
                best = (agreement, gain, leak, u, found)
    agreement, gain, leak, u, found = best
    write_positions(args.out, refined(u, phases, found - found.mean(axis=0)),
                    f"From one tone; gain {gain:.3f}, leak {leak:.2f} a second, agreement {agreement:.3f}")


def refine(args):
    times, phases = read_snapshots(args.folder / "snapshots.csv")
    time_s, first, step, _ = read_yaw(args.oriented)
    yaw = np.interp(times, time_s, first + np.concatenate([[0], np.cumsum(step)]))
    start = np.array(json.loads(args.start.read_text())["positions_m"])[:, :2]
    # The heading of the corrected log is another one than that of the start.
    turns = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in np.arange(0, 2 * np.pi, np.pi / 18)]

    def agreement(x):
        return np.abs((np.exp(-1j * K * directions(yaw) @ x.T) * phases).sum(axis=1)).mean()

    start = max((start @ turn.T for turn in turns), key=agreement)
    write_positions(args.out, refined(directions(yaw), phases, start), "From one tone, heading by the sound")


def turned_onto(a, b):
    """Positions a turned about the vertical onto b, both centered."""
    u, _, vt = np.linalg.svd(a.T @ b)
    return a @ u @ np.diag([1, np.sign(np.linalg.det(u @ vt))]) @ vt


def distances_mm(found, stated):
    a, b = (np.array(json.loads(p.read_text())["positions_m"])[:, :2] for p in (found, stated))
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    error = np.linalg.norm(turned_onto(a, b) - b, axis=1) * 1e3
    return {"microphones_mm": error.round(2).tolist(), "rms_mm": round(float(np.sqrt((error**2).mean())), 2),
            "size_ratio": round(float(np.linalg.norm(a) / np.linalg.norm(b)), 4)}


def pooled_errors(folder, array, oriented):
    """Errors of directions over one second, in the plane, against a turntable of constant rate.

    The rate and the heading at the start are fitted: two numbers for the whole turn."""
    times, phases = read_snapshots(folder / "snapshots.csv")
    p = np.array(json.loads(array.read_text())["positions_m"])[:, :2]
    time_s, first, step, _ = read_yaw(oriented)
    yaw_at = lambda t: np.interp(t, time_s, first + np.concatenate([[0], np.cumsum(step)]))
    azimuth = np.radians(np.arange(0, 360, 0.5))
    centers, found = [], []
    for t in times[(times >= times[0] + POOL_S / 2) & (times <= times[-1] - POOL_S / 2)]:
        near = np.abs(times - t) <= POOL_S / 2
        turned = (yaw_at(times[near]) - yaw_at(t))[:, None]
        u = np.stack([np.cos(azimuth - turned), np.sin(azimuth - turned)], axis=-1)
        h = np.exp(-1j * K * np.einsum("tgi,mi->tgm", u, p))
        score = (np.abs(np.einsum("tgm,tm->tg", h, phases[near])) ** 2).sum(axis=0)
        centers.append(t), found.append(azimuth[score.argmax()])
    centers, found = np.array(centers), np.array(found)
    return centers, found


def turntable_fit(t, azimuth, moving):
    """Rate (rad/s, of the array) and error of each direction against a constant rate."""
    best = None
    for rate in np.radians(np.arange(-20, 20, 0.02)):
        residual = np.angle(np.exp(1j * (azimuth + rate * t)))[moving]
        middle = np.angle(np.exp(1j * residual).mean())
        error = np.abs(np.angle(np.exp(1j * (residual - middle))))
        cost = np.minimum(error, np.radians(20)).mean()
        if best is None or cost < best[0]:
            best = (cost, rate, np.degrees(error))
    return np.degrees(best[1]), best[2]


def moving_part(t):
    """The turntable turns from the first snapshot with the tone until the yaw starts to decay; see docs."""
    return (t > t[0] + 0.2) & (t < t[0] + 21.3)


def heading_facts(features):
    with h5py.File(features) as f:
        return json.loads(f.attrs["options"])["found"][0]["heading"]


def rate_of(oriented, first_s, last_s, parts=2):
    """Rate of the corrected yaw over the whole turn and over equal parts of it, degrees a second."""
    time_s, first, step, _ = read_yaw(oriented)
    yaw = np.degrees(first + np.concatenate([[0], np.cumsum(step)]))
    edges = np.linspace(first_s, last_s, parts + 1)
    at = np.interp(edges, time_s, yaw)
    return {"whole_deg_s": round(float((at[-1] - at[0]) / (last_s - first_s)), 2),
            "parts_deg_s": np.round(np.diff(at) / np.diff(edges), 2).tolist()}


def report(args):
    result = {"command": args.command, "runs": {}}
    for folder in args.folders:
        if not (folder / "blind.json").exists():
            result["runs"][folder.name] = {
                "positions_first": distances_mm(folder / "first.json", folder / "array.json"),
                "heading": "refused: too few directions agree"}
            continue
        facts = heading_facts(folder / "blind.features.h5")
        times, _ = read_snapshots(folder / "snapshots.csv")
        turn = times[moving_part(times)]
        start_s = float(np.genfromtxt(folder / "pose.csv", delimiter=",", names=True)["time_s"][0])
        run = {"positions": distances_mm(folder / "blind.json", folder / "array.json"),
               "positions_first": distances_mm(folder / "first.json", folder / "array.json"),
               "heading": {"leak_per_s": round(facts["leak_per_s"], 4), "scale": round(facts["scale"], 4),
                           "agreement": round(facts["agreement"], 3),
                           "resets": [{"time_s": round(r["time_s"] - start_s, 2), "size_deg": round(r["size_deg"], 1)}
                                      for r in facts["resets"]],
                           "rate": rate_of(folder / "blind/snapshots.pose.csv", turn[0], turn[-1]),
                           "rate_quarters": rate_of(folder / "blind/snapshots.pose.csv", turn[0], turn[-1], 4),
                           "log_rate": rate_of(folder / "pose.csv", turn[0], turn[-1], 4)}}
        for name, array in (("stated positions", "array"), ("blind positions", "blind")):
            t, azimuth = pooled_errors(folder, folder / f"{array}.json", folder / "blind/snapshots.pose.csv")
            rate, error = turntable_fit(t, azimuth, moving_part(t))
            run[name] = {"rate_deg_s": round(rate, 2), "mean_deg": round(float(error.mean()), 2),
                         "median_deg": round(float(np.median(error)), 2), "largest_deg": round(float(error.max()), 1),
                         "n": len(error)}
        result["runs"][folder.name] = run
    print(json.dumps(result, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = parser.add_subparsers(required=True)
    p = sub.add_parser("positions")
    p.add_argument("folder", type=pathlib.Path), p.add_argument("out", type=pathlib.Path)
    p.set_defaults(run=positions)
    p = sub.add_parser("refine")
    for name in ("folder", "oriented", "start", "out"):
        p.add_argument(name, type=pathlib.Path)
    p.set_defaults(run=refine)
    p = sub.add_parser("report")
    p.add_argument("command"), p.add_argument("folders", type=pathlib.Path, nargs="+")
    p.set_defaults(run=report)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
