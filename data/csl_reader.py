"""Reads the files of the C-SL tools into numpy arrays, for notebooks. Needs numpy and h5py.

    import csl_reader as csl
    sessions = csl.read_sessions("test.sessions.h5")
    estimates = csl.read_estimates("estimates.h5")
    full = estimates.window("full")
    azimuth_deg, elevation_deg = csl.angles(full["direction_world"])

All files are described in docs/use/formats.md. Times are seconds, world axes are east, north, up, quaternions are
w x y z and turn vectors of the sensor frame into vectors of the world.
"""

import json
from dataclasses import dataclass, field

import h5py
import numpy as np


@dataclass
class Session:
    """One recording with the orientation of the array."""

    id: str
    audio: np.ndarray  # [samples, microphones]
    rate_hz: float
    time_s: np.ndarray  # [orientations]
    quaternion: np.ndarray  # [orientations, 4]
    truth: dict  # columns of /source, [sources of this session]; empty: the truth is not known
    facts: dict  # the other columns of /session, such as t60_s


@dataclass
class Features:
    """The bins of one session. Frames count from the start of the session."""

    id: str
    stft: np.ndarray  # [bins, microphones], complex, unit norm
    frame: np.ndarray  # [bins]
    frequency: np.ndarray  # [bins], index of the FFT bin
    energy: np.ndarray  # [bins]
    rise: np.ndarray  # [bins]
    time_s: np.ndarray  # [frames], center of each frame
    quaternion: np.ndarray  # [frames, 4]
    settings: dict  # of the STFT


@dataclass
class Model:
    """The learned map. `response` holds the array's positions and responses if they were learned."""

    recipe: dict
    network: dict
    stft: dict
    reflection: dict
    layers: list  # of (weight [out, in], bias [out])
    history: dict  # columns of the loss curve
    response: dict = field(default_factory=dict)  # datasets of /response by name, such as position_m


@dataclass
class Estimates:
    """The directions of all windows of all sessions."""

    ids: list  # names of the sessions
    windows: list  # lengths: seconds as text, or "full"
    columns: dict  # of /estimate, [n], such as direction_world [n, 3]; `session` is an index of ids
    peaks: dict  # columns of /peak; rows of estimate i: first_peak[i] to first_peak[i] + peaks[i]
    tracks: dict  # columns of /track; empty without --track
    bins: dict  # columns of /bin; empty without --bins
    method: str

    def window(self, length, session=None):
        """The rows of one window length, of one session (an index) or of all: a dictionary of columns."""
        rows = self.columns["window"] == self.windows.index(str(length))
        if session is not None:
            rows &= self.columns["session"] == session
        return {name: values[rows] for name, values in self.columns.items()}


def text(value):
    """h5py returns fixed-length strings as bytes."""
    return value.decode() if isinstance(value, bytes) else str(value)


def values(dataset):
    """A dataset as an array; text as an array of str."""
    array = dataset[()]
    return np.array([text(x) for x in array]) if array.dtype.kind == "S" else array


def columns(file, group):
    """The datasets of a group by name; {} if there is no such group."""
    if group not in file:
        return {}
    return {name: values(item) for name, item in file[group].items() if isinstance(item, h5py.Dataset)}


def open_file(path, expected):
    """Opens a file of one format. Raises ValueError for another format, or a file that is not complete."""
    file = h5py.File(path, "r")
    found = text(file.attrs.get("format", "no file of these tools"))
    if found != expected or "complete" not in file.attrs:
        file.close()
        raise ValueError(f"{path}: expected a complete {expected} file, found: {found}")
    return file


def provenance(path):
    """How a file was made: tool, version, options, seed, and the steps before (`history`)."""
    with h5py.File(path, "r") as file:
        found = {name: text(value) for name, value in file.attrs.items()}
    return {**found, "options": json.loads(found["options"]), "history": json.loads(found["history"])}


def _sessions(file, only):
    table = columns(file, "session")
    rows = range(len(table["id"])) if only is None else only
    return table, [(i, {name: column[i] for name, column in table.items()}) for i in rows]


def _rows(row, first, count):
    return slice(int(row[first]), int(row[first]) + int(row[count]))


def read_sessions(path, only=None):
    """List of Session. only: indices of the sessions to read; None: all."""
    result = []
    with open_file(path, "sessions") as file:
        source = columns(file, "source")
        for _, row in _sessions(file, only)[1]:
            audio = file["/time_data"]
            turns = _rows(row, "first_orientation", "orientations")
            mine = _rows(row, "first_source", "sources") if "first_source" in row else slice(0, 0)
            truth = {name: column[mine] for name, column in source.items() if name != "activity_db"}
            result.append(Session(str(row["id"]), audio[_rows(row, "first_sample", "samples")],
                                  float(audio.attrs["sample_freq"]), file["/orientation/time_s"][turns],
                                  file["/orientation/quaternion"][turns], truth, row))
    return result


def read_features(path, only=None):
    """List of Features. only: indices of the sessions to read; None: all."""
    result = []
    with open_file(path, "features") as file:
        for _, row in _sessions(file, only)[1]:
            bins, frames = _rows(row, "first_bin", "bins"), _rows(row, "first_frame", "frames")
            column = {name: file["/bin/" + name][bins] for name in ("stft", "frame", "frequency", "energy", "rise")}
            column["frame"] = column["frame"] - frames.start
            result.append(Features(str(row["id"]), **column, time_s=file["/frame/time_s"][frames],
                                   quaternion=file["/frame/quaternion"][frames],
                                   settings=dict(file["/bin/stft"].attrs)))
    return result


def read_model(path):
    """The model of a file of csl-train."""
    with open_file(path, "model") as file:
        attributes = [json.loads(text(file.attrs[name])) for name in ("recipe", "network", "stft", "reflection")]
        layers = [(layer["weight"][()], layer["bias"][()]) for _, layer in sorted(file["layer"].items())]
        response = {}
        if "response" in file:
            file["response"].visititems(lambda name, item: response.update({name: values(item)})
                                        if isinstance(item, h5py.Dataset) else None)
        return Model(*attributes, layers, columns(file, "history"), response)


def read_estimates(path):
    """The estimates of a file of csl-infer or csl-eval."""
    with open_file(path, "estimates") as file:
        return Estimates(list(columns(file, "session")["id"]), list(columns(file, "window")["length_s"]),
                         *(columns(file, group) for group in ("estimate", "peak", "track", "bin")),
                         text(file.attrs["method"]))


def rotate(quaternion, vector):
    """Turns vectors by quaternions: sensor frame to world. [..., 4] and [..., 3]"""
    w, axis = quaternion[..., :1], quaternion[..., 1:]
    return vector + 2 * np.cross(axis, np.cross(axis, vector) + w * vector)


def angles(direction):
    """Azimuth (counter-clockwise from +x) and elevation in degrees; NaN where a direction is zero. [..., 3]"""
    x, y, z = np.moveaxis(np.where(np.linalg.norm(direction, axis=-1, keepdims=True) > 0, direction, np.nan), -1, 0)
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))


def angular_error_deg(a, b):
    """Angle between directions of any length, degrees. [..., 3]"""
    cross = np.linalg.norm(np.cross(a, b), axis=-1)
    return np.degrees(np.arctan2(cross, np.sum(a * b, axis=-1)))
