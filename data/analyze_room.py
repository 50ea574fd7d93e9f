#!/usr/bin/env python3
"""analyze_room.py RESPONSE OUT.csv [--radius M] [--window-ms MS]: a measured room response as plane waves.

Spatial decomposition (Tervo, Patynen, Kuusinen and Lokki 2013) of the response of an octahedral array, such as R3VIVAL's:
every sample is a plane wave. Its direction is the least-squares fit to the delays between the six outer microphones in
a short window about the sample, its pressure the mean of the six microphones, each read at its delay from the center. The samples of the direct sound share
one direction, and the pressure has the energy of the microphones in every 20 ms.
The list is for `csl-simulate --room-waves`. Needs numpy and ffmpeg.
"""
import argparse

import numpy as np
from r3vival import RADIUS_M, SPEED_OF_SOUND, corners, read, t60

FINENESS = 8  # correlation lags and signals between samples
BAND_HZ = (400.0, 6500.0)  # of the delays
ENERGY_S = 0.02
DIRECT_S = (-6e-4, 8e-4)  # of the direct sound about its strongest sample
CHUNK = 1024  # windows at once: bounds memory


def in_band(samples, rate):
    """The samples without frequencies outside of BAND_HZ, where delays are small or ambiguous, [n, microphones]."""
    spectrum = np.fft.rfft(samples, axis=0)
    hz = np.fft.rfftfreq(len(samples), 1.0 / rate)
    spectrum[(hz < BAND_HZ[0]) | (hz > BAND_HZ[1])] = 0.0
    return np.fft.irfft(spectrum, len(samples), axis=0)


def directions(samples, rate, position_m, window_s):
    """Unit vectors to where the sound of every sample comes from, [n, 3]."""
    n, microphones = samples.shape
    size = 2 * int(round(0.5 * window_s * rate))
    taper = np.hanning(size + 1)[:size]
    padded = np.pad(samples, ((size // 2, size // 2), (0, 0)))
    pairs = [(a, b) for a in range(microphones) for b in range(a)]
    # A microphone at q hears a wave from u earlier than the center, by q . u / c.
    baseline = np.array([position_m[a] - position_m[b] for a, b in pairs])
    solve = np.linalg.pinv(baseline) * SPEED_OF_SOUND
    farthest = np.linalg.norm(baseline, axis=1).max() / SPEED_OF_SOUND * rate * FINENESS
    reach = int(np.ceil(farthest)) + 1
    found = np.zeros((n, 3))
    for first in range(0, n, CHUNK):
        last = min(n, first + CHUNK)
        index = np.arange(first, last)[:, None] + np.arange(size)
        spectrum = np.fft.rfft(padded[index] * taper[None, :, None], 2 * size, axis=1)
        early = np.empty((last - first, len(pairs)))
        for k, (a, b) in enumerate(pairs):
            cross = spectrum[:, :, b] * spectrum[:, :, a].conj()
            correlation = np.fft.irfft(cross, 2 * size * FINENESS, axis=1)
            near = np.concatenate([correlation[:, -reach:], correlation[:, :reach + 1]], axis=1)
            peak = np.clip(near.argmax(axis=1), 1, near.shape[1] - 2)
            rows = np.arange(last - first)
            left, top, right = near[rows, peak - 1], near[rows, peak], near[rows, peak + 1]
            bend = left - 2 * top + right
            shift = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, 1), 0.0)
            early[:, k] = (peak - reach + shift) / (rate * FINENESS)  # of a before b, s
        found[first:last] = early @ solve.T
    length = np.linalg.norm(found, axis=1)
    return np.where(length[:, None] > 0, found / np.maximum(length, 1e-12)[:, None], [1.0, 0.0, 0.0])


def one_direct_sound(unit, pressure, rate):
    """One direction for all samples of the direct sound: the mean of theirs by energy, [n, 3]."""
    peak = int(np.argmax(np.abs(pressure)))
    time_s = (np.arange(len(pressure)) - peak) / rate
    direct = (time_s >= DIRECT_S[0]) & (time_s <= DIRECT_S[1])
    mean = (pressure[direct, None] ** 2 * unit[direct]).sum(axis=0)
    joined = unit.copy()
    joined[direct] = mean / np.linalg.norm(mean)
    return joined


def pressures(samples, rate, position_m, unit):
    """Pressure at the center for waves from these directions: the mean of all microphones at their delays, [n]."""
    n, microphones = samples.shape
    spectrum = np.fft.rfft(samples, axis=0)
    fine = np.fft.irfft(spectrum, n * FINENESS, axis=0) * FINENESS
    early = unit @ position_m.T / SPEED_OF_SOUND * rate  # samples, [n, microphones]
    place = (np.arange(n)[:, None] - early) * FINENESS
    return np.mean([np.interp(place[:, m], np.arange(n * FINENESS), fine[:, m], left=0.0, right=0.0)
                    for m in range(microphones)], axis=0)


def with_energy(pressure, samples, rate):
    """The pressure with the microphones' mean energy in every ENERGY_S: late delays fit no single wave, and the mean of
    microphones that are read at wrong delays is too weak, [n]."""
    window = np.hanning(int(ENERGY_S * rate) | 1)
    measured = np.convolve((samples ** 2).mean(axis=1), window, "same")
    found = np.convolve(pressure ** 2, window, "same")
    return pressure * np.sqrt(measured / np.maximum(found, 1e-300))


def analyze(samples, rate, radius_m, window_s):
    """Plane waves of a response [n, >= 6]: table of time_s, azimuth_deg, elevation_deg, pressure."""
    position_m = corners(radius_m)
    six = samples[:, :6]
    unit = directions(in_band(six, rate), rate, position_m, window_s)
    unit = one_direct_sound(unit, pressures(six, rate, position_m, unit), rate)
    pressure = with_energy(pressures(six, rate, position_m, unit), six, rate)
    azimuth_deg = np.degrees(np.arctan2(unit[:, 1], unit[:, 0]))
    elevation_deg = np.degrees(np.arcsin(np.clip(unit[:, 2], -1, 1)))
    return np.column_stack([np.arange(len(pressure)) / rate, azimuth_deg, elevation_deg, pressure])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("response", help="audio file with the six outer microphones first")
    parser.add_argument("out", help="list to write")
    parser.add_argument("--radius", type=float, default=RADIUS_M, help="of the octahedron, m")
    parser.add_argument("--window-ms", type=float, default=2.0, help="of the delays")
    options = parser.parse_args()
    samples, rate = read(options.response)
    table = analyze(samples, rate, options.radius, 1e-3 * options.window_ms)
    np.savetxt(options.out, table, fmt=["%.8f", "%.3f", "%.3f", "%.7g"], delimiter=",", comments="",
               header="time_s,azimuth_deg,elevation_deg,pressure")
    strongest = table[np.abs(table[:, 3]).argmax()]
    print(f"{options.out}: {len(table)} plane waves, direct sound from azimuth {strongest[1]:.1f}, "
          f"elevation {strongest[2]:.1f} degrees, T60 {t60(samples, rate):.2f} s")


if __name__ == "__main__":
    main()
