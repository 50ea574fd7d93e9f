"""What README.md and docs/ say of the outputs of their commands, compared with the outputs of check_commands.py."""

import json
import re


def fenced(text):
    """(info string, content) of every fenced block."""
    return re.findall(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def keys_of(value):
    """Names of all objects in a JSON value; lists of objects count as one."""
    if isinstance(value, dict):
        return {key for name, item in value.items() for key in ({name} | {f"{name}.{k}" for k in keys_of(item)})}
    if isinstance(value, list):
        return {key for item in value if isinstance(item, (dict, list)) for key in keys_of(item)}
    return set()


def claim_files(page, pattern, folder):
    """The files that a sentence of the page names are in a folder."""
    sentence = re.search(pattern, page)
    if not sentence:
        yield f"no sentence matches {pattern}"
        return
    for name in re.findall(r"`([\w./]+\.\w+)`", sentence.group(1)):
        if not (folder / name).is_file():
            yield f"\"{sentence.group(0)}\": no {name}"


def claim_stream_line(page, lines):
    """Every line has the names that the page's example has, where it has a direction and a track."""
    example = next(content for info, content in fenced(page) if info == "json" and "time_s" in content)
    expected = keys_of(json.loads(example.replace("{\u2026}", "null")))
    found = set().union(*(keys_of(json.loads(line)) for line in lines))
    # The second place of a track is left out on the page.
    found -= {key for key in found if re.match(r"tracks\.(sensor|world)\.", key)}
    if found != expected:
        yield f"names in a line: expected {sorted(expected)}, found {sorted(found)}"


def claim_transcript(content, output):
    """The shown lines have the times, the form and the counts of the output; other numbers depend on the model."""
    def form(text):
        text = re.sub(r"^\[(\d\.\d+),.*\]$", r"[\1]", text.strip(), flags=re.MULTILINE)
        return re.sub(r"\d+\.\d+ ms|\d+ without a direction", "N", text)
    shown = re.sub(r"^\$ (?:.*\|\n)*.*\n", "", content)
    if form(shown) != form(output):
        yield f"expected the form of\n{shown}found\n{output}"


def claim_report_names(page, report):
    """report.json has the names that the page gives for its tables."""
    example = next(content for info, content in fenced(page) if info == "json" and '"table1"' in content)
    found = {name for key in keys_of(json.loads(report.read_text())) for name in key.split(".")}
    for name in re.findall(r'"(\w+)"', example):
        if name not in found | {"seeds", "sounding"}:  # of reports of several seeds and of several talkers
            yield f"{report.name} has no name {name}"


def claims(source, results):
    """(page, fault) of all that pages say of outputs."""
    def text(name):
        return (source / name).read_text()

    def folder(page, start):
        return next(result[0] for entry, result in results.items() if entry[:2] == (page, start))

    readme, importing = text("README.md"), text("docs/use/import.md")
    streaming = text("docs/use/streaming.md")
    learned = folder("docs/start/ten_minutes.md", "csl-simulate")
    live = folder("README.md", "csl-import") / "lines.jsonl"
    _, outputs, content = next(r for e, r in results.items() if e[:2] == ("docs/use/streaming.md", "ffmpeg"))
    device = folder("README.md", "make build") / "device"
    yield "README.md", claim_files(readme, r"The folder `device` then holds (.*)", device)
    yield "docs/use/import.md", claim_files(importing, r"`--report FOLDER` holds (.*)",
                                            folder("README.md", "csl-import") / "check")
    first, hour = text("docs/start/ten_minutes.md"), text("docs/start/an_hour.md")
    for sentence in (r"(\| `report/report.html`.*)", r"(\| `directions.csv`.*)", r"(\| `array.svg`.*)", r"(\| `array.json`.*)",
                     r"Give it (.*)"):
        yield "docs/start/ten_minutes.md", claim_files(first, sentence, learned)
    turned = folder("docs/start/an_hour.md", "csl-simulate")
    yield "docs/start/an_hour.md", claim_files(hour, r"The folder `device` holds (.*)", turned / "device")
    yield "docs/start/an_hour.md", claim_files(hour, r"and (`check/report.html`) answer", turned)
    yield "docs/start/an_hour.md", claim_files(hour, r"is in (`new/000000.truth.csv`)", turned)
    if live.exists():
        yield "docs/use/streaming.md", claim_stream_line(streaming, live.read_text().splitlines())
    if outputs[0] is not None:
        yield "docs/use/streaming.md", claim_transcript(content, outputs[0])
    yield "docs/use/formats.md", claim_report_names(text("docs/use/formats.md"), learned / "report/report.json")
