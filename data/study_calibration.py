#!/usr/bin/env python3
"""study_calibration.py ARRAY.json POSITIONS.json... REPORT.json... : one line of results as JSON.

Files with "positions_m" after the first are calibrated arrays: largest and root mean square distance to the
true microphones (millimetres, means taken away). Files with "table1" are reports: mean error by method, window, T60.
"""
import json
import math
import sys


def centred(positions):
    mean = [sum(p[i] for p in positions) / len(positions) for i in range(3)]
    return [[p[i] - mean[i] for i in range(3)] for p in positions]


def main():
    truth = None
    result = {"positions_mm": {}, "mean_error_deg": {}}
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        if "positions_m" in data and truth is None:
            truth = centred(data["positions_m"])
        elif "positions_m" in data:
            errors = [1e3 * math.dist(a, b) for a, b in zip(truth, centred(data["positions_m"]))]
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
