"""Runs every command of the tables of docs/use/audio.md on small files of our own.

usage: check_audio.py SOURCE TOOLS   (the root of the repository, the folder of the programs)
A row is: kind, command, exit code, text that the program prints. MAKERS makes the file of each name that a command
reads; a name without a maker, and a maker without a row, are faults.
"""

import array
import os
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

STANDS_FOR = "--pose pose.csv --out sessions.h5"
RATE = 16000


def run(tools, folder, command):
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True,
                          check=False, stdin=subprocess.DEVNULL)


def require(tools, folder, command):
    done = run(tools, folder, command)
    if done.returncode != 0:
        raise SystemExit(f"{command}: exit {done.returncode}: {done.stderr}")


class Sound:
    """Samples of channels; each is a list of floats."""

    def __init__(self, channels):
        self.channels = channels

    def frames(self):
        return list(zip(*self.channels))

    def pcm(self, size, big=False, in_bytes=None):
        out = bytearray()
        for frame in self.frames():
            for x in frame:
                value = round(x * (2 ** (8 * size - 1) - 1))
                out += value.to_bytes(in_bytes or size, "big" if big else "little", signed=True)
        return bytes(out)

    def floats(self, big=False):
        flat = array.array("f", [x for frame in self.frames() for x in frame])
        if big:
            flat.byteswap()
        return flat.tobytes()


def wav(channels, data, tag=1, bits=16, big=False, size=None, block=None):
    """A WAV; RIFX if big."""
    order = ">" if big else "<"
    block = block or channels * bits // 8
    form = struct.pack(order + "HHIIHH", tag, channels, RATE, RATE * block, block, bits)
    chunks = b"fmt " + struct.pack(order + "I", len(form)) + form
    chunks += b"data" + struct.pack(order + "I", len(data) if size is None else size) + data
    return (b"RIFX" if big else b"RIFF") + struct.pack(order + "I", 4 + len(chunks)) + b"WAVE" + chunks


