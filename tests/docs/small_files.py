"""Small files that the commands of the pages read. Each maker writes into the folder of one block of commands.

A name without a maker is an error of the test, not of the page.
"""

import array
import json
import os
import random
import shutil
import subprocess
import wave

RATE = 16000
# A source that stands higher than the array (z = 0.79): `--reflect world:+z` is right.
RECORDING = ("-q --sessions 1 --t60 0 --motion free --angular-speed 120 --start facing:+x --snr 40 --imu consumer "
             "--seed 5")
ARRAYS = {4: "tetra4", 8: "cube8"}
LENGTH_S = 22.0
TAPS_S = [0.31, 0.74, 1.33, 1.71, 2.42, 19.1, 19.63, 19.98, 20.7, 21.2]


def bursts(path, length_s, seed):
    """Noise in bursts of 0.1 to 0.5 s with pauses, as a mono WAV."""
    generator = random.Random(seed)
    samples = array.array("h", bytes(2 * int(length_s * RATE)))
    at = 0
    while at < len(samples):
        length, level = int(generator.uniform(0.1, 0.5) * RATE), generator.uniform(1000.0, 5000.0)
        for i in range(at, min(len(samples), at + length)):
            samples[i] = max(-32767, min(32767, int(generator.gauss(0.0, level))))
        at += length + int(generator.choice([0.05, 0.05, 0.1, 0.6]) * RATE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


def floats_of(path):
    """Header and interleaved samples of a float WAV of csl-simulate."""
    data = path.read_bytes()
    begin = data.index(b"data") + 8
    return data[:begin], array.array("f", data[begin:])


class SmallFiles:
    """Makes files by their names; what several files come from is made once."""

    def __init__(self, tools, folder):
        self.tools = tools
        self.folder = folder
        folder.mkdir(parents=True)

    def run(self, command):
        environment = {**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=environment, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise SystemExit(f"{command}: exit {done.returncode}: {done.stderr}")

    def made(self, name, make):
        path = self.folder / name
        if not path.exists():
            make(path)
        return path

    def speech(self):
        return self.made("long.wav", lambda path: bursts(path, LENGTH_S, 1))

    def recording(self, microphones):
        """Folder with 000000.wav, 000000.imu.csv and 000000.pose.csv of a turning array."""
        self.speech()
        return self.made(f"recording{microphones}", lambda path: self.run(
            f"csl-simulate {RECORDING} --speech long.wav --array {ARRAYS[microphones]} --wav {path.name} "
            f"--out {path.name}.h5"))

    def features(self, microphones):
        name = f"features{microphones}.h5"
        source = f"recording{microphones}.h5"
        self.recording(microphones)
        return self.made(name, lambda _: self.run(f"csl-features -q --in {source} --out {name}"))

    def model(self, microphones):
        name = f"model{microphones}.h5"
        features = self.features(microphones)
        return self.made(name, lambda _: self.run(
            f"csl-train -q --in {features.name} --steps 250 --hidden 64,32 --reflect initial:+x --accept-doubtful "
            f"--calibrate --out {name}"))

    def estimates(self, microphones):
        """Estimates of four sessions."""
        model = self.model(microphones)
        self.made("short.wav", lambda path: bursts(path, 1.5, 2))
        return self.made(f"estimates{microphones}.h5", lambda path: self.run(
            f"csl-simulate -q --speech short.wav --array {ARRAYS[microphones]} --sessions 4 --t60 0 --out short.h5 && "
            f"csl-features -q --in short.h5 --out short.features.h5 && "
            f"csl-infer -q --model {model.name} --in short.features.h5 --stride 20 --out {path.name}"))

    def sofa(self, microphones):
        model = self.model(microphones)
        return self.made(f"array{microphones}.sofa", lambda path: self.run(
            f"csl-export -q --model {model.name} --sofa {path.name}"))

    def frames(self, microphones, seconds):
        """The first frames of the recording; each is a list of floats."""
        _, samples = floats_of(self.recording(microphones) / "000000.wav")
        count = int(seconds * RATE) * microphones
        return [samples[i : i + microphones].tolist() for i in range(0, count, microphones)]

    def pcm(self, microphones, seconds, rate=RATE):
        """Interleaved 16-bit samples. Samples are repeated to reach the rate: it is no test of sound."""
        out = array.array("h")
        for frame in self.frames(microphones, seconds):
            out.extend([max(-32767, min(32767, round(8000 * x))) for x in frame] * (rate // RATE))
        return out.tobytes()

    def meeting(self):
        """PCM of the six channels of a ReSpeaker at rest: two others beside its four microphones."""
        self.speech()
        source = self.made("respeaker", lambda path: self.run(
            "csl-simulate -q --sessions 1 --t60 0 --array respeaker4 --angular-speed 0.001 --seed 5 --speech long.wav "
            f"--wav {path.name} --out {path.name}.h5"))
        _, samples = floats_of(source / "000000.wav")
        out = array.array("h")
        for i in range(0, 4 * 4 * RATE, 4):
            four = [max(-32767, min(32767, round(8000 * x))) for x in samples[i : i + 4]]
            out.extend([four[0] // 2, *four, 0])
        return out.tobytes()

    def room(self, path):
        """Room responses of a tetrahedron at one orientation, as SOFA (.sofa) or WAV."""
        self.run(f"csl-simulate -q --array tetra4 --t60 0.2 --source-position 3.2,2.5,2.4 --rir {path}")

    def lab(self, folder):
        """A table of two rooms and two places, which are one set of responses."""
        folder.mkdir(parents=True, exist_ok=True)
        self.room(folder.resolve() / "a.wav")
        entries = [{"file": "a.wav", "room": room, "source": source, "azimuth_deg": 22.6, "elevation_deg": 17.1}
                   for room in ("dry", "open") for source in ("A1", "B1")]
        (folder / "responses.json").write_text(json.dumps({"format": "csl-room-responses", "measurements": entries}))

    def tapped(self, microphones, folder):
        """rec.wav and imu.csv with five taps at the start and at the end."""
        source = self.recording(microphones)
        head, samples = floats_of(source / "000000.wav")
        lines = (source / "000000.imu.csv").read_text().splitlines()
        for tap_s in TAPS_S:
            row = 1 + round(100 * tap_s)
            cells = lines[row].split(",")
            cells[4:7] = [str(float(cell) + 60.0) for cell in cells[4:7]]
            lines[row] = ",".join(cells)
            first = round(tap_s * RATE) * microphones
            for i in range(first, first + 32 * microphones):
                samples[i] = 0.9 if (i // microphones) % 2 else -0.9
        (folder / "rec.wav").write_bytes(head + samples.tobytes())
        (folder / "imu.csv").write_text("\n".join(lines) + "\n")

    def give(self, name, folder, microphones):
        """Puts the file `name` into `folder`, of an array of so many microphones."""
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        recording = self.recording(microphones)
        copied = {"imu.csv": recording / "000000.imu.csv", "pose.csv": recording / "000000.pose.csv",
                  "session.pose.csv": recording / "000000.pose.csv", "rec.wav": recording / "000000.wav",
                  "new.wav": recording / "000000.wav", "new.csv": recording / "000000.imu.csv"}
        makers = {"model.h5": self.model, "old.h5": self.model, "first.model.h5": self.model,
                  "room.features.h5": self.features, "run/model-1.h5": self.model,
                  "train.features.h5": self.features, "test.features.h5": self.features,
                  "test-set/part-1.features.h5": self.features, "test-set/part-2.features.h5": self.features,
                  "part-1.h5": self.features, "sessions.h5": lambda m: self.folder / f"recording{m}.h5",
                  "set/part-0001.features.h5": self.features, "set/part-0002.features.h5": self.features,
                  "estimates.h5": self.estimates, "lab.sofa": self.sofa, "head.sofa": self.sofa}
        makers["device/model.h5"], makers["new.estimates.h5"] = self.model, self.estimates
        if name in copied:
            shutil.copy(copied[name], target)
        elif name.endswith(".sessions.h5"):
            shutil.copy(self.folder / f"recording{microphones}.h5", target)
        elif name in makers:
            shutil.copy(makers[name](microphones), target)
        elif name == "places.csv":
            truth = (recording / "000000.truth.csv").read_text().splitlines()[1].split(",")
            rows = [f"{start},{start + 2.5},{','.join(truth[3:6])}" for start in range(1, 19, 3)]
            target.write_text("\n".join(["start_s,end_s,x,y,z", *rows]) + "\n")
        elif name == "lab/":
            self.lab(target)
        elif name == "room.sofa":
            self.room(target.resolve())
        elif name.endswith("/"):
            for number in (1, 2):
                bursts(target / f"{number}.wav", 1.5, number)
        elif name == "taps":
            self.tapped(microphones, folder)
        elif name == "recording.wav":
            with wave.open(str(target), "wb") as file:
                file.setparams((microphones, 2, RATE, 0, "NONE", ""))
                file.writeframes(self.pcm(microphones, 2.0))
        elif name == "meeting.raw":
            target.write_bytes(self.meeting())
        elif name == "meeting.wav":
            with wave.open(str(target), "wb") as file:
                file.setparams((6, 2, RATE, 0, "NONE", ""))
                file.writeframes(self.meeting())
        elif name == "session.f32":
            target.write_bytes(b"".join(array.array("f", frame).tobytes() for frame in self.frames(microphones, 2.04)))
        elif name == "microphones.raw":  # what the substitute of arecord plays
            target.write_bytes(self.pcm(microphones, 2.0, 48000))
        else:
            raise SystemExit(f"no maker of {name}")
