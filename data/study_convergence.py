#!/usr/bin/env python3
"""Does training leave its start, from how many seeds, and how soon?

For every network, input and seed: csl-train with its usual schedule, watched through its history and ended as
soon as its start is left and the smoothed loss under 0.1 (or after --limit steps). Each run is one small JSON file, so
a study that was interrupted goes on where it was; --summary joins them into one file and prints the table of
docs/evidence/learning.md.

    data/study_convergence.py --tools build/tools --features f.h5 --name "6 minutes" --results docs/results/convergence
"""

import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

LEARNED = 0.1  # loss
LEFT = 0.3  # contrast; where motions are small the loss alone would say little


def read_history(path):
    lines = path.read_text().splitlines() if path.exists() else []
    rows = []
    for line in lines:
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            break  # the line being written
    return rows


def has_left(row):
    return row["contrast"] < LEFT


def has_learned(row):
    return has_left(row) and row["loss"] < LEARNED


def first_step(rows, condition):
    return next((int(row["step"]) for row in rows if condition(row)), None)


def run(arguments, hidden, kind, seed):
    """One training. Returns what it reached; times are processor seconds, since machines are shared."""
    with tempfile.TemporaryDirectory() as folder:
        history = pathlib.Path(folder) / "history.jsonl"
        command = [arguments.tools + "/csl-train", "-q", "--in", *arguments.features, "--out", folder + "/m.h5",
                   "--hidden", hidden, "--input", kind, "--seed", str(seed), "--steps", str(arguments.steps),
                   "--threads", str(arguments.threads), "--history", str(history)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        rows = []
        while process.poll() is None:
            time.sleep(0.5)
            rows = read_history(history)
            if rows and (has_learned(rows[-1]) or rows[-1]["step"] >= arguments.limit):
                process.terminate()
                process.wait()
        rows = read_history(history)
        if not rows:
            raise SystemExit(f"{' '.join(command)}: exit {process.returncode}, no step was made")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"data": arguments.name, "hidden": hidden, "input": kind, "seed": seed, "schedule_steps": arguments.steps,
            "limit": arguments.limit, "steps": int(rows[-1]["step"]),
            "left_start": first_step(rows, has_left), "loss_under_0.1": first_step(rows, has_learned),
            "last_loss": rows[-1]["loss"], "processor_s": round(used_s, 1)}


def summarize(folder):
    results = [json.loads(path.read_text()) for path in sorted(folder.glob("run-*.json"))]
    groups = {}
    for result in results:
        groups.setdefault((result["data"], result["hidden"], result["input"]), []).append(result)
    print("| data | network | input | seeds | left the start | median step | loss < 0.1 | median step | steps allowed |")
    print("|---|---|---|---|---|---|---|---|---|")
    for (data, hidden, kind), runs in sorted(groups.items()):
        left = [r["left_start"] for r in runs if r["left_start"] is not None]
        learned = [r["loss_under_0.1"] for r in runs if r["loss_under_0.1"] is not None]
        print(f"| {data} | {hidden.replace(',', '-')} | {kind} | {len(runs)} | {len(left)} | "
              f"{statistics.median(left) if left else '-'} | {len(learned)} | "
              f"{statistics.median(learned) if learned else '-'} | {max(r['limit'] for r in runs)} |")
    (folder / "summary.json").write_text(json.dumps(results, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", default="build/tools")
    parser.add_argument("--features", nargs="*", default=[])
    parser.add_argument("--name", default="")
    parser.add_argument("--hidden", nargs="+", default=["512,256,128"])
    parser.add_argument("--input", nargs="+", default=["covariance"])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--steps", type=int, default=2500, help="length of the schedule")
    parser.add_argument("--limit", type=int, default=1500, help="steps after which a run counts as not learned")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--results", type=pathlib.Path, default=pathlib.Path("docs/results/convergence"))
    parser.add_argument("--summary", action="store_true")
    arguments = parser.parse_args()
    arguments.results.mkdir(parents=True, exist_ok=True)
    for seed in range(arguments.seeds if arguments.features else 0):
        for hidden in arguments.hidden:
            for kind in arguments.input:
                name = f"run-{arguments.name}-{hidden}-{kind}-{seed:02}.json".replace(" ", "").replace(",", "-")
                path = arguments.results / name
                if path.exists():
                    continue
                result = run(arguments, hidden, kind, seed)
                path.write_text(json.dumps(result) + "\n")
                print(json.dumps(result), flush=True)
    if arguments.summary:
        summarize(arguments.results)


if __name__ == "__main__":
    main()