def wave_extensible(channels, data, bits):
    guid = bytes.fromhex("0100000000001000800000aa00389b71")
    block = channels * bits // 8
    form = struct.pack("<HHIIHHHHI", 0xFFFE, channels, RATE, RATE * block, block, bits, 22, bits, 0) + guid
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def rf64(name, channels, data):
    form = struct.pack("<HHIIHH", 3, channels, RATE, RATE * channels * 4, channels * 4, 32)
    ds64 = struct.pack("<QQQI", 0, len(data), len(data) // (4 * channels), 0)
    return (name + b"\xff\xff\xff\xffWAVEds64" + struct.pack("<I", len(ds64)) + ds64 + b"fmt " +
            struct.pack("<I", len(form)) + form + b"data\xff\xff\xff\xff" + data)


def w64(channels, data):
    tail = bytes.fromhex("f3acd3118cd100c04f8edb8a")
    riff = b"riff" + bytes.fromhex("2e91cf11a5d628db04c10000")
    form = struct.pack("<HHIIHH", 1, channels, RATE, RATE * channels * 2, channels * 2, 16)
    chunks = b"wave" + tail + b"fmt " + tail + struct.pack("<Q", 24 + len(form)) + form
    chunks += b"data" + tail + struct.pack("<Q", 24 + len(data)) + data
    return riff + struct.pack("<Q", 24 + len(chunks)) + chunks


def extended(value):
    exponent = value.bit_length() - 1
    return struct.pack(">HQ", 16383 + exponent, value << (63 - exponent))


def aiff(channels, data, bits, coding=None):
    frames = len(data) // (channels * bits // 8)
    comm = struct.pack(">HIH", channels, frames, bits) + extended(RATE)
    if coding:
        comm += coding + b"\0\0"
    chunks = (b"FVER" + struct.pack(">II", 4, 0xA2805140)) if coding else b""
    chunks += b"COMM" + struct.pack(">I", len(comm)) + comm
    chunks += b"SSND" + struct.pack(">III", 8 + len(data), 0, 0) + data
    return b"FORM" + struct.pack(">I", 4 + len(chunks)) + (b"AIFC" if coding else b"AIFF") + chunks


def au(channels, data):
    return b".snd" + struct.pack(">IIIII", 24, len(data), 3, RATE, channels) + data


def caf(channels, data):
    desc = struct.pack(">d4sIIIII", RATE, b"lpcm", 0, 2 * channels, 1, channels, 16)
    return (b"caff\0\1\0\0desc" + struct.pack(">q", len(desc)) + desc + b"data" +
            struct.pack(">qI", 4 + len(data), 0) + data)


def sphere(channels, data):
    header = (f"NIST_1A\n   1024\nchannel_count -i {channels}\nsample_count -i {len(data) // 2 // channels}\n"
              f"sample_rate -i {RATE}\nsample_n_bytes -i 2\nsample_byte_format -s2 01\nsample_sig_bits -i 16\n"
              "sample_coding -s3 pcm\nend_head\n")
    return header.encode().ljust(1024) + data


def simulated(tools, folder):
    """Four microphones of a turning array, and the model of such an array."""
    noise = array.array("f")
    state = 1
    for n in range(20 * RATE):
        state = (state * 1664525 + 1013904223) % 2 ** 32
        on = n // (RATE // 5) % 2 == 0
        noise.append((state / 2 ** 31 - 1) * (0.2 if on else 0.002))
    (folder / "speech.wav").write_bytes(wav(1, noise.tobytes(), 3, 32))
    require(tools, folder, "csl-simulate --speech speech.wav --sessions 1 --t60 0 --array tetra4 --motion free --seed 4 "
                           "--wav made --out made.h5")
    require(tools, folder, "csl-features --in made.h5 --out made.features.h5")
    require(tools, folder, "csl-train --in made.features.h5 --hidden 16 --steps 60 --loss supervised --reflect truth "
                           "--out model.h5")
    raw = (folder / "made/000000.wav").read_bytes()
    flat = array.array("f", raw[raw.index(b"data") + 8:])
    (folder / "pose.csv").write_bytes((folder / "made/000000.pose.csv").read_bytes())
    loudest = max(abs(x) for x in flat)
    return Sound([[0.5 * x / loudest for x in flat[c::4]] for c in range(4)])


def white(seed, count):
    state, out = seed, []
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        out.append(1e-3 * (state / 2 ** 63 - 1))
    return out


def makers(tools, folder, sound):
    """For each name that a command reads: what makes it."""
    count = len(sound.channels[0])
    s16, s24, s32, f32 = sound.pcm(2), sound.pcm(3), sound.pcm(4), sound.floats()

    def with_fifth(channel):
        return wav(5, Sound(sound.channels + [channel]).floats(), 3, 32)

    six = Sound([white(5, count), *sound.channels, white(6, count)])

    def encoded(name, options):
        def make(path):
            (folder / "source.wav").write_bytes(wav(4, s16))
            require("", folder, f"ffmpeg -v error -y -i source.wav {options} {name}")
        return make

    def cut(name):
        def make(path):
            if not (folder / name).exists():
                table[name](folder / name)
            data = (folder / name).read_bytes()
            path.write_bytes(data[:len(data) * 3 // 4])
        return make

    def holds(data):
        return lambda path: path.write_bytes(data)

    def one(c, end=None):
        return holds(wav(1, Sound([sound.channels[c][:end]]).floats(), 3, 32))

    def recordings(path):
        path.mkdir()
        for name, kind in (("a", "flac"), ("b", "aiff")):
            table[f"rec.{kind}"](folder / f"rec.{kind}")
            os.rename(folder / f"rec.{kind}", path / f"{name}.{kind}")
            (path / f"{name}.pose.csv").write_bytes((folder / "pose.csv").read_bytes())

    def parts(path):
        path.mkdir()
        for c in range(4):
            one(c)(path / f"take.{c + 1}.wav")
        (path / "take.pose.csv").write_bytes((folder / "pose.csv").read_bytes())

    table = {
        "rec16.wav": holds(wav(4, s16)), "rec24.wav": holds(wav(4, s24, 1, 24)),
        "rec32.wav": holds(wav(4, s32, 1, 32)), "rec.wav": holds(wav(4, f32, 3, 32)),
        "recex.wav": holds(wave_extensible(4, s24, 24)), "rec.rifx": holds(wav(4, sound.pcm(2, True), big=True)),
        "rec.rf64": holds(rf64(b"RF64", 4, f32)), "rec.bw64": holds(rf64(b"BW64", 4, f32)),
        "rec.w64": holds(w64(4, s16)), "rec.aiff": holds(aiff(4, sound.pcm(2, True), 16)),
        "sowt.aifc": holds(aiff(4, s16, 16, b"sowt")), "fl32.aifc": holds(aiff(4, sound.floats(True), 32, b"fl32")),
        "rec.au": holds(au(4, sound.pcm(2, True))), "rec.caf": holds(caf(4, sound.pcm(2, True))),
        "rec.sph": holds(sphere(4, s16)), "rec.flac": encoded("rec.flac", "-c:a flac"),
        "rec.ogg": encoded("rec.ogg", "-c:a libvorbis -q 9"),
        "rec.opus": encoded("rec.opus", "-mapping_family 255 -c:a libopus -b:a 512k"),
        "mulaw.wav": encoded("mulaw.wav", "-c:a pcm_mulaw"),
        "adpcm.wav": encoded("adpcm.wav", "-ac 2 -c:a adpcm_ms"),
        "rec.mp3": encoded("rec.mp3", "-ac 2 -c:a libmp3lame"),
        "rec24in4.wav": holds(wav(4, sound.pcm(3, in_bytes=4), 1, 24, block=16)),
        "six.wav": holds(wav(6, six.floats(), 3, 32)), "six.f32": holds(six.floats()),
        "silent.wav": holds(with_fifth([0.0] * count)), "constant.wav": holds(with_fifth([0.125] * count)),
        "noise.wav": holds(with_fifth(white(7, count))),
        "copy.wav": holds(with_fifth([0.5 * x for x in sound.channels[1]])),
        "single.wav": holds(wav(2, Sound([sound.channels[0], [0.0] * count]).floats(), 3, 32)),
        **{f"mic{c + 1}.wav": one(c) for c in range(4)}, "short.wav": one(1, -100),
        "folder": recordings, "parts": parts,
        "size0.wav": holds(wav(4, s16, size=0)), "sizeffffffff.wav": holds(wav(4, s16, size=0xFFFFFFFF)),
        "small.wav": holds(wav(4, s16, size=80000)),
        **{f"cut.{kind}": cut(f"rec.{kind}") for kind in ("wav", "aiff", "w64", "au", "caf", "sph", "flac")},
        "rec.s16": holds(s16), "rec.s24": holds(s24), "rec.s32": holds(s32), "rec.f32": holds(f32),
        "rec.s24_32": holds(sound.pcm(3, in_bytes=4)),
    }
    return table


def rows(page):
    for line in page.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and cells[1].startswith("`csl-"):
            yield cells[0], cells[1].strip("`"), int(cells[2]), cells[3]


def files_of(command):
    """Names of the recordings that a command reads."""
    audio = re.search(r"--audio (.*?)(?= --| …|$)", command)
    piped = re.search(r"< (\S+)", command)
    names = re.split(r"[ ,]", audio.group(1)) if audio else [piped.group(1)]
    return [f"mic{c}.wav" for c in range(1, 5)] if names == ["'mic?.wav'"] else names


def main(source, tools):
    faults = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = makers(tools, folder, simulated(tools, folder))
        used = set()
        for kind, command, expected, says in rows(source / "docs/use/audio.md"):
            for file in files_of(command):
                used.add(file)
                if file not in table:
                    faults.append(f"{kind}: no maker of {file}")
                elif not (folder / file).exists():
                    table[file](folder / file)
            done = run(tools, folder, command.replace("…", STANDS_FOR))
            if done.returncode != expected or says not in done.stdout + done.stderr:
                faults.append(f"{kind}: `{command}`: expected exit {expected} and \"{says}\", found exit "
                              f"{done.returncode}:\n{done.stdout[:800]}{done.stderr[:800]}")
            if expected == 0 and "csl-import" in command and "used because" not in says and \
                    "4 microphones" not in done.stderr:
                faults.append(f"{kind}: expected 4 microphones, found {done.stderr}")
        faults += [f"{file}: no row reads it" for file in table if file not in used]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2]))
