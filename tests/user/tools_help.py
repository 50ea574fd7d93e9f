"""What the tools' --help says, as data."""

import re
import subprocess

TOOLS = ["calibrate", "check", "eval", "export", "features", "import", "infer", "simulate", "train"]


def help_of(tools, name):
    """Text of `csl-NAME --help`."""
    done = subprocess.run([str(tools / f"csl-{name}"), "--help"], capture_output=True, text=True, check=True)
    return done.stdout


def options_of(text):
    """Value of every option as --help shows it, by name; "" for a flag."""
    found = {}
    text = re.sub(r"\|\n {6}(?=\S)", "|", text)  # a long list of choices
    for names, value in re.findall(r"^  ((?:-\w, )?--[a-z0-9-]+)(?: (\S+))?(?:\s{2,}.*)?$", text, re.MULTILINE):
        for name in names.split(", "):
            found[name] = value
    return found


def choices_of(value):
    """The words of a value such as "start|taps|SECONDS" that are typed as they stand."""
    words = re.sub(r"(,?\.\.\.)$", "", value).split("|")
    return [word for word in words if word and not (re.fullmatch(r"[A-Z0-9\W]+", word) and re.search("[A-Z]", word))]


def examples_of(text):
    """The commands at the end of --help."""
    joined = re.sub(r" \\\n\s*", " ", text.partition("\nExamples:\n")[2])
    return re.findall(r"^  (csl-.*)$", joined, re.MULTILINE)
