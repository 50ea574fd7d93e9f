#!/usr/bin/env python3
"""Memory of csl-infer --stream over an hour of sound: resident memory after each ten minutes of it.

    stream_hour.py TOOLS [MINUTES]

The sound is faster than real time: 8 microphones in a cube of 5 cm that turns, bursts of noise from one direction for a
tenth of the time. Orientation comes through a FIFO; tracks and a map are computed too. Prints one line for each ten minutes.
Exits with 1 if the memory of the last line is more than 5 % above that of the first.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

import numpy as np

RATE_HZ, MICROPHONES, SPEED_M_S = 16000, 8, 343.0
CUBE_M = np.array([[(m >> b) % 2 * 0.05 - 0.025 for b in range(3)] for m in range(MICROPHONES)])


def minute_of_sound(rng):
    """16-bit samples, [samples, microphones]: bursts of 1 s every 10 s, delays rounded to samples."""
    sound = 20.0 * rng.standard_normal((60 * RATE_HZ, MICROPHONES))
    delay = np.round(CUBE_M @ np.array([0.6, 0.7, 0.4]) / SPEED_M_S * RATE_HZ).astype(int)
    for start_s in range(2, 60, 10):
        burst = 3000.0 * rng.standard_normal(RATE_HZ + 32)
        for m in range(MICROPHONES):
            sound[start_s * RATE_HZ:(start_s + 1) * RATE_HZ, m] += burst[16 + delay[m]:16 + delay[m] + RATE_HZ]
    return sound.astype("<i2").tobytes()


def write_orientation(path, minutes):
    """A pose every 20 ms, a turn about z every 12 s."""
    with open(path, "w") as pose:
        pose.write("time_s,qw,qx,qy,qz\n")
        for i in range(minutes * 60 * 50 + 50):
            half = np.pi * 0.02 * i / 12.0
            pose.write(f"{0.02 * i:.2f},{np.cos(half):.6f},0,0,{np.sin(half):.6f}\n")


def resident_mib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024.0


def main():
    tools, minutes = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as folder:
        fifo = os.path.join(folder, "pose")
        os.mkfifo(fifo)
        command = [tools / "csl-infer", "-q", "--array", "cube8", "--stream", "--rate", str(RATE_HZ), "--pose", fifo,
                   "--estimator", "srp-phat", "--window", "0.5", "--stride", "10", "--track"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        threading.Thread(target=write_orientation, args=(fifo, minutes), daemon=True).start()
        sound = minute_of_sound(np.random.default_rng(1))
        memory = []
        for minute in range(1, minutes + 1):
            process.stdin.write(sound)
            process.stdin.flush()
            if minute % 10 == 0:
                memory.append(resident_mib(process))
                print(f"after {minute} minutes of sound: {memory[-1]:.1f} MiB", flush=True)
        process.stdin.close()
        if process.wait() != 0:
            sys.exit(f"csl-infer ended with {process.returncode}")
    if memory and memory[-1] > 1.05 * memory[0]:
        sys.exit("the memory grew")


if __name__ == "__main__":
    main()
