#!/usr/bin/env python3
"""join_speech.py FROM TO FILES_EACH COUNT : longer recordings from a corpus of sentences.

Each of COUNT files in TO holds FILES_EACH sentences of FROM (16-bit mono WAV) of one rate, in an order that is random and
always the same; sentences come again when all have been used. For arrays that need long intervals, such as two ears.
"""
import itertools
import pathlib
import random
import sys
import wave


def samples_of(path):
    with wave.open(str(path)) as file:
        if file.getnchannels() != 1 or file.getsampwidth() != 2:
            sys.exit(f"{path}: expected mono of 16 bits, found {file.getnchannels()} channels of {8 * file.getsampwidth()}")
        return file.getframerate(), file.readframes(file.getnframes())


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    source, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    files_each, count = int(sys.argv[3]), int(sys.argv[4])
    files = sorted(source.rglob("*.wav"), key=str)
    if not files:
        sys.exit(f"{source}: no WAV files")
    random.seed(1)
    random.shuffle(files)
    target.mkdir(parents=True, exist_ok=True)
    endless = itertools.cycle(files)
    for number in range(count):
        rate, data = samples_of(next(endless))
        parts = [data]
        while len(parts) < files_each:  # ends: every file's own rate comes round again
            other_rate, data = samples_of(next(endless))
            if other_rate == rate:
                parts.append(data)
        with wave.open(str(target / f"{number:04d}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(b"".join(parts))


if __name__ == "__main__":
    main()
