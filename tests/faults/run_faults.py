"""Fails one system call after another under every tool, and kills every tool at its writes.

usage: run_faults.py TOOLS LIBRARY [--whole] [--table FILE]
       TOOLS: folder of the programs; LIBRARY: fail_call, for LD_PRELOAD

Each case is one run of a tool on a tiny pipeline, where an older output already exists.
- A call that fails: the run succeeds with the same bytes as an undisturbed run, or ends with exit code 2, 3 or 4 and
  the old outputs untouched. Nothing else lies in the folder.
- Memory that is refused may also end the program by a signal: HDF5 does not look at every result of malloc, and oneDNN
  not at mmap's. The outputs are old or whole all the same.
- kill -9: every output is the old one or the whole new one. The next run removes what is left.
The sample takes a few calls of each kind; --whole takes the first 200, and 40 of the later ones.
"""

import argparse
import array
import datetime
import os
import random
import shutil
import subprocess
import sys
import tempfile
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

OLD = b"an older output\n"
ERRNO = {"open": 24, "read": 5, "write": 28, "fsync": 5, "rename": 5, "mmap": 12, "malloc": 12, "pthread_create": 11}
KILLED = ("write", "fsync", "rename")
# The options, a file, or the disk.
NAMED = (2, 3, 4)
IN = "../in"
# Name, command, outputs. The commands run in a folder of their own beside the folder `in`.
STEPS = [
    ("csl-simulate", f"csl-simulate -q --threads 2 --speech {IN}/noise.wav --sessions 4 --t60 0 --start facing:+x "
                     "--out s.h5", ["s.h5"]),
    ("csl-import", f"csl-import -q --threads 2 --audio {IN}/walk/000000.wav --pose {IN}/walk/000000.pose.csv "
                   "--intervals whole --out r.h5", ["r.h5"]),
    ("csl-features", f"csl-features -q --threads 2 --in {IN}/s.h5 --out f.h5", ["f.h5"]),
    ("csl-train", f"csl-train -q --threads 2 --in {IN}/f.h5 --valid {IN}/f.h5 --hidden 16 --steps 20 --batch 4 "
                  "--bins-per-interval 64 --patience 0 --loss supervised --lr 3e-3 --out m.h5", ["m.h5", "m.loss.svg"]),
    ("csl-infer", f"csl-infer -q --threads 2 --model {IN}/m.h5 --in {IN}/f.h5 --window 0.2 --out e.h5", ["e.h5"]),
    ("csl-eval", f"csl-eval -q --threads 2 --estimates {IN}/e.h5 --out report",
     ["report/report.json", "report/report.html", "report/table1.csv"]),
    ("csl-export", f"csl-export -q --estimates {IN}/e.h5 --csv e.csv --jsonl e.jsonl", ["e.csv", "e.jsonl"]),
    ("csl-check", f"csl-check -q {IN}/s.h5 {IN}/f.h5 {IN}/m.h5 {IN}/e.h5", []),
]


