#!/usr/bin/env python3
"""study_calibration.py ARRAY POSITIONS.json... SIGNATURES.csv... REPORT.json... : results as JSON.

Files with "positions_m" after the first are calibrated arrays: largest and root mean square distance to the
true microphones (millimeters, means taken away; not for arrays with a body, whose effective positions are others).
CSV files are agreements of signatures by csl-export --compare. Files with "table1" are reports: mean error by method,
window, T60.
"""
import csv
import json
import math
import sys


def centered(positions):
    mean = [sum(p[i] for p in positions) / len(positions) for i in range(3)]
    return [[p[i] - mean[i] for i in range(3)] for p in positions]


def open_positions(path):
    """The true positions, if the array has no body."""
    if not path.endswith(".json"):
        return None
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    return None if "rigid_sphere" in data else centered(data["positions_m"])


def main():
    truth = open_positions(sys.argv[1])
    result = {"positions_mm": {}, "signature_agreement": {}, "mean_error_deg": {}}
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            if path.endswith(".csv"):
                result["signature_agreement"][path] = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
                continue
            data = json.load(file)
        if "positions_m" in data:
            if truth is None:
                continue
            errors = [1e3 * math.dist(a, b) for a, b in zip(truth, centered(data["positions_m"]))]
            rms = math.sqrt(sum(e * e for e in errors) / len(errors))
            result["positions_mm"][path] = {"largest": round(max(errors), 3), "rms": round(rms, 3)}
        else:
            for row in data["table1"]:
                name = " ".join(str(row[k]) for k in ("method", "estimator", "pooling") if row.get(k))
                cells = result["mean_error_deg"].setdefault(name, {})
                column = cells.setdefault(f"T60 {row['t60_s']}", {})
                column[str(row["window_s"])] = {"mean": round(row["mean_deg"], 3), "ci95": round(row["ci95_deg"], 3),
                                                "median": round(row["median_deg"], 3), "sessions": row["sessions"]}
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
