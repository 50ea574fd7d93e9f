"""Every option of every tool is completed by bash and fish and named to zsh, and so are the words of its values.

usage: check_completion.py SOURCE BUILD   (the root of the repository, its build)
Shells that are not installed are named and not tested; bash is there always.
"""

import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools_help import TOOLS, choices_of, help_of, options_of


def script_of(tools, name, shell):
    return subprocess.run([str(tools / f"csl-{name}"), "--completion", shell], capture_output=True, text=True,
                          check=True).stdout


class Bash:
    def __init__(self, tools, name, folder):
        self.name, self.folder = f"csl-{name}", folder
        self.file = folder / "completion.bash"
        self.file.write_text(script_of(tools, name, "bash"))

    def words(self, *typed):
        """What completes the last of the words that were typed after the tool's name."""
        line = " ".join(shlex.quote(word) for word in (self.name, *typed))
        script = (f"source {self.file}; COMP_WORDS=({line}); COMP_CWORD={len(typed)}; "
                  f"_{self.name.replace('-', '_')}; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
        done = subprocess.run(["bash", "-uc", script], cwd=self.folder, capture_output=True, text=True, check=False)
        return done.stdout.split() if done.returncode == 0 else [f"exit {done.returncode}: {done.stderr}"]


class Fish:
    def __init__(self, tools, name, folder):
        self.name, self.folder = f"csl-{name}", folder
        self.file = folder / "completion.fish"
        self.file.write_text(script_of(tools, name, "fish"))

    def words(self, *typed):
        line = " ".join((self.name, *typed))
        done = subprocess.run(["fish", "--no-config", "-c", f"source {self.file}; complete -C {shlex.quote(line)}"],
                              cwd=self.folder, capture_output=True, text=True, check=False)
        return [row.split("\t")[0] for row in done.stdout.splitlines()] + done.stderr.split()


def check(shell, options):
    (shell.folder / "some.h5").touch()
    (shell.folder / "some folder").mkdir(exist_ok=True)
    for option, value in options.items():
        completed = shell.words(option if option.startswith("--") else "-")
        if option not in completed:
            yield f"{option} is not completed: {completed}"
        if not option.startswith("--") or not value:
            continue
        for choice in choices_of(value):
            if not choice.startswith("-") and choice not in shell.words(option, choice[:1]):
                yield f"{option} {choice} is not completed: {shell.words(option, choice[:1])}"
        files = [word for word in shell.words(option, "so") if "some.h5" in word]
        if bool(files) != any(word in value for word in ("FILE", "PATH")):
            yield f"{option} {value}: files completed: {files}"


def check_zsh(tools, name, options, folder):
    script = script_of(tools, name, "zsh")
    (folder / "completion.zsh").write_text(script)
    for option, value in options.items():
        if f"'*{option}{'=' if value and option.startswith('--') else ''}[" not in script:
            yield f"{option} is not named"
        if value and not all(choice in script.replace("\\", "") for choice in choices_of(value)):
            yield f"{option}: {value} is not named"
    if shutil.which("zsh"):
        done = subprocess.run(["zsh", "-fn", "completion.zsh"], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode or done.stderr:
            yield done.stderr


def main(build):
    faults = []
    shells = {"bash": Bash, "fish": Fish}
    for shell in ("fish", "zsh"):
        if not shutil.which(shell):
            print(f"not run by {shell}, which is not installed")
    for name in TOOLS:
        options = options_of(help_of(build / "tools", name))
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            for shell, kind in shells.items():
                if shutil.which(shell):
                    faults += [f"{shell}: csl-{name}: {fault}" for fault in check(kind(build / "tools", name, folder), options)]
            faults += [f"zsh: csl-{name}: {fault}" for fault in check_zsh(build / "tools", name, options, folder)]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[2]).resolve()))
