"""Builds and runs the recipes of docs/contribute/hacking.md as they are printed there.

usage: run_recipes.py SOURCE BUILD
Copies the sources, writes each block `cpp new=PATH`, applies each block `diff`, compiles the sources that these
blocks name, links them before the library of BUILD, and runs each block `sh run`. Fails at the first that fails.
"""

import array
import concurrent.futures
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

PAGE = "docs/contribute/hacking.md"


def blocks(text):
    """(info string, content) of every fenced block."""
    return re.findall(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(command, **options):
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if result.returncode != 0:
        sys.exit(f"failed: {command}\n{result.stdout}{result.stderr}")
    return result.stdout


def apply(copy, page):
    """Writes and patches files of the copy. Returns the sources that changed, relative to it."""
    changed = []
    for info, content in blocks(page):
        if match := re.fullmatch(r"cpp new=(\S+)", info):
            (copy / match.group(1)).write_text(content)
            changed.append(match.group(1))
        elif info == "diff":
            run(["patch", "-p1", "--no-backup-if-mismatch"], cwd=copy, input=content)
            changed += re.findall(r"^\+\+\+ b/(\S+)", content, re.MULTILINE)
    return list(dict.fromkeys(changed))


def flags(build, part):
    """Compiler and flags of one source of the build whose object's path contains `part`."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if part in entry["command"] and "cmake_pch" not in entry["file"]:
            words = shlex.split(entry["command"])
            keep = words[: words.index("-o")] if "-o" in words else words
            # Without the precompiled header: its copy would be read from another folder.
            drop = {i for i, word in enumerate(keep) if "cmake_pch" in word}
            drop |= {i - 1 for i in drop if keep[i - 1] == "-include"}
            dependencies = {i for i, word in enumerate(keep) if word in ("-MD", "-MT", "-MF")}
            dependencies |= {i + 1 for i in dependencies if keep[i] != "-MD"}
            return [word for i, word in enumerate(keep) if i not in drop | dependencies]
    sys.exit(f"{build}: no compile command with {part}")


def link_line(build):
    """Libraries that csl-check is linked with."""
    ninja = (build / "build.ninja").read_text()
    rule = re.search(r"^build tools/csl-check: .*?\n((?:  .*\n)+)", ninja, re.MULTILINE).group(1)
    libraries = re.search(r"LINK_LIBRARIES = (.*)", rule).group(1)
    return [str(build / word) if word.endswith(".a") and not word.startswith("/") else word
            for word in shlex.split(libraries)]


def make_speech(folder):
    """Bursts of noise as 16-bit WAV files: enough for a recipe to learn from."""
    folder.mkdir()
    generator = random.Random(1)
    for number in range(4):
        samples = array.array("h")
        for burst in range(8):
            level = 3000 if burst % 4 else 0
            samples.extend(int(generator.gauss(0.0, level)) for _ in range(4000))
        with wave.open(str(folder / f"{number}.wav"), "wb") as file:
            file.setparams((1, 2, 16000, 0, "NONE", ""))
            file.writeframes(samples.tobytes())


def readers_of(copy, changed):
    """Sources beside a changed header of the library that include it, perhaps through other headers. The library has
    them as they were before, together with their old version of the changed sources."""
    found = []
    for header in (name for name in changed if name.endswith(".h") and name.startswith("lib/")):
        folder = (copy / header).parent
        texts = {path: path.read_text() for path in folder.iterdir() if path.suffix in (".h", ".cpp")}
        known = {copy / header}
        while more := {path for path, text in texts.items() if path not in known and any(
                f'#include "{reader.relative_to(copy / "lib")}"' in text for reader in known)}:
            known |= more
        found += sorted(str(path.relative_to(copy)) for path in known if path.suffix == ".cpp")
    return found


def compile_sources(copy, source, build, changed):
    """Objects of the changed sources, by name."""
    def compiled(name):
        kind = {"tools": "tools/CMakeFiles/csl-check.dir", "tests": "tests/learn/CMakeFiles/test_learn.dir",
                "lib": "lib/CMakeFiles/csl.dir"}[name.split("/", maxsplit=1)[0]]
        command = [word.replace(f"-I{source}", f"-I{copy}") for word in flags(build, kind)]
        target = copy / (name.replace("/", "_") + ".o")
        # Recipes are run, not timed.
        run([*command, "-O0", "-o", str(target), "-c", str(copy / name)])
        return str(target)

    sources = [name for name in changed if name.endswith(".cpp")]
    sources += [name for name in readers_of(copy, changed) if name not in sources]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(sources, pool.map(compiled, sources)))


def main(source, build):
    page = (source / PAGE).read_text()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("lib", "tools", "tests"):
            shutil.copytree(source / part, copy / part)
        make_speech(copy / "speech")
        changed = apply(copy, page)
        objects = compile_sources(copy, source, build, changed)
        library = [path for name, path in objects.items() if name.startswith("lib/")]
        mains = [name for name in objects if name.startswith("tools/")]
        tests = [path for name, path in objects.items() if name.startswith("tests/")]
        catch_main = next((build / "tests/CMakeFiles/catch_main.dir").rglob("*.o"))
        link(build, copy / "recipe-tests", [*tests, str(catch_main), *library])
        run([str(copy / "recipe-tests")])
        for tool in ["csl_train.cpp", "csl_infer.cpp", "csl_simulate.cpp"]:
            # The tool's own main as built, with the changed sources in place of the library's.
            name = tool.removesuffix(".cpp").replace("_", "-")
            built = next((build / "tools" / "CMakeFiles" / f"{name}.dir").rglob("*.o"))
            link(build, copy / name, [str(built), *library])
        for name in mains:
            link(build, copy / Path(name).stem.replace("_", "-"), [objects[name], *library])
        count = 0
        for info, content in blocks(page):
            if info == "sh run":
                run(["bash", "-euo", "pipefail", "-c", content], cwd=copy,
                    env={"PATH": f"{copy}:{build}/tools:/usr/bin:/bin", "HOME": folder})
                count += 1
        print(f"{len(changed)} files changed, {count} recipes run")
        return 0 if count >= 4 else 1


def link(build, target, objects):
    # A changed source and the library's own both define its functions: the first one counts.
    run(["c++", "-Wl,--allow-multiple-definition", "-o", str(target), *objects, *link_line(build)])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
