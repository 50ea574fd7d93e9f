#!/usr/bin/env python3
"""study_switched.py SESSIONS.h5 SPEECH_FOLDER OUT.h5 [attenuation_db] [step_ms]: render again, by switched responses.

The sessions of a csl-simulate file (one source, microphones in free field, T60 above 0, no noise) with the same speech,
motion and truth, but rendered as the public examples of the paper's simulator do: an impulse response every `step_ms` of
the trajectory, each convolved with the speech emitted until the next; images up to the time of `attenuation_db` by Sabine's
line, and from there on noise with an exponential envelope, drawn for every microphone and response by itself. An
independent program: nothing of lib/ is used. Needs numpy and h5py.
"""
import pathlib
import shutil
import sys
import wave

import h5py
import numpy as np

source_file, speech, out = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
attenuation_db = float(sys.argv[4]) if len(sys.argv) > 4 else 15.0
step_ms = float(sys.argv[5]) if len(sys.argv) > 5 else 10.0
rate, c, oversampling = 16000, 343.0, 4
shutil.copyfile(source_file, out)
file = h5py.File(out, "r+")
first, samples = file["/session/first_sample"][:].astype(int), file["/session/samples"][:].astype(int)
first_q, count_q = (file["/session/" + n][:].astype(int) for n in ("first_orientation", "orientations"))
time_s, quaternion = file["/orientation/time_s"][:], file["/orientation/quaternion"][:]
direction_world, names = file["/source/direction_world"][:], file["/source/speech_file"][:]
t60s, rooms = file["/session/t60_s"][:], file["/session/room_m"][:]
position = file["/array/position_m"][:]
random = np.random.default_rng(1)


def rotations(session, t):
    """R_world_sensor at times t, [times, 3, 3]."""
    rows = slice(first_q[session], first_q[session] + count_q[session])
    times, q = time_s[rows], quaternion[rows]
    j = np.clip(np.searchsorted(times, t), 1, len(times) - 1)
    u = ((t - times[j - 1]) / (times[j] - times[j - 1]))[:, None]
    a, b = q[j - 1], q[j]
    b = np.where((a * b).sum(1, keepdims=True) < 0, -b, b)
    q = (1 - u) * a + u * b
    w, x, y, z = (q / np.linalg.norm(q, axis=1, keepdims=True)).T
    return np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
                     [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
                     [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]]).transpose(2, 0, 1)


def images(room, source, beta, reach):
    """Positions [images, 3] and gains of all images within reach of the room's center."""
    axes = []
    for a in range(3):
        n = np.arange(-int(reach / room[a]) - 2, int(reach / room[a]) + 3)
        axes.append((np.where(n % 2 == 0, n * room[a] + source[a], (n + 1) * room[a] - source[a]), np.abs(n)))
    grid = np.meshgrid(*[a[0] for a in axes], indexing="ij")
    order = sum(np.meshgrid(*[a[1] for a in axes], indexing="ij"))
    p = np.stack([g.ravel() for g in grid], 1)
    near = np.linalg.norm(p - room / 2, axis=1) < reach + 0.2
    return p[near], beta ** order.ravel()[near]


def dry(session):
    for path in sorted(speech.rglob(names[session].decode())):
        with wave.open(str(path)) as w:
            if w.getframerate() == rate and w.getnframes() == samples[session] and w.getsampwidth() == 2:
                return np.frombuffer(w.readframes(w.getnframes()), "<i2") / 32768.0
    raise SystemExit(f"{names[session]}: not found in {speech} with {samples[session]} samples")


step = int(round(step_ms * rate / 1000))
for s in range(len(samples)):
    x, t60, room = dry(s), t60s[s], rooms[s]
    source = room / 2 + direction_world[s]
    surface, volume = 2 * (room[0] * room[1] + room[1] * room[2] + room[0] * room[2]), room.prod()
    beta = np.sqrt(1 - 24 * np.log(10) * volume / (c * surface * t60))
    early_s = attenuation_db / 60 * t60
    early, late = int(np.ceil(early_s * rate)), int(np.ceil(t60 * rate))
    p, gain = images(room, source, beta, early_s * c)
    size = 1 << int(np.ceil(np.log2(max(early, late) + step)))
    y = np.zeros((samples[s] + size, len(position)))
    starts = np.arange(0, samples[s], step)
    for n0, r in zip(starts, rotations(s, starts / rate)):
        microphones = room / 2 + position @ r.T
        piece = np.fft.rfft(x[n0:n0 + step], size)
        for m in range(len(microphones)):
            d = np.linalg.norm(p - microphones[m], axis=1)
            place = d / c * rate * oversampling
            at = place.astype(int)
            keep = at < early * oversampling - 1
            at, part, amplitude = at[keep], (place - at)[keep], (gain / d)[keep]
            h = np.bincount(at, amplitude * (1 - part), size * oversampling)
            h += np.bincount(at + 1, amplitude * part, size * oversampling)
            spectrum = np.fft.rfft(h)[:size // 2 + 1]
            if late > early:
                fine = np.fft.irfft(spectrum, size)
                window = min(160, early)
                power = np.mean(fine[early - window:early] ** 2)
                k = np.arange(early, late)
                envelope = np.sqrt(power * 10 ** (-6 * (k - (early - window / 2)) / late))
                u = random.random(late - early)
                tail = np.zeros(size)
                tail[early:late] = envelope * (np.sqrt(3) / np.pi * np.log(u / (1 - u)))
                spectrum = spectrum + np.fft.rfft(tail)
            y[n0:n0 + size, m] += np.fft.irfft(spectrum * piece, size)
    file["/time_data"][first[s]:first[s] + samples[s]] = y[:samples[s]].astype(np.float32)
    print(s, names[s].decode(), len(p), flush=True)
