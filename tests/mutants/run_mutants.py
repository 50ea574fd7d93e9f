"""Plants small faults in lib/, one at a time, and runs the tests that should find them.

usage: run_mutants.py SOURCE BUILD [--only TEXT] [--jobs N] [--check]
       SOURCE: the project; BUILD: its build, with the unit tests; results go to BUILD/mutants

mutants.json lists the faults: file, a text that stands there once, its replacement, and where the fault should be
found: a file of tests, then the other tests of its folder, and further folders if there are any ("also").
"reason" says why no test can find a fault: its replacement does the same, or the difference does not matter.

The sources stay as they are. A copy of the changed source is compiled and linked before the library. Code that is
compiled together with it may hold copies of its functions; a fault that survives is therefore planted again in all
sources that the build compiles at once.
A fault is killed if a test fails, crashes or needs more than three minutes. Results are kept, so that a run that was
stopped goes on where it was. A fault is planted again if its source or its entry changes, and a survivor also if the
tests of its folders change. Without BUILD/mutants all faults are planted.
Survivors without a reason are printed, and make the exit code 1.
"""

import argparse
import hashlib
import json
import os
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

LIMIT_S = 180
SURVIVED = "survived"
# It survived in a source that was compiled alone.
UNSURE = "survived alone"


class DoesNotBuild(Exception):
    pass


def folders_of(mutant):
    return [mutant["test"].split("/")[0], *mutant.get("also", [])]


class Build:
    """Commands of the project's build, and the digests that results are kept under."""

    def __init__(self, source, build):
        self.source, self.build = source, build
        commands = json.loads((build / "compile_commands.json").read_text())
        self.compile = {entry["file"]: entry["command"] for entry in commands}
        self.unity = {}
        for name in self.compile:
            if "/lib/CMakeFiles/csl.dir/Unity/" not in name:
                continue
            for line in Path(name).read_text().splitlines():
                if line.startswith('#include "'):
                    self.unity[line.split('"')[1]] = name
        self.links = {}

    def link_command(self, folder):
        """The command that links the tests of a folder."""
        if folder not in self.links:
            done = subprocess.run(["ninja", "-C", self.build, "-t", "commands", f"test_{folder}"], check=True,
                                  capture_output=True, text=True)
            self.links[folder] = done.stdout.strip().splitlines()[-1].removeprefix(": && ").removesuffix(" && :")
        return self.links[folder]

    def key(self, mutant):
        """A digest of the mutant and its source."""
        digest = hashlib.sha256(json.dumps({k: v for k, v in mutant.items() if k != "reason"}, sort_keys=True).encode())
        digest.update((self.source / mutant["file"]).read_bytes())
        return digest.hexdigest()

    def tests(self, mutant):
        """A digest of the tests that should find a mutant."""
        digest = hashlib.sha256()
        for folder in folders_of(mutant):
            for path in sorted((self.source / "tests" / folder).glob("*")):
                if path.suffix in (".cpp", ".h"):
                    digest.update(path.read_bytes())
        return digest.hexdigest()


class Results:
    """What became of the mutants, in a file."""

    def __init__(self, build, file):
        self.build, self.file = build, file
        self.known = json.loads(file.read_text()) if file.exists() else {}

    def fate(self, mutant):
        """Nothing if it must be planted: never planted, or its survival is not known with these tests."""
        fate, tests = self.known.get(self.build.key(mutant), (None, ""))
        return fate if fate not in (SURVIVED, UNSURE) or tests == self.build.tests(mutant) else None

    def add(self, mutant, fate, tests):
        self.known[self.build.key(mutant)] = (fate, tests)
        self.file.write_text(json.dumps(self.known, indent=1))


