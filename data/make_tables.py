#!/usr/bin/env python3
"""make_tables.py [--check]: regenerates the tables of README.md and docs/evidence/*.md from docs/results.

A table lies between `<!-- table: NAME -->` and `<!-- end -->`; NAME is a key of TABLES below. Without --check the pages are
rewritten in place. With --check nothing is written: the script prints how the pages would change, and exits with 1 if one
would. Every table must be on exactly one page. Needs only Python's standard library.
"""
import csv
import difflib
import functools
import json
import pathlib
import re
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs" / "results"

T60_S = (0.0, 0.25, 0.5, 0.75)
WINDOWS_S = (0.05, 0.2, 0.5, 1.0, "full")
CELLS = [(window, t60) for window in WINDOWS_S for t60 in T60_S]
# Largest mean error that this project aimed at, degrees, by window and T60; there is no aim for 1 s.
AIMS = {0.05: ("4", "6", "11", "17"), 0.2: ("1.2", "1.3", "2.2", "3.1"), 0.5: ("0.7", "0.7", "0.9", "1.1"),
        "full": ("0.35", "0.35", "0.4", "0.45")}
METHODS = {"csl": "C-SL", "srp-phat": "SRP-PHAT", "srp-phat-first": "SRP-PHAT, first microphone",
           "lsdd": "LSDD", "music": "MUSIC"}
# The baselines with the frequency ranges that the README states.
BANDS = {"srp-phat": "SRP-PHAT, 340 to 6000 Hz", "lsdd": "LSDD, 1800 to 3600 Hz"}


# --- reading -----------------------------------------------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def load_json(name):
    return json.loads((RESULTS / name).read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=None)
