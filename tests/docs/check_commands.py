"""Runs every shell command of README.md and docs/ on small files of our own.

usage: check_commands.py SOURCE BUILD [PAGE]   (the root of the repository, its build; the commands of one page only)
Every block `sh`, and every block with lines that begin with "$ ", has an entry in BLOCKS: the files that its reader
has before. SHORTER makes commands short; nothing else of a command changes. A command fails if its exit code is not 0
or if a file that it names as output is missing or empty. page_claims.py compares what the pages say of outputs. A block
without an entry, an entry without a block, and a rule that changes no command are faults.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from page_claims import claims, fenced
from small_files import SmallFiles

LONGEST_S = 600  # of one command, on a busy machine
PROGRAMS = r"(csl-[a-z]+|make|export|arecord|ffmpeg|sbatch|ninja|ctest|bash|cp|sudo)"
NO_TOOLS = ["csl-doc", "csl-network", "csl-view"]  # a Debian package, a kind of file and a page, named like a tool
# Page, start of the block's first command, files that its reader has, microphones of the array.
BLOCKS = [
    ("README.md", "make demo", "", 4),
    ("README.md", "make build", "rec.wav imu.csv", 4),
    ("README.md", "csl-import", "rec.wav imu.csv pose.csv microphones.raw pose.fifo", 8),
    ("README.md", "csl-infer", "meeting.wav meeting.raw", 4),
    ("README.md", "csl-simulate", "my-speech/ other-speakers/", 4),
    ("docs/start/install.md", "make deb", "", 4),
    ("docs/start/install.md", "make install", "", 4),
    ("docs/start/install.md", "make tools", "", 4),
    # The pages that begin from nothing go on in one folder.
    ("docs/start/ten_minutes.md", "csl-simulate", "", 8),
    ("docs/start/ten_minutes.md", "csl-features", "continued", 8),
    ("docs/start/ten_minutes.md", "csl-simulate", "continued", 8),
    ("docs/start/ten_minutes.md", "csl-eval", "continued", 8),
    ("docs/start/an_hour.md", "csl-simulate", "", 4),
    ("docs/start/an_hour.md", "csl-import", "continued", 4),
    ("docs/start/an_hour.md", "csl-calibrate", "continued", 4),
    ("docs/start/an_hour.md", "csl-simulate", "continued", 4),
    ("docs/start/half_a_day.md", "csl-import", "taps", 4),
    ("docs/start/half_a_day.md", "csl-calibrate", "rec.wav imu.csv", 4),
    ("docs/start/half_a_day.md", "csl-import", "taps new.wav new.csv", 4),
    ("docs/start/half_a_day.md", "csl-import", "device/model.h5 new.wav new.csv places.csv", 4),
    ("docs/start/half_a_day.md", "arecord", "device/model.h5 microphones.raw", 4),
    ("docs/start/half_a_day.md", "csl-export", "device/model.h5 new.estimates.h5", 4),
    ("docs/understand/calibration.md", "csl-train", "train.features.h5 old.h5 test.features.h5 lab.sofa speech/", 4),
    ("docs/use/cluster.md", "sbatch --array=1-20 data/slurm/simulate.sbatch", "corpus/", 4),
    ("docs/use/cluster.md", "sbatch --array=1-3", "set/part-0001.features.h5 set/part-0002.features.h5", 4),
    ("docs/use/cluster.md", "sbatch --array=1-20 data/slurm/infer.sbatch",
     "run/model-1.h5 test-set/part-1.features.h5 test-set/part-2.features.h5", 4),
    ("docs/use/known_arrays.md", "csl-infer", "meeting.wav meeting.raw", 4),
    ("docs/use/rooms.md", "csl-simulate --speech speech/ --responses lab/ --sessions", "lab/ room.sofa speech/", 4),
    ("docs/use/rooms.md", "csl-simulate --speech speech/ --responses lab/ --response-rooms", "lab/ speech/", 4),
    ("docs/evidence/rooms.md", "make study-room", "", 4),
    ("docs/evidence/rooms.md", "csl-export", "first.model.h5 room.features.h5 speech/", 4),
    ("docs/use/sofa.md", "csl-simulate", "head.sofa speech/", 4),
    ("docs/use/sofa.md", "csl-export", "model.h5", 4),
    ("docs/use/streaming.md", "arecord", "model.h5 microphones.raw pose.csv pose.fifo recording.wav", 8),
    ("docs/use/streaming.md", "ffmpeg", "model.h5 session.f32 session.pose.csv", 8),
    ("docs/use/streaming.md", "csl-export", "estimates.h5", 4),
    ("docs/use/tools.md", "csl-check", "sessions.h5 part-1.h5", 4),
    *4 * [("docs/evidence/calibration.md", "make study-calibration", "", 4)],
    ("docs/use/view.md", "csl-export", "estimates.h5", 4),
    ("docs/use/view.md", "arecord", "model.h5 microphones.raw", 8),
    ("docs/evidence/drone.md", "make study-heading", "", 4),
    ("docs/evidence/drone.md", "make study-drone", "", 4),
    ("docs/contribute/hacking.md", "make", "", 4),
]
# Pattern and replacement, in this order. Shorter numbers of what the page has, or options of our own at the end.
SHORTER = [
    (r"^make ([^&#]*[^&# ])", r"make -n \1 > plan.txt"),
    (r"check_includes.sh \.", "check_includes.sh $SOURCE"),
    (r"^ninja -C build (\S+) &&", r"ninja -n -C build \1 &&"),
    (r"^ctest ", "ctest -N "),
    (r"^sbatch --array=1-20 (.*) set 20 ", r"sbatch --array=1-2 \1 set 2 "),
    (r"^sbatch --array=1-20 ", "sbatch --array=1-2 "),
    (r"^sbatch --array=1-3 ", "sbatch --array=1-1 "),
    (r"--sessions (\d{2,})", "--sessions 4"),
    (r"--speech synthetic:300 ", "--speech synthetic:30 "),
    (r"^(csl-simulate (?!.*--sessions).*)$", r"\1 --sessions 2"),
    (r"--(steps \d+|minutes \d+)", "--steps 250 --hidden 64,32"),
    (r"^(csl-train (?!.*--(?:steps|model)).*)$", r"\1 --steps 250 --hidden 64,32"),
    # So little data leaves it open which of two mirror images is right.
    (r"^((?:csl-train|sbatch) .*--reflect .*)$", r"\1 --accept-doubtful"),
    (r"^(csl-calibrate .*)$", r"\1 --steps 250 --time-offset 0"),
]
# Programs of others that no test can use: a device, a scheduler. Each says what it was asked for by its exit code.
SUBSTITUTES = {
    "arecord": """case "$*" in