class Planted:
    """One fault in a folder of its own."""

    def __init__(self, build, mutant, folder):
        self.build, self.mutant, self.folder = build, mutant, folder
        self.original = str(build.source / mutant["file"])
        self.changed = folder / Path(mutant["file"]).name
        text = Path(self.original).read_text()
        self.changed.write_text(text.replace(mutant["text"], mutant["replacement"]))
        self.object = folder / "changed.o"

    def run(self, command):
        done = subprocess.run(command, cwd=self.build.build, capture_output=True, text=True)
        if done.returncode != 0:
            raise DoesNotBuild(f"{self.mutant['file']}: {self.mutant['replacement']!r}:\n{done.stderr[-2000:]}")

    def compile(self, whole):
        """Compiles the changed source: alone, or with all that the build compiles together with it."""
        unit = self.build.unity.get(self.original)
        command = shlex.split(self.build.compile[unit or self.original])
        source = self.changed
        if unit and whole:
            source = self.folder / "whole.cpp"
            source.write_text(Path(unit).read_text().replace(f'"{self.original}"', f'"{self.changed}"'))
        command[command.index("-o") + 1] = str(self.object)
        command[command.index("-c") + 1] = str(source)
        # Quotes of a source of its own folder are looked up beside the source.
        self.run([*command, "-O1", "-w", "-I", str(Path(self.original).parent)])

    def link(self, folder):
        program = self.folder / f"test_{folder}"
        command = self.build.link_command(folder).replace(f"-o tests/{folder}/test_{folder}", f"-o {program}")
        command = command.replace(" lib/libcsl.a", f" {self.object} lib/libcsl.a", 1)
        self.run([*shlex.split(command), "-Wl,--allow-multiple-definition"])
        return program

    def fails(self, program, file=None):
        """Whether a test fails, or one of a file."""
        command = [program, "--abort"] + (["-#", f"[#{Path(file).stem}]"] if file else [])
        environment = dict(os.environ, TMPDIR="/dev/shm") if Path("/dev/shm").is_dir() else None
        try:
            done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, env=environment, cwd=self.folder)
        except subprocess.TimeoutExpired:
            return True
        return done.returncode != 0

    def killer(self, whole):
        """Name of the tests that find the fault, or nothing."""
        self.compile(whole)
        for folder in folders_of(self.mutant):
            program = self.link(folder)
            file = self.mutant["test"] if self.mutant["test"].startswith(folder + "/") else None
            if file and self.fails(program, file):
                return file
            if self.fails(program):
                return folder
        return ""


def fate(build, mutant, whole):
    with tempfile.TemporaryDirectory(prefix="csl-mutant-") as folder:
        found = Planted(build, mutant, Path(folder)).killer(whole)
    if found or whole or str(build.source / mutant["file"]) not in build.unity:
        return found or SURVIVED
    return UNSURE


def check_list(source, mutants):
    """Every text stands in its file once, and every test exists."""
    bad = []
    for mutant in mutants:
        count = (source / mutant["file"]).read_text().count(mutant["text"])
        if count != 1:
            bad.append(f"{mutant['file']}: expected once, found {count} times: {mutant['text']!r}")
        if not (source / "tests" / mutant["test"]).is_file():
            bad.append(f"{mutant['file']}: no file of tests: {mutant['test']}")
    if bad:
        sys.exit("\n".join(bad))


def plant_all(build, mutants, results, jobs, whole):
    """Plants the faults that have no result yet; or, in whole units, those that survived alone."""
    wanted = UNSURE if whole else None
    waiting = [m for m in mutants if results.fate(m) == wanted]
    print(f"{len(mutants)} faults, {len(waiting)} to plant{' again' if whole else ''}", flush=True)
    tests = [build.tests(m) for m in waiting]
    with ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(fate, build, mutant, whole): i for i, mutant in enumerate(waiting)}
        for number, done in enumerate(as_completed(running), 1):
            mutant = waiting[running[done]]
            results.add(mutant, done.result(), tests[running[done]])
            print(f"{number}/{len(waiting)} {mutant['file']}: {mutant['replacement'].strip()[:60]!r}: {done.result()}",
                  flush=True)


def report(mutants, results):
    """Prints survivors. Returns the exit code."""
    survivors = [m for m in mutants if results.fate(m) == SURVIVED]
    explained = [m for m in survivors if m.get("reason")]
    for mutant in explained:
        print(f"survived, with a reason: {mutant['file']}: {mutant['replacement']!r}: {mutant['reason']}")
    for mutant in survivors:
        if not mutant.get("reason"):
            print(f"SURVIVED: {mutant['file']}: {mutant['text']!r} -> {mutant['replacement']!r}")
    killed = len(mutants) - len(survivors)
    print(f"{killed} of {len(mutants)} faults killed ({100.0 * killed / max(1, len(mutants)):.0f} %), "
          f"{len(explained)} survive with a reason, {len(survivors) - len(explained)} without")
    return 1 if len(survivors) > len(explained) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("--only", default="", help="only faults whose file has this text in its name")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="faults at a time")
    parser.add_argument("--check", action="store_true", help="only check the list against the sources")
    options = parser.parse_args()
    source, folder = options.source.resolve(), options.build.resolve()
    mutants = json.loads((source / "tests/mutants/mutants.json").read_text())
    check_list(source, mutants)
    mutants = [m for m in mutants if options.only in m["file"]]
    if options.check:
        print(f"{len(mutants)} faults fit the sources")
        return 0
    build = Build(source, folder)
    (folder / "mutants").mkdir(exist_ok=True)
    results = Results(build, folder / "mutants" / "results.json")
    try:
        for whole in (False, True):
            plant_all(build, mutants, results, options.jobs, whole)
    except DoesNotBuild as error:
        sys.exit(f"a fault does not build: {error}")
    return report(mutants, results)


if __name__ == "__main__":
    sys.exit(main())
