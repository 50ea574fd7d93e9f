#!/usr/bin/env python3
"""study_room.py COMMAND FIT.json ARRAY.json... REPORT.json... : results of a real array in a real room, as JSON.

Every folder SEED-METHOD has a report; its estimates lie beside the folder (SEED-METHOD.estimates.h5) or, of methods
that know the array, inside. Errors are angles in the world; a session's error is the mean over its windows. Intervals
of 95 % are by bootstrap over the sessions of all seeds. Differences of two methods are paired by session.
"""
import json
import pathlib
import sys

import h5py
import numpy as np

RESAMPLES = 2000
NAMES = {"srp-phat": "SRP-PHAT", "lsdd": "LSDD", "music": "MUSIC", "nominal": "steered, nominal positions"}


def session_errors(path):
    """{window: {session: mean error in degrees}}, {window: all errors} of an estimates file."""
    with h5py.File(path) as file:
        names = [name.decode() for name in file["window/length_s"][:]]
        window, session = file["estimate/window"][:], file["estimate/session"][:]
        found, support = file["estimate/direction_world"][:], file["estimate/bins"][:]
        truth = file["source/direction_world"][:][file["session/first_source"][:]][session]
    cosine = np.clip(np.sum(found * truth, axis=1), -1.0, 1.0)
    error = np.degrees(np.arccos(cosine))
    used = (support > 0) & np.isfinite(error)
    mean, every = {}, {}
    for number, name in enumerate(names):
        here = used & (window == number)
        mean[name] = {int(s): float(error[here & (session == s)].mean()) for s in np.unique(session[here])}
        every[name] = error[here]
    return mean, every


def interval(values, random):
    """Mean and half of the 95 % interval of its bootstrap."""
    values = np.asarray(values)
    means = values[random.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return round(float(values.mean()), 3), round(float(high - low) / 2, 3)


def methods_of(report):
    """Name and estimates of the methods in a report's folder."""
    folder = report.parent
    seed, method = folder.name.split("-", 1)
    if method == "known":
        return [(int(seed), NAMES[f.name.split("-world")[0]], f) for f in sorted(folder.glob("*-world*.estimates.h5"))]
    return [(int(seed), NAMES.get(method, method), folder.with_name(folder.name + ".estimates.h5"))]


def positions(path, radius_mm):
    """Distance of the found positions from an octahedron of this radius, mm (rms), and their mean radius, mm."""
    found = 1e3 * np.array(json.loads(path.read_text())["positions_m"])
    found = found - found.mean(axis=0)
    q = radius_mm / np.sqrt(2.0)
    built = np.array([[radius_mm, 0, 0], [-radius_mm, 0, 0], [0, -q, q], [0, q, q], [0, -q, -q], [0, q, -q]])
    return (round(float(np.sqrt(np.mean(np.sum((found - built) ** 2, axis=1)))), 2),
            round(float(np.linalg.norm(found, axis=1).mean()), 2))


def main():
    command, fit_name, *names = sys.argv[1:]
    fit = json.loads(pathlib.Path(fit_name).read_text())
    arrays = [pathlib.Path(name) for name in names if name.endswith(".array.json")]
    reports = [pathlib.Path(name) for name in names if name.endswith("report.json")]
    errors, every = {}, {}
    for report in reports:
        for seed, method, path in methods_of(report):
            mean, whole = session_errors(path)
            for window, of_session in mean.items():
                cell = errors.setdefault(window, {}).setdefault(method, {})
                cell.update({(seed, s): e for s, e in of_session.items()})
                every.setdefault((window, method), []).append(whole[window])
    random = np.random.default_rng(1)
    table, differences = [], []
    for window, of_method in errors.items():
        for method, cell in of_method.items():
            mean, half = interval(list(cell.values()), random)
            table.append({"method": method, "window_s": window, "mean_deg": mean, "ci95_deg": half, "median_deg": round(
                float(np.median(np.concatenate(every[(window, method)]))), 3), "sessions": len(cell)})
        for rival in [m for m in of_method if m in NAMES.values()]:
            both = sorted(set(of_method["steered"]) & set(of_method[rival]))
            mean, half = interval([of_method["steered"][k] - of_method[rival][k] for k in both], random)
            differences.append({"steered_minus": rival, "window_s": window, "mean_deg": mean, "ci95_deg": half,
                                "sessions": len(both)})
    places = [{"seed": int(a.name.split(".")[0]), "rms_mm": rms, "radius_mm": radius} for a in arrays
              for rms, radius in [positions(a, fit["radius_mm"])]]
    lines = {"table": table, "differences": differences, "positions": places}
    body = ",\n".join(f' "{name}": [\n' + ",\n".join("  " + json.dumps(row) for row in rows) + "]"
                      for name, rows in lines.items())
    print(f'{{"command": {json.dumps(command)},\n "as_built": {json.dumps(fit)},\n{body}}}')


if __name__ == "__main__":
    main()