"-D hw:1 -c 8 -r 48000 -f S16_LE -t raw") cat microphones.raw ;;
"-D hw:1 -c 4 -r 48000 -f S16_LE -t raw") cat microphones.raw ;;
"-D hw:1 -c 6 -r 16000 -f S16_LE -t raw") cat meeting.raw ;;
*) exit 1 ;;
esac""",
    "sbatch": """[[ $1 =~ ^--array=1-([0-9]+)$ ]]; shift
for ((i = 1; i <= BASH_REMATCH[1]; ++i)); do SLURM_ARRAY_TASK_ID=$i bash "$@"; done""",
    "srun": 'exec "$@"',
    "sudo": """[[ $* == "apt install ./build/packages/csl_"*".deb ./build/packages/csl-doc_"*".deb" ]]""",
}


def commands_of(info, content):
    """Commands of a block, without comments; [] if it holds no commands."""
    if info == "sh":
        lines = content.replace("\\\n", " ").splitlines()
    else:
        shown = re.findall(r"^\$ ((?:.*\|\n)*.*)", content, re.MULTILINE)
        lines = [re.sub(r"\n\s*", " ", line) for line in shown]
    lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in lines]
    return [line for line in lines if line]


def page_blocks(source):
    """(page, content, commands) of every block of commands. Blocks `sh run` are those of run_recipes.py."""
    pages = [source / "README.md", *sorted((source / "docs").rglob("*.md"))]
    for page in pages:
        for info, content in fenced(page.read_text()):
            if commands := commands_of(info, content) if info in ("sh", "") else []:
                yield str(page.relative_to(source)), content, commands


class Runner:
    """Runs blocks in folders of their own and collects faults."""

    def __init__(self, source, build, folder):
        self.source, self.build, self.folder = source, build, folder
        self.small = SmallFiles(build / "tools", folder / "small")
        self.faults, self.seen, self.used_rules, self.count = [], {}, set(), 0
        self.last = None  # folder of the last block
        self.substitutes = folder / "substitutes"
        self.substitutes.mkdir()
        for name, script in SUBSTITUTES.items():
            (self.substitutes / name).write_text(f"#!/bin/bash\nset -euo pipefail\n{script}\n")
            (self.substitutes / name).chmod(0o755)

    def shorter(self, command):
        for number, (pattern, replacement) in enumerate(SHORTER):
            changed = re.sub(pattern, replacement, command)
            if changed != command:
                self.used_rules.add(number)
            command = changed
        return command

    def prepare(self, given, microphones):
        if given == ["continued"]:  # from the block before
            return self.last
        folder = self.folder / f"block{len(self.seen)}"
        folder.mkdir()
        for name in ("data", "tests", "lib", "Makefile", "CMakeLists.txt", "CMakePresets.json", "corpus", "tools"):
            if (self.source / name).exists() and not any(part.startswith(f"{name}/") for part in given):
                (folder / name).symlink_to(self.source / name)
        self.last = folder
        (folder / "build").symlink_to(self.build)
        for name in given:
            if name.endswith(".fifo"):
                os.mkfifo(folder / name)
            else:
                self.small.give(name, folder, microphones)
        return folder

    def run(self, page, folder, command, exports):
        """Runs one command; its output, or None."""
        # A page that sets PATH has no tools before.
        tools = [] if exports or "export PATH" in command else [str(self.build / "tools")]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
        environment["PATH"] = ":".join([*tools, str(self.substitutes), "/usr/local/bin:/usr/bin:/bin"])
        environment["SOURCE"] = str(self.source)
        script = "\n".join([*exports, command])
        for fifo in folder.glob("*.fifo"):
            if fifo.name in command:
                poses = (folder / "pose.csv").read_bytes()
                threading.Thread(target=fifo.write_bytes, args=(poses,), daemon=True).start()
        try:
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment, check=False,
                                  capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            self.faults.append(f"{page}: `{command}` took over {LONGEST_S} s")
            return None
        self.count += 1
        if done.returncode != 0:
            self.faults.append(f"{page}: `{command}`: exit {done.returncode}\n{(done.stdout + done.stderr)[-1500:]}")
            return None
        for name in written(command):
            files = list(folder.glob(name))
            if not files or not all(file.is_dir() or file.stat().st_size > 0 for file in files):
                self.faults.append(f"{page}: `{command}` wrote no {name}")
        return done.stdout + done.stderr

    def block(self, page, content, commands, given, microphones):
        """Runs a block, unless an earlier one ends with the same commands. Returns its folder and its outputs."""
        key = (tuple(commands), tuple(given), microphones, page if given == ["continued"] else "")
        for earlier, result in self.seen.items():
            if earlier[0][-len(commands) :] == key[0] and earlier[1:] == key[1:]:
                return result
        folder, exports, outputs = self.prepare(given, microphones), [], []
        self.seen[key] = (folder, outputs)
        for line in commands:
            if not re.match(PROGRAMS + r"\b", line):
                self.faults.append(f"{page}: the test does not know how to run `{line}`")
                continue
            missing = [name for name in ("ffmpeg", "jq", "ninja") if re.search(rf"\b{name}\b", line) and
                       not shutil.which(name)]
            if missing:
                print(f"not run, because {missing[0]} is not installed: {line}")
                outputs.append(None)
                continue
            outputs.append(self.run(page, folder, self.shorter(line), exports))
            if "export PATH" in line:
                exports.append(line[line.index("export PATH") :])
        return self.seen[key]


def written(command):
    """Files and folders that a command names as its outputs."""
    if command.startswith("sbatch") or "--dry-run" in command:
        return []
    names = re.findall(r"--(?:out|history|sofa|json|jsonl|svg|csv|labels|uncertainty|report|network) (\S+)", command)
    names = [name for name in names if name != "-"]
    return [*names, *re.findall(r" > (\S+)", command)]


def check_arrays(runner, page):
    """Every array that the page shows as JSON can be simulated."""
    for number, (info, content) in enumerate(fenced((runner.source / page).read_text())):
        if info == "json":
            name = f"array{number}.json"
            (runner.small.folder / name).write_text(content)
            runner.small.speech()
            command = f"csl-simulate --array {name} --speech long.wav --sessions 1 --out a.h5"
            runner.run(page, runner.small.folder, command, [])


def check_options(runner):
    """Every option of a command in running text is one that the tool has."""
    text = {}
    for page in [runner.source / "README.md", *sorted((runner.source / "docs").rglob("*.md"))]:
        for code in re.findall(r"`(csl-[^`\n]+)`", page.read_text()):
            for part in re.findall(r"csl-[a-z]+[^|]*", code):
                tool = re.match(r"csl-[a-z]+", part).group(0)
                if tool in NO_TOOLS:
                    continue
                if tool not in text:
                    done = subprocess.run([str(runner.build / "tools" / tool), "--help"], capture_output=True,
                                          text=True, check=False)
                    text[tool] = set(re.findall(r"--[a-z][a-z0-9-]*", done.stdout))
                for option in re.findall(r"(?<=\s)--[a-z][a-z0-9-]*", part):
                    if option not in text[tool]:
                        runner.faults.append(f"{page.relative_to(runner.source)}: `{code}`: {tool} has no {option}")


def run_blocks(runner, only=""):
    """Runs all blocks, or those of one page. Returns for each entry of BLOCKS its folder, its outputs and its text."""
    results, left = {}, [entry for entry in BLOCKS if only in ("", entry[0])]
    for page, content, commands in page_blocks(runner.source):
        if only not in ("", page):
            continue
        entry = next((e for e in left if e[0] == page and commands[0].startswith(e[1])), None)
        if entry is None:
            runner.faults.append(f"{page}: no entry in BLOCKS for the block that begins with `{commands[0]}`")
            continue
        left.remove(entry)
        results[entry] = (*runner.block(page, content, commands, entry[2].split(), entry[3]), content)
    runner.faults += [f"{entry[0]}: no block begins with `{entry[1]}`" for entry in left]
    runner.faults += [f"no command matches the rule {SHORTER[i][0]}" for i in range(len(SHORTER))
                      if i not in runner.used_rules and not only]
    return results


def main(source, build, only=""):
    with tempfile.TemporaryDirectory() as name:
        runner = Runner(source, build, Path(name))
        results = run_blocks(runner, only)
        check_arrays(runner, "docs/use/simulate.md")
        check_options(runner)
        if not runner.faults and not only:
            runner.faults += [f"{page}: {fault}" for page, faults in claims(source, results) for fault in faults]
        for fault in runner.faults:
            print(fault)
        print(f"{runner.count} commands run, {len(runner.faults)} faults")
        return 1 if runner.faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), *sys.argv[3:]))