class Bench:
    """The folder of the inputs, the undisturbed outputs, and the runs."""

    def __init__(self, tools, library, root):
        self.tools, self.library, self.root = tools, library, root
        self.inputs = root / "in"
        self.inputs.mkdir()
        self.whole = {}
        self.stdout = {}
        self.calls = {}

    def run(self, command, folder, fault=None, counts=None):
        environment = {**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}"}
        environment.pop("LD_PRELOAD", None)
        words = command.split()
        if fault or counts:
            # By env: only the tool itself is disturbed.
            words = ["env", f"LD_PRELOAD={self.library}", *([f"CSL_FAULT={fault}"] if fault else []),
                     *([f"CSL_FAULT_COUNTS={counts}"] if counts else []), *words]
        return subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False, timeout=120,
                              stdin=subprocess.DEVNULL)

    def folder_of(self, name):
        folder = self.root / name
        for output in next(step for step in STEPS if step[0] in name)[2]:
            (folder / output).parent.mkdir(parents=True, exist_ok=True)
            (folder / output).write_bytes(OLD)
        folder.mkdir(exist_ok=True)
        return folder

    def prepare(self):
        """Runs every step undisturbed: its outputs are the inputs of the next, and what all cases are compared with."""
        write_noise(self.inputs / "noise.wav")
        walk = self.run("csl-simulate -q --speech noise.wav --sessions 1 --t60 0 --wav walk --out walk.h5", self.inputs)
        if walk.returncode != 0:
            raise SystemExit(f"csl-simulate --wav: {walk.stderr.decode()}")
        for name, command, outputs in STEPS:
            folder = self.folder_of(f"{name}-whole")
            done = self.run(command, folder, counts=self.root / f"{name}.counts")
            if done.returncode != 0:
                raise SystemExit(f"{command}: exit {done.returncode}: {done.stderr.decode()}")
            self.whole[name] = {output: (folder / output).read_bytes() for output in outputs}
            self.stdout[name] = done.stdout
            counts = (line.split() for line in (self.root / f"{name}.counts").read_text().splitlines())
            self.calls[name] = {kind: int(count) for kind, count in counts}
            for output in outputs:
                shutil.copy(folder / output, self.inputs / Path(output).name)

    def case(self, step, kind, number, killed):
        """Runs one case. @return  a list of faults, and how the run ended"""
        name, command, outputs = step
        folder = self.folder_of(f"{name}-{kind}-{number}{'-kill' if killed else ''}")
        fault = f"{kind}:{number}:{'kill' if killed else ERRNO[kind]}"
        try:
            done = self.run(command, folder, fault)
        except subprocess.TimeoutExpired:
            return [f"{name} {fault}: hangs"], "hang"
        faults = [f"{name} {fault}: exit {done.returncode}: {text}" for text in
                  self.judge(name, folder, done, may_crash=killed or kind in ("malloc", "mmap"), killed=killed)]
        if killed and not faults:
            again = self.run(command, folder)
            faults = [f"{name} {fault}, then undisturbed: exit {again.returncode}: {text}"
                      for text in self.judge(name, folder, again, may_crash=False, killed=False)]
        shutil.rmtree(folder)
        ended = "same" if done.returncode == 0 else "named" if done.returncode in NAMED else "signal"
        return faults, ended

    def judge(self, name, folder, done, may_crash, killed):
        good = done.returncode == 0
        crashed = done.returncode < 0 or done.returncode >= 128 or (may_crash and done.returncode in (1, 255))
        if not good and done.returncode not in NAMED and not (may_crash and crashed):
            yield f"unexpected exit code: {done.stderr.decode()[-300:]}"
        if good and done.stdout != self.stdout[name]:
            yield "standard output differs"
        for output, whole in self.whole[name].items():
            path = folder / output
            found = path.read_bytes() if path.exists() else None
            if good and found != whole:
                yield f"{output} differs"
            if not good and found not in (OLD, whole):
                yield f"{output} is neither old nor whole"
        names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        strange = {text for text in names - set(self.whole[name]) if "report" not in text or ".tmp." in text}
        if strange and not (may_crash and not good):
            yield f"left behind: {', '.join(sorted(strange))}"


def write_noise(path):
    generator = random.Random(98)
    samples = array.array("h", (int(generator.gauss(0.0, 3000.0)) for _ in range(9600)))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


def numbers_of(count, whole):
    """Which calls fail."""
    most, spread = (200, 40) if whole else (2, 3)
    chosen = set(range(1, min(count, most) + 1))
    chosen.update(1 + (count - 1) * i // spread for i in range(spread + 1) if count > 0)
    return sorted(chosen)


def table_of(rows):
    date = datetime.date.today().isoformat()
    lines = ["| tool | fault | cases | same bytes | named error | ended by a signal | failed |",
             "|---|---|---|---|---|---|---|"]
    for (name, fault), row in rows.items():
        lines.append(f"| `{name}` | {fault} | {row['cases']} | {row['same']} | {row['named']} | {row['signal']} | "
                     f"{row['failed']} |")
    return f"Measured on {date} by `make reliability`.\n\n" + "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tools", type=Path)
    parser.add_argument("library", type=Path)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as root:
        bench = Bench(options.tools.resolve(), options.library.resolve(), Path(root))
        bench.prepare()
        cases = []
        for step in STEPS:
            for kind in ERRNO:
                for killed in (False, True):
                    if killed and kind not in KILLED:
                        continue
                    cases += [(step, kind, number, killed)
                              for number in numbers_of(bench.calls[step[0]][kind], options.whole)]
        rows = {}
        faults = []
        ran = 0
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for case, (found, ended) in zip(cases, pool.map(lambda case: bench.case(*case), cases)):
                key = (case[0][0], "kill -9 at " + case[1] if case[3] else case[1] + " fails")
                row = rows.setdefault(key, {"cases": 0, "same": 0, "named": 0, "signal": 0, "hang": 0, "failed": 0})
                row["cases"] += 1
                row[ended] += 1
                row["failed"] += 1 if found else 0
                faults += found
                ran += 1
    for text in faults:
        print(text)
    if options.table:
        options.table.write_text(options.table.read_text().split("<!-- table -->")[0] + "<!-- table -->\n"
                                 + table_of(rows))
    print(f"{ran} of {len(cases)} cases ran, {len(faults)} faults")
    promised = 9 * len(STEPS) * 3
    if ran < len(cases) or ran < promised:
        print(f"expected at least {promised} cases")
        return 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
