"""Every --help fits 80 columns, names values and defaults, and ends with two examples that run and a page that exists.

usage: check_help.py SOURCE BUILD   (the root of the repository, its build)
Misspelt options and values get a suggestion; errors are JSON lines if asked; --print-config is read back the same.
"""

import json
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "docs"))

from check_commands import Runner  # noqa: E402
from check_docs import anchors  # noqa: E402
from tools_help import TOOLS, choices_of, examples_of, help_of, options_of  # noqa: E402

# Files that the examples of a tool read, and the microphones of their array.
GIVEN = {
    "calibrate": ("rec.wav imu.csv", 4), "check": ("model.h5 train.sessions.h5", 4),
    "eval": ("estimates.h5 test.sessions.h5", 4), "export": ("model.h5 estimates.h5", 4),
    "features": ("train.sessions.h5 rec.sessions.h5", 4), "import": ("rec.wav imu.csv pose.csv", 4),
    "infer": ("model.h5 test.features.h5 imu.csv microphones.raw", 8), "simulate": ("speech/", 4),
    "train": ("train.features.h5", 4),
}
# Options that need another file than the example has, or that an option of both examples excludes.
OTHER_FILE = {("calibrate", "--up"), ("infer", "--array")}


def check_text(source, name, text):
    for line in text.splitlines():
        if len(line) > 80:
            yield f"{len(line)} columns: {line}"
        if re.search(r"Default: (-1|nan|\[)", line):
            yield f"a default that means that there is none: {line}"
    for option, value in options_of(text).items():
        if re.search(r"^(TEXT|U?INT|FLOAT)\b|\[|:FILE", value):
            yield f"{option} {value}: the type name in tools/csl_{name}.cpp does not say what the value looks like"
    if len(examples_of(text)) != 2:
        yield f"expected 2 examples, found {len(examples_of(text))}"
    page, _, anchor = re.search(r"^Manual: (\S+)$", text, re.MULTILINE).group(1).partition("#")
    if anchor != f"csl-{name}" or anchor not in anchors(source / page):
        yield f"no section {page}#{anchor}"


def refused(folder, command):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def check_misspelt(tools, folder, name, text):
    """One wrong letter in an option or a value: exit 2, and the right word."""
    tool = str(tools / f"csl-{name}")
    for option in options_of(text):
        if len(option) < 6:
            continue
        wrong = option[:-2] + option[-1] + option[-2] if option[-1] != option[-2] else option + "x"
        code, said = refused(folder, [tool, wrong])
        if wrong not in options_of(text) and (code != 2 or f"csl-{name}: {wrong}: no such option; did you mean" not in said):
            yield f"{wrong}: exit {code}: {said}"
    code, said = refused(folder, [tool, "--threats", "1", "--log", "jsonl"])
    line = json.loads(said)
    if code != 2 or line["kind"] != "error" or "--threads" not in line["message"] or line["program"] != f"csl-{name}":
        yield f"--log jsonl: exit {code}: {said}"


def choice_faults(folder, command, option, choices):
    code, said = refused(folder, [*command, f"{option}=no-such-word"])
    if code not in (2, 3) or not all(choice in said for choice in choices):
        yield f"{option}=no-such-word: exit {code}: {said}; expected: {choices}"
    for choice in choices:
        if len(choice) < 4 or not choice.isalpha():
            continue
        code, said = refused(folder, [*command, f"{option}={choice}z"])
        if code not in (2, 3) or f"did you mean {choice}?" not in said:
            yield f"{option}={choice}z: exit {code}: {said}"


def check_choices(tools, folder, name, text):
    """A value with one wrong letter is refused with the right word; the message for nonsense lists the choices.

    An option may belong to one of the two examples only: with the other, the message may be another one."""
    commands = []
    for command in reversed(examples_of(text)):
        words = shlex.split(re.sub(r"[<>|].*", "", command))
        commands.append([str(tools / words[0]), *words[1:]])
    for option, value in options_of(text).items():
        choices = choices_of(value)
        if not choices or (name, option) in OTHER_FILE:
            continue
        faults = [list(choice_faults(folder, commands[0], option, choices))]
        if faults[0]:
            faults.append(list(choice_faults(folder, commands[1], option, choices)))
        if all(faults):
            yield from faults[0]


def check_config(tools, folder, name, text):
    """What --print-config prints is TOML, and read with --config it prints the same."""
    for command in examples_of(text):
        words = shlex.split(re.sub(r"[<>|].*", "", command))
        words[0] = str(tools / words[0])
        printed = subprocess.run([*words, "--print-config"], cwd=folder, capture_output=True, text=True, check=True).stdout
        (folder / "printed.toml").write_text(printed)
        keys = {f"--{key}" for key in tomllib.loads(printed)}
        if not keys or not keys <= {*options_of(text), "--FILE", "--files"}:
            yield f"--print-config names {keys}"
        again = subprocess.run([words[0], "--config", "printed.toml", "--print-config"], cwd=folder, capture_output=True,
                               text=True, check=False)
        if again.stdout != printed:
            yield f"{command}: --print-config, read back: {again.stdout}{again.stderr}; expected {printed}"


def main(source, build):
    faults = []
    with tempfile.TemporaryDirectory() as temporary:
        runner = Runner(source, build, Path(temporary))
        for name in TOOLS:
            text = help_of(build / "tools", name)
            given, microphones = GIVEN[name]
            folder, _ = runner.block(f"csl-{name} --help", text, examples_of(text), given.split(), microphones)
            for check in (check_misspelt, check_choices, check_config):
                faults += [f"csl-{name}: {fault}" for fault in check(build / "tools", folder, name, text)]
            faults += [f"csl-{name} --help: {fault}" for fault in check_text(source, name, text)]
        faults += runner.faults
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