def load_csv(name):
    """Rows as dictionaries; lines that start with # are comments."""
    lines = (RESULTS / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def cells(table, method="csl", estimator="robust", pooling="world"):
    """The rows of one series of a report's table1, by (window, T60)."""
    return {(row["window_s"], row["t60_s"]): row for row in table
            if (row["method"], row["estimator"], row["pooling"]) == (method, estimator, pooling)}


def paper(method, window, t60):
    """A cell of the paper's Table 1: mean and the figure after its +- sign."""
    rows = load_json("paper.json")["table1"]
    return next(row for row in rows if (row["method"], row["window_s"], row["t60_s"]) == (method, window, t60))


def aim(window, t60):
    return AIMS[window][T60_S.index(t60)] if window in AIMS else "-"


# --- writing -----------------------------------------------------------------------------------------------------------

def two_decimals(value):
    return f"{value:.2f}"


def one_decimal(value):
    return f"{value:.1f}"


def three_digits(value):
    """Two decimals below ten, one from ten on."""
    return two_decimals(value) if value < 9.995 else one_decimal(value)


def two_digits(value):
    """Two decimals below one, one from one on."""
    return two_decimals(value) if value < 0.995 else one_decimal(value)


def with_interval(row):
    return f"{two_decimals(row['mean_deg'])} +- {two_decimals(row['ci95_deg'])}"


def window_name(window):
    return window if window == "full" else f"{window:g} s"


def place(cell):
    """The first two columns of tables with a row for each window and T60."""
    window, t60 = cell
    return [window_name(window), f"{t60:g}"]


def markdown(head, rows):
    def line(values):
        return re.sub(r" +", " ", "| " + " | ".join(map(str, values)) + " |")
    return "\n".join([line(head), "|" + "---|" * len(head), *map(line, rows)])


# --- README ------------------------------------------------------------------------------------------------------------

def demo():
    table = load_json("demo.json")["table1"]
    series = [("C-SL, steered", cells(table, estimator="steered")), ("C-SL, robust", cells(table))]
    rows = []
    for window in WINDOWS_S:
        lines = [[name, *(with_interval(found[window, t60]) for t60 in T60_S)] for name, found in series]
        lines.append(["paper's C-SL", *(with_interval(paper("csl", window, t60)) for t60 in T60_S)])
        rows += [[window_name(window) if i == 0 else "", *line] for i, line in enumerate(lines)]
    return ["window", "method", *("anechoic" if t60 == 0 else f"T60 {t60:g} s" for t60 in T60_S)], rows


def strongest_form():
    windows = ("0.05", "0.2", "0.5", "1", "full")
    rows = [[row["method"], row["array"], f"{row['t60_s']} s", *(row[f"mean_{window}"] for window in windows)]
            for row in load_csv("strongest-form.csv")]
    for row in rows:
        if row[1] == "learned":
            row[:2] = [f"**{name}**" for name in row[:2]]
    return ["method", "array", "T60", "window 0.05 s", "0.2 s", "0.5 s", "1 s", "full"], rows


def headline():
    seeds = [load_json(f"calibration-{seed}-1000.json")["mean_error_deg"]["csl steered world"] for seed in (1, 2, 3)]
    known = load_json("calibration.json")["mean_error_deg"]
    rows = []
    for t60 in ("0.5", "0.75"):
        def line(columns, key=f"T60 {t60}"):
            return [two_digits(statistics.mean(column[key][str(w)]["mean"] for column in columns)) for w in WINDOWS_S]
        rows.append(["**C-SL, steered**", "nothing", f"{t60} s", *line(seeds)])
        rows += [[name, "all positions", f"{t60} s", *line([known[f"{method} refined world"]])]
                 for method, name in BANDS.items()]
    return ["method", "knows of the array", "T60", "window 0.05 s", "0.2 s", "0.5 s", "1 s", "full"], rows


# --- docs/evidence/learning.md -----------------------------------------------------------------------------------------

def means(names_and_tables, extra=(), t60s=T60_S):
    """A column of robust means for each report; extra columns are (name, function of window and T60)."""
    found = [cells(table) for _, table in names_and_tables]
    rows = [[*place(cell), *(three_digits(column[cell]["mean_deg"]) for column in found), *(f(*cell) for _, f in extra)]
            for cell in CELLS if cell[1] in t60s]
    return ["window", "T60, s", *(name for name, _ in names_and_tables), *(name for name, _ in extra)], rows


def learning_time():
    runs = load_json("learning.json")
    fifteen = load_json("paper-0.2.json")["table1"]
    head, rows = means([("1 minute", runs["time-1"]["table1"]), ("5 minutes", runs["time-5"]["table1"]),
                        ("15 minutes", fifteen), ("60 minutes", load_json("learning-60-minutes.json")["table1"])],
                       [("paper's C-SL", lambda w, t: two_decimals(paper("csl", w, t)["mean_deg"])), ("aim", aim)])
    for row, cell in zip(rows, CELLS):
        row.insert(5, three_digits(cells(fifteen)[cell]["median_deg"]))
    return [*head[:5], "15 minutes, median", *head[5:]], rows


def learning_amount():
    runs = load_json("learning.json")
    return means([(f"{minutes} min", runs[f"amount-{minutes}"]["table1"]) for minutes in (1, 2, 5, 10, 30, 60)])


def choices(file, names, extra=()):
    runs = load_json(file)
    return means([(name, runs[name]["table1"]) for name in names], extra, (0.0, 0.5, 0.75))


def floor_24000():
    run = load_json("learning-24000.json")
    floors = (run["error_deg"], run["error_deg_floor_-70_db"]["error_deg"])

    def figure(errors, cell, key, text=three_digits):
        found = errors[str(cell[0])].get(str(cell[1]))
        return text(found[key]) if found else "-"

    rows = [[*place(cell), figure(floors[0], cell, "mean_deg"), figure(floors[0], cell, "median_deg"),
             figure(floors[0], cell, "empty", str), figure(floors[1], cell, "mean_deg"),
             figure(floors[1], cell, "median_deg"), two_decimals(paper("csl", *cell)["mean_deg"])] for cell in CELLS]
    return ["window", "T60, s", "-40 dB, mean", "-40 dB, median", "-40 dB, windows without a bin", "-70 dB, mean",
            "-70 dB, median", "paper's C-SL"], rows


def convergence(file, groups):
    """Medians over seeds. @param groups: (data in the file, network, input)"""
    def median(runs, key):
        return round(statistics.median(run[key] for run in runs))

    rows = []
    for data, network, network_input in groups:
        runs = [run for run in load_json(file)
                if (run["data"], run["hidden"].replace(",", "-"), run["input"]) == (data, network, network_input)]
        rows.append([data if data != "5 minutes" else "6 minutes, free axes", network, network_input, len(runs),
                     sum(run["left_start"] is not None for run in runs), median(runs, "left_start"),
                     sum(run["loss_under_0.1"] is not None for run in runs), median(runs, "loss_under_0.1"),
                     median(runs, "processor_s")])
    return ["data", "network", "input", "seeds", "left the initial plateau", "median step", "loss < 0.1",
            "median step of loss < 0.1", "median processor time, s"], rows


NETWORKS = (("512-256-128", "covariance"), ("256-128", "covariance"), ("1024-512-256", "covariance"),
            ("256-128", "stft"), ("512-256-128", "stft"), ("1024-512-256", "stft"))
FREE_AXES = [("6 minutes, free axes", *network) for network in NETWORKS]
HEADS = [("6 minutes, heads", "512-256-128", "covariance")]


# --- docs/evidence/experiments.md --------------------------------------------------------------------------------------

def paper_table(file, median):
    """Table 1 of a `make paper` run: robust with its seeds, centroid, baselines, the paper's C-SL."""
    table = load_json(file)["table1"]
    robust, centroid = cells(table), cells(table, estimator="centroid")
    baselines = [cells(table, method, "refined") for method in ("srp-phat", "lsdd", "music")]
    rows = []
    for cell in CELLS:
        row = robust[cell]
        rows.append([*place(cell), two_decimals(row["mean_deg"]), two_decimals(row["ci95_deg"]),
                     *([two_decimals(row["median_deg"])] if median else []),
                     *(three_digits(seed["mean_deg"]) for seed in row["seeds"]),
                     two_decimals(centroid[cell]["mean_deg"]), two_decimals(centroid[cell]["ci95_deg"]),
                     *(two_decimals(found[cell]["mean_deg"]) for found in baselines),
                     two_decimals(paper("csl", *cell)["mean_deg"])])
    head = ["window", "T60, s", "robust", "+-", *(["median"] if median else []), "seed 1", "seed 2", "seed 3", "centroid",
            "centroid +-", "SRP-PHAT", "LSDD", "MUSIC", "paper's C-SL"]
    return head, rows


def paper_default():
    table = load_json("paper-default.json")["table1"]
    series = (cells(table), cells(table, estimator="centroid"))
    rows = [[*place(cell), *(three_digits(found[cell]["mean_deg"]) for found in series)] for cell in CELLS]
    return ["window", "T60, s", "robust", "centroid"], rows


def sensor_pooled():
    table = load_json("paper-0.2.json")["table1"]
    rows = []
    for method, name in (("srp-phat", "SRP-PHAT"), ("lsdd", "LSDD, alpha = 3")):
        # Results from before srp-phat-first had a name of its own call it srp-phat.
        first = f"{method}-first"
        known = any(row["method"] == first for row in table)
        ours = cells(table, first if known else method, "grid", "sensor")
        for window, t60 in CELLS[:8]:
            pair = ours[window, t60]["mean_deg"], paper(method, window, t60)["mean_deg"]
            rows.append([name, *place((window, t60)), *map(two_decimals, pair), two_decimals(pair[0] / pair[1])])
    return ["method", "window", "T60, s", "ours", "paper's", "ratio"], rows


RUNS = ("paper-0.2.json", "paper-0.2-adam.json")


def confidence_bins():
    runs = [load_json(file)["confidence_curve"] for file in RUNS]
    notes = {0: " (lowest confidence)", 9: " (highest confidence)"}
    rows = [[f"{i + 1}{notes.get(i, '')}", *(one_decimal(group["mean_deg"]) for group in groups)]
            for i, groups in enumerate(zip(*runs))]
    return ["tenth of the bins, by confidence", "first run", "second run"], rows


def confidence_windows():
    runs = [load_json(file)["reliability"] for file in RUNS]
    rows = [[i + 1, *(three_digits(group[key]) for group in groups for key in ("predicted_deg", "actual_deg"))]
            for i, groups in enumerate(zip(*runs))]
    return ["group of windows", "first run, predicted", "first run, actual", "second run, predicted",
            "second run, actual"], rows


def several_cells(file):
    return {(row["sources"], row["t60_s"], row["window_s"]): row for row in load_json(file)["table2"]}


def several():
    runs = [several_cells(file) for file in RUNS]
    published = several_cells("paper.json")
    rows = []
    for sources, t60 in ((2, 0.0), (2, 0.25), (2, 0.5), (3, 0.25), (3, 0.5), (4, 0.25), (4, 0.5)):
        for window in WINDOWS_S[:4]:
            key = sources, t60, window
            figures = [text(run[key][name]) for run in runs for name, text in (
                ("mean_deg", two_decimals), ("ci95_deg", two_decimals), ("median_deg", one_decimal))]
            rows.append([sources, f"{t60:g}", window_name(window), *figures,
                         two_decimals(published[key]["mean_deg"]) if key in published else "-"])
    return ["speakers", "T60, s", "window", "first run", "first run +-", "first run, median", "second run",
            "second run +-", "second run, median", "paper's Table 2"], rows


def several_seeds():
    found = several_cells("paper-0.2-adam.json")
    rows = [[window_name(window), *(two_decimals(seed["mean_deg"]) for seed in found[2, 0.0, window]["seeds"])]
            for window in (0.05, 0.2)]
    return ["window", "seed 1", "seed 2", "seed 3"], rows


def paper_default_two():
    found = several_cells("paper-default.json")
    row = ["default run", *(three_digits(found[2, 0.0, window]["mean_deg"]) for window in WINDOWS_S[:4])]
    return ["run", *map(window_name, WINDOWS_S[:4])], [row]


def device_error():
    error = load_json("device.json")["error"]
    rows = []
    for window, window_text in (("0.5", "0.5 s"), ("1", "1 s"), ("full", "full, 4 s")):
        for method, name in (("robust", "network alone, robust"), ("steered", "steered, learned responses")):
            cell = error[method][window]
            rows.append([window_text, name, *(two_decimals(cell[source][key]) for source in ("estimated", "perfect")
                                              for key in ("mean_deg", "median_deg")), two_decimals(cell["ratio"])])
    return ["window", "method", "inertial log, mean", "inertial log, median", "perfect orientation, mean",
            "perfect orientation, median", "ratio of means"], rows


def device_clock():
    clocks = load_json("device.json")["clocks"]
    rows = []
    for trial, rotation in enumerate(("slow", "fast")):
        recordings = [(f"train-{trial}-{i}", f"training {i}") for i in (1, 2, 3, 4)] + [(f"test-{trial}", "test")]
        for recording, name in recordings:
            figures = [one_decimal(clocks[model][recording][key]) if recording in clocks[model] else "-"
                       for model in ("first", "estimated", "final") for key in ("offset_error_ms", "standard_error_ms")]
            rows.append([rotation, name, *figures])
    return ["rotation", "recording", "without a model", "std. error, without a model", "first model",
            "std. error, first model", "second model", "std. error, second model"], rows


RECORDINGS = {"real": "first set", "words": "second set, more pauses"}


def pauses_cells(recordings, floor, method):
    """Of the baselines, the one with the smallest mean of each cell."""
    best = {}
    for row in load_json("pauses.json")[f"{recordings}-{floor}-{method}"]["table1"]:
        key = row["window_s"], row["t60_s"]
        if key not in best or row["mean_deg"] < best[key]["mean_deg"]:
            best[key] = row
    return best


def pauses():
    rows = []
    for recordings, name in RECORDINGS.items():
        for floor in ("70", "40"):
            for t60 in (0.5, 0.75):
                for window in (0.05, 0.2, 0.5, "full"):
                    figures = [text for method in ("robust", "steered", "strongest")
                               for row in [pauses_cells(recordings, floor, method)[window, t60]]
                               for text in (three_digits(row["mean_deg"]), three_digits(row["sounding"]["mean_deg"]),
                                            three_digits(row["median_deg"]))]
                    rows.append([name, f"-{floor} dB", f"{t60:g}", window_name(window), *figures])
    return ["recordings", "floor", "T60, s", "window", "robust", "sounding", "median", "steered", "sounding", "median",
            "best baseline", "sounding", "median"], rows


def pauses_paper():
    rows = []
    for recordings, name in RECORDINGS.items():
        for floor in ("70", "40"):
            found = pauses_cells(recordings, floor, "robust")
            below = [sum(value(found[cell]) < paper("csl", *cell)["mean_deg"] for cell in CELLS)
                     for value in (lambda row: row["mean_deg"], lambda row: row["sounding"]["mean_deg"])]
            rows.append([name, f"-{floor} dB", *(f"{count} of {len(CELLS)}" for count in below)])
    return ["recordings", "floor", "all windows", "windows in which the source sounds"], rows


def command():
    """Devices of strangers: for each seed the positions and the two decisions of the reflection."""
    runs = [load_json(f"command-{seed}.json")["devices"] for seed in (1, 2)]
    rows = []
    for device, results in enumerate(zip(*runs), 1):
        right = [row["right_image"] for run in results for row in run]
        rows.append([device, results[0][0]["logger"], *(two_decimals(run[0]["rms_mm"]) for run in results),
                     *(run[0]["verdict"] for run in results), f"{sum(right)} of {len(right)}"])
    return ["device", "log", "positions, mm rms, seed 1", "seed 2", "verdict, seed 1", "seed 2", "right images"], rows


def sources():
    """Mixture and kernel density by (estimator, talkers, T60, window)."""
    found = {(row["estimator"], row["sources"], row["t60_s"], row["window_s"]): row
             for row in load_json("sources.json")["table2"]}
    published = several_cells("paper.json")
    rows = []
    for talkers, t60 in sorted({(row[1], row[2]) for row in found}):
        for window in WINDOWS_S[:4]:
            kde, mixture = (found[name, talkers, t60, window] for name in ("kde", "mixture"))
            key = talkers, t60, window
            rows.append([talkers, f"{t60:g}", window_name(window),
                         *(three_digits(mixture[name]) for name in ("mean_deg", "ci95_deg", "median_deg")),
                         three_digits(mixture["sounding"]["mean_deg"]), three_digits(kde["mean_deg"]),
                         three_digits(kde["median_deg"]), two_decimals(mixture["mean_deg"] / kde["mean_deg"]),
                         two_decimals(published[key]["mean_deg"]) if key in published else "-"])
    return ["talkers", "T60, s", "window", "mixture", "+-", "median", "sounding", "kde", "kde, median", "ratio of means",
            "paper's Table 2"], rows


def uncertainty():
    rows = [[row["device"], row["study"].removeprefix("command-"), row["microphones"], two_decimals(row["error_mm"]),
             two_decimals(row["stated_mm"]), f"{row['scale']:.3f}", f"{100 * row['inside_50']:.0f} %",
             f"{100 * row['inside_95']:.0f} %"] for row in load_json("uncertainty.json")["devices"]]
    found = load_json("uncertainty.json")["devices"]
    coordinates = sum(row["microphones"] for row in found)
    inside = lambda key: f"{100 * sum(row[key] * row['microphones'] for row in found) / coordinates:.0f} %"
    rows.append([f"all {3 * coordinates} coordinates", "", "", "", "", "", inside("inside_50"), inside("inside_95")])
    return ["device", "training seed", "microphones", "error", "stated", "scale found", "inside 50 %", "inside 95 %"], rows


HEADING_TRIALS = {"02": "slow rotation", "07": "fast rotation", "11": "slow translation"}


def heading():
    rows = [[HEADING_TRIALS[name[:2]], name.rsplit("-", 1)[1], two_decimals(run["log"]["rms_deg"]),
             two_decimals(run["sound"]["rms_deg"]), two_decimals(run["sound"]["largest_deg"]), two_decimals(run["ratio"])]
            for name, run in sorted(load_json("heading.json")["runs"].items())]
    return ["trial", "seed", "VQF 6D, degrees rms", "sound, degrees rms", "sound, largest", "ratio"], rows


TRACK_SETS = {"turning": "turning array, sentences", "fixed": "array at rest, talkers of 12 to 19 s"}


def tracks():
    """Means over model seeds by scene and estimator; a scene's name is as in data/study_tracks.mk."""
    scenes = {}
    for name, report in load_json("tracks.json").items():
        if name != "command":
            estimator, *scene, _ = name.split("-")
            scenes.setdefault(tuple(scene), {}).setdefault(estimator, []).append(report["tracks"][0])
    rows = []
    for scene in sorted(scenes, key=lambda s: (s[0] != "turning", s[1], s[3] == "moving", s[4], float(s[2]))):
        array, talkers, t60, motion, snr = scene
        for estimator in ("mixture", "kde"):
            runs = scenes[scene][estimator]
            mean = lambda key: statistics.mean(run[key] for run in runs)
            rows.append([TRACK_SETS[array], talkers, t60, "at rest" if motion == "rest" else "moving",
                         "-" if snr == "none" else f"{snr} dB", estimator, two_decimals(mean("angle_error_deg")),
                         two_decimals(mean("angle_error_median_deg")), two_decimals(mean("detection")),
                         two_decimals(mean("false_tracks")), one_decimal(60.0 * mean("swaps_per_s")),
                         two_decimals(mean("latency_s")), one_decimal(mean("ospa_deg"))])
    return ["set", "talkers", "T60, s", "motion", "SNR", "estimator", "error, degrees", "median",
            "share of sounding time with a track", "false tracks a step", "changes of number a minute",
            "delay until a track, s", "OSPA, degrees"], rows


# --- docs/evidence/rooms.md ---------------------------------------------------------------------------------------------

ROOM_METHODS = {"steered": ("**C-SL, steered**", "nothing"), "robust": ("C-SL, robust", "nothing"),
                "first": ("C-SL, robust, trained in the room alone", "nothing"),
                "SRP-PHAT": ("SRP-PHAT", "nominal positions"), "LSDD": ("LSDD", "nominal positions"),
                "MUSIC": ("MUSIC", "nominal positions"),
                "steered, nominal positions": ("C-SL's score", "nominal positions")}


def room():
    found = {(row["method"], row["window_s"]): row for row in load_json("room.json")["table"]}
    windows = ("0.05", "0.2", "0.5", "1", "full")
    rows = [[*name, *(with_interval(found[method, window]) for window in windows)]
            for method, name in ROOM_METHODS.items()]
    return ["method", "knows of the array", "window 0.05 s", "0.2 s", "0.5 s", "1 s", "full"], rows


def room_headline():
    head, rows = room()
    chosen = ("**C-SL, steered**", "C-SL, robust", "SRP-PHAT", "LSDD")
    return head, [row for row in rows if row[0] in chosen]


def room_differences():
    windows = ("0.05", "0.2", "0.5", "1", "full")
    found = {(row["steered_minus"], row["window_s"]): row for row in load_json("room.json")["differences"]}
    rows = [[rival, *(f"{found[rival, w]['mean_deg']:+.2f} +- {found[rival, w]['ci95_deg']:.2f}" for w in windows)]
            for rival in ("SRP-PHAT", "LSDD", "MUSIC")]
    return ["steered minus", "window 0.05 s", "0.2 s", "0.5 s", "1 s", "full"], rows


def room_positions():
    built = load_json("room.json")["as_built"]["radius_mm"]
    rows = [[row["seed"], f"{row['radius_mm']:.2f}", f"{built:.2f}", f"{row['rms_mm']:.2f}"]
            for row in load_json("room.json")["positions"]]
    return ["seed", "radius found, mm", "radius as built, mm", "positions from the octahedron as built, mm rms"], rows


# --- docs/evidence/defaults.md -----------------------------------------------------------------------------------------

def rate():
    rows = []
    for run in load_json("learning-choices.json")["runs"]:
        differences = [] if run["steps"] == 2500 else [f"{run['steps']:,} steps, {run['precision']}"]
        differences += ["random sub-intervals"] if "note" in run else []
        loss = "-" if run["last_loss"] is None else f"{run['last_loss']:.2g}"
        for t60, name in (("0.0", "0"), ("0.5", "0.5")):
            errors = (run["validation_error_deg"][window][t60] for window in ("0.05", "0.2", "0.5", "1.0", "full"))
            rows.append([f"{run['lr']:g}", f"{run['batch']} x {run['bins']}", ", ".join(differences) or "-", loss, name,
                         *map(three_digits, errors)])
    return ["rate", "batch", "differs in", "last loss", "T60, s", *map(window_name, WINDOWS_S)], rows


TABLES = {
    "demo": demo,
    "strongest-form": strongest_form,
    "headline": headline,
    "learning-time": learning_time,
    "learning-amount": learning_amount,
    "choices": lambda: choices("choices.json", ("default", "stft", "weight", "mixture", "supervised", "adam", "small",
                                                "large", "bf16")),
    "choices-8000": lambda: choices("choices-8000.json", ("default", "weight"), [("aim", aim)]),
    "floor-24000": floor_24000,
    "convergence": lambda: convergence("convergence/summary.json", FREE_AXES + HEADS),
    "convergence-adam": lambda: convergence("convergence-adam.json", [("5 minutes", *n) for n in NETWORKS]),
    "paper-fifteen": lambda: paper_table("paper-0.2.json", True),
    "paper-adam": lambda: paper_table("paper-0.2-adam.json", False),
    "paper-default": paper_default,
    "sensor-pooled": sensor_pooled,
    "confidence-bins": confidence_bins,
    "confidence-windows": confidence_windows,
    "command": command,
    "pauses": pauses,
    "sources": sources,
    "tracks": tracks,
    "heading": heading,
    "uncertainty": uncertainty,
    "pauses-paper": pauses_paper,
    "several": several,
    "several-seeds": several_seeds,
    "paper-default-two": paper_default_two,
    "device-error": device_error,
    "device-clock": device_clock,
    "rate": rate,
    "room": room,
    "room-headline": room_headline,
    "room-differences": room_differences,
    "room-positions": room_positions,
}


# --- pages -------------------------------------------------------------------------------------------------------------

def regenerated(page, text, used):
    """The page with its tables made anew. Names of its tables are added to `used`."""
    def table(match):
        name = match[1]
        if name not in TABLES or name in used:
            sys.exit(f"make_tables.py: {page}: {'a second' if name in used else 'no such'} table: {name}")
        used.add(name)
        return f"<!-- table: {name} -->\n{markdown(*TABLES[name]())}\n<!-- end -->"

    if text.count("<!-- table: ") != text.count("<!-- end -->"):
        sys.exit(f"make_tables.py: {page}: a table has no <!-- end -->")
    return re.sub(r"<!-- table: ([\w-]+) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    check, used, changed = bool(sys.argv[1:]), set(), False
    for path in [ROOT / "README.md", *sorted((ROOT / "docs" / "evidence").glob("*.md"))]:
        page = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        new = regenerated(page, text, used)
        changed = changed or new != text
        if check:
            pair = text.splitlines(True), new.splitlines(True)
            sys.stdout.writelines(difflib.unified_diff(*pair, page, f"{page} (new)", n=0))
        elif new != text:
            path.write_text(new, encoding="utf-8")
    if missing := sorted(TABLES.keys() - used):
        sys.exit(f"make_tables.py: on no page: {', '.join(missing)}")
    if check and changed:
        sys.exit("make_tables.py: run data/make_tables.py and commit the pages")


if __name__ == "__main__":
    main()
