"""Runs one fuzz target for some seconds, from seeds that this project's own tools make.

usage: run_fuzz.py TOOLS TARGETS TARGET SECONDS [CORPUS]
       TOOLS: folder of the programs; TARGETS: folder of the fuzz targets; TARGET: the name of one, or "all";
       CORPUS: folder that keeps what the fuzzer finds worth keeping (default: fuzz-corpus beside TARGETS)

A crash, more than 2 s of processor time and an allocation above 1 GiB end the run with exit code 1; the input lies in
CORPUS/finds. HDF5's readers get edits of a sound file: see fuzz_hdf5.h.
"""

import array
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

# Longest run of one input, s.
LONGEST_S = 2
CSV = {
    "pose": "time_s,qw,qx,qy,qz\n" + "".join(f"{0.01 * i:.2f},0.5,-0.5,0.5,0.5\n" for i in range(40)),
    "imu": "time_s,gx,gy,gz,ax,ay,az,mx,my,mz\n"
           + "".join(f"{0.01 * i:.2f},0.1,0.2,{0.01 * i},0,0.1,9.8,20,0,-40\n" for i in range(60)),
    "intervals": "start_s,end_s,x,y,z\n0,1.5,1,0,0\n2,4,0,1,0.5\n",
    "snapshots": "time_s,frequency_hz,re1,im1,re2,im2\n"
                 + "".join(f"{n},{500 * k},1,0.5,-1,{k}\n" for n in range(3) for k in range(1, 5)),
}
TEXT = {
    "array": '{"name": "glasses", "positions_mm": [[70, 10, 0], [-70, 10, 0], [0, 50, 20]], "rigid_sphere": '
             '{"radius_m": 0.01, "centre_m": [0, 0, 0]}}',
    "config": 'sessions = 3\n[more]\nname = "a b"\nlist = [1, 2.5, "x"]\nflag = true\n',
    "rooms": '{"sample_rate_hz": 16000, "responses": [{"file": "a.wav", "room": "r", "source": "s", '
             '"direction": [1, 0, 0], "azimuth_deg": 10}]}',
}
SOUND = ("sessions", "features", "model", "checkpoint", "estimates")


def run(tools, folder, command):
    environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}")
    subprocess.run(command, shell=True, check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def write_noise(path, seconds):
    random.seed(7)
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", ""))
        samples = (int(random.gauss(0, 2000)) for _ in range(int(16000 * seconds)))
        out.writeframes(array.array("h", samples).tobytes())


def make_files(tools, folder):
    """The tiny files that seeds are made of."""
    write_noise(folder / "noise.wav", 0.5)
    simulate = "csl-simulate -q --speech noise.wav --array tetra4 --sessions 4 --t60 0"
    run(tools, folder, f"{simulate} --wav walk --out sessions.h5")
    run(tools, folder, "csl-features -q --in sessions.h5 --fmax 1500 --out features.h5")
    run(tools, folder, "csl-train -q --in features.h5 --valid features.h5 --hidden 4 --steps 20 --batch 4 "
                       "--bins-per-interval 64 --patience 0 --loss supervised --lr 3e-3 --checkpoint steps --every 0.01 "
                       "--out model.h5")
    run(tools, folder, "csl-infer -q --model model.h5 --in features.h5 --window 0.2 --bins --out estimates.h5")
    (folder / "checkpoint.h5").write_bytes(max((folder / "steps").glob("*.h5")).read_bytes())


def make_seeds(tools, target, seeds):
    """Seeds of a target. Returns the sound file that HDF5 targets edit, or nothing."""
    if target in CSV or target in TEXT:
        (seeds / "seed").write_text(CSV.get(target) or TEXT[target])
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if target == "audio":
            write_noise(folder / "a.wav", 0.02)
            (seeds / "wav").write_bytes((folder / "a.wav").read_bytes())
            for kind in ("aiff", "au", "caf", "w64", "flac", "ogg"):
                done = subprocess.run(["ffmpeg", "-v", "quiet", "-i", folder / "a.wav", folder / f"a.{kind}"])
                if done.returncode == 0:
                    (seeds / kind).write_bytes((folder / f"a.{kind}").read_bytes())
            return None
        make_files(tools, folder)
        if target in SOUND:
            sound = seeds.parent / f"sound-{target}.h5"
            sound.write_bytes((folder / f"{target}.h5").read_bytes())
            (seeds / "whole").write_bytes(sound.read_bytes())
            for i in range(32):
                random.seed(i)
                (seeds / f"edits-{i}").write_bytes(random.randbytes(24))
            return sound
    return None


def processor_time_s(program, file, environment):
    """What one input costs. libFuzzer measures time by the clock, which on a busy machine says little."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "-timeout=600", file], env=environment, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def remove_inputs():
    """Removes the files of fuzzers that have ended."""
    for file in Path("/dev/shm").glob("csl-fuzz-*"):
        if not Path(f"/proc/{file.stem.rsplit('-', 1)[-1]}").exists():
            file.unlink()


def fuzz(tools, targets, target, seconds, corpus):
    """Returns the number of executions and the exit code."""
    kept, finds = corpus / target, corpus / "finds"
    kept.mkdir(parents=True, exist_ok=True)
    finds.mkdir(exist_ok=True)
    seeds = corpus / f"seeds-{target}"
    seeds.mkdir(exist_ok=True)
    sound = make_seeds(tools, target, seeds)
    environment = dict(os.environ)
    if sound:
        environment["CSL_FUZZ_SOUND"] = str(sound)
    suppressions = Path(__file__).parent.parent / "sanitizers" / "leaks.txt"
    environment["LSAN_OPTIONS"] = f"suppressions={suppressions}:print_suppressions=0"
    program = targets / f"fuzz_{target}"
    executed, code, end = 0, 0, time.monotonic() + seconds
    while (left := int(end - time.monotonic())) > 0:
        done = subprocess.run(
            [program, kept, seeds, f"-max_total_time={left}", f"-timeout={LONGEST_S}", "-malloc_limit_mb=1024",
             "-rss_limit_mb=3072", "-max_len=65536", "-print_final_stats=1", f"-artifact_prefix={finds}/{target}-"],
            env=environment, capture_output=True, text=True, errors="replace")
        count = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
        executed += int(count.group(1)) if count else 0
        slow = re.search(r"written to (\S*-timeout-\S*)", done.stderr)
        if slow and processor_time_s(program, slow.group(1), environment) < LONGEST_S:
            Path(slow.group(1)).unlink()
            continue
        if done.returncode != 0:
            code = done.returncode
            print(done.stderr[-6000:])
            break
    remove_inputs()
    return executed, code


def main():
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    tools, targets = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    corpus = Path(sys.argv[5] if len(sys.argv) == 6 else targets.parent / "fuzz-corpus").resolve()
    names = sorted(path.name[5:] for path in targets.glob("fuzz_*") if path.is_file() and os.access(path, os.X_OK))
    if sys.argv[3] != "all":
        if sys.argv[3] not in names:
            sys.exit(f"TARGET: expected all or one of {', '.join(names)}, found {sys.argv[3]}")
        names = [sys.argv[3]]
    worst = 0
    for name in names:
        executed, code = fuzz(tools, targets, name, int(sys.argv[4]), corpus)
        print(f"{name}: {executed} executions, {'nothing found' if code == 0 else 'a find'}", flush=True)
        worst = max(worst, 1 if code else 0)
    return worst


if __name__ == "__main__":
    sys.exit(main())
