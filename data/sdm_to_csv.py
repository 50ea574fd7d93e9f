#!/usr/bin/env python3
"""sdm_to_csv.py IN.mat OUT.csv [RATE_HZ]: spatial decomposition of a room, as a list for csl-simulate --room-waves.

Reads MATLAB files (version 5 to 7.2) with one pressure and one direction a sample: `p`, `azi_rad` and `ele_rad`, and the
sample rate `fs`, which RATE_HZ replaces. Azimuths run counterclockwise from +x, directions point to where the sound comes
from. Samples of pressure 0 are left out. Needs scipy (Debian: python3-scipy).
"""
import sys

import numpy as np
import scipy.io

if len(sys.argv) not in (3, 4):
    sys.exit(__doc__)
source, out = sys.argv[1:3]
try:
    room = scipy.io.loadmat(source)
except (OSError, ValueError, NotImplementedError) as error:
    sys.exit(f"{source}: no MATLAB file of version 5 to 7.2: {error}")
missing = [name for name in ("p", "azi_rad", "ele_rad") if name not in room]
if missing:
    sys.exit(f"{source}: expected the variables p, azi_rad and ele_rad, found no {' and no '.join(missing)}")
rate_hz = float(sys.argv[3]) if len(sys.argv) == 4 else float(room["fs"].item()) if "fs" in room else 0.0
if not rate_hz > 0.0:
    sys.exit(f"{source}: has no sample rate fs: give it as the third argument")
pressure, azimuth_rad, elevation_rad = (room[name].astype(float).ravel() for name in ("p", "azi_rad", "ele_rad"))
if not len(pressure) == len(azimuth_rad) == len(elevation_rad):
    sys.exit(f"{source}: p, azi_rad and ele_rad differ in length")
heard = pressure != 0.0
table = np.column_stack([np.arange(len(pressure)) / rate_hz, np.degrees(azimuth_rad), np.degrees(elevation_rad), pressure])
np.savetxt(out, table[heard], fmt=["%.8f", "%.4f", "%.4f", "%.9g"], delimiter=",", comments="",
           header="time_s,azimuth_deg,elevation_deg,pressure")
