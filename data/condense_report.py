#!/usr/bin/env python3
"""condense_report.py COMMAND REPORT.json... : what docs/results keeps of csl-eval's reports, as JSON.

COMMAND is the command that made them. One report gives its own tables; several give {"name of its folder": tables}.
Numbers are rounded to DECIMALS decimals. One row of a table is one line, so that changes can be read.
"""
import json
import pathlib
import sys

DECIMALS = 4  # two more than pages show: rounding twice hardly ever differs from rounding once
TABLES = ("table1", "table2", "tracks", "confidence_curve", "reliability", "conditions")


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return round(value, DECIMALS) if isinstance(value, float) else value


def tables(path):
    report = json.loads(path.read_text(encoding="utf-8"))
    return {name: [rounded(row) for row in report[name]] for name in TABLES if report.get(name)}


def lines(rows, indent):
    return "[\n" + ",\n".join(indent + json.dumps(row) for row in rows) + "]"


def written(groups, indent):
    return ",\n".join(f'{indent}"{name}": {lines(rows, indent + " ")}' for name, rows in groups.items())


def main():
    command, *names = sys.argv[1:]
    paths = [pathlib.Path(name) for name in names]
    if len(paths) == 1:
        body = written(tables(paths[0]), " ")
    else:
        parts = (f' "{path.parent.name}": {{\n{written(tables(path), "  ")}}}' for path in paths)
        body = ",\n".join(parts)
    print(f'{{"command": {json.dumps(command)},\n{body}}}')


if __name__ == "__main__":
    main()
