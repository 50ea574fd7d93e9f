"""`cmake --install` with DESTDIR, and a project outside that uses the installed library by CMake and by pkg-config.

usage: check_install.py SOURCE BUILD   (the root of the repository, its build)
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "docs"))

from small_files import SmallFiles  # noqa: E402

EXPECTED = ["bin/csl-train", "include/csl/core/errors.h", "lib/cmake/Csl/CslConfig.cmake", "lib/pkgconfig/csl.pc",
            "share/bash-completion/completions/csl-train", "share/fish/vendor_completions.d/csl-train.fish",
            "share/csl/view/csl-view.html", "share/doc/libcsl-dev/examples/consumer/CMakeLists.txt",
            "share/doc/csl/README.md", "share/doc/csl/docs/use/tools.md"]


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        raise SystemExit(f"{command}: exit {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def install(build, folder):
    """Installs below DESTDIR and moves the tree: nothing in it may name the place that it was built for."""
    run(["cmake", "--install", str(build), "--prefix", "/usr"], env={**os.environ, "DESTDIR": str(folder / "stage")})
    assert os.listdir(folder / "stage") == ["usr"], os.listdir(folder / "stage")
    (folder / "stage/usr").rename(folder / "prefix")
    for name in EXPECTED:
        if not (folder / "prefix" / name).is_file():
            raise SystemExit(f"not installed: {name}")
    for text in [*(folder / "prefix/lib").rglob("*.cmake"), folder / "prefix/lib/pkgconfig/csl.pc"]:
        for place in (str(build), str(folder)):
            if place in text.read_text():
                raise SystemExit(f"{text.name} names {place}")
    return folder / "prefix"


def consumer_by_cmake(prefix, folder):
    run(["cmake", "-S", str(HERE.parent / "consumer"), "-B", str(folder / "cmake"), f"-DCMAKE_PREFIX_PATH={prefix}"])
    run(["cmake", "--build", str(folder / "cmake")])
    return folder / "cmake/consumer"


def consumer_by_pkg_config(prefix, folder):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    flags = run(["pkg-config", "--cflags", "--libs", "csl"], env=environment)
    out = folder / "by-pkg-config"
    run(["bash", "-c", f"c++ {HERE.parent}/consumer/consumer.cpp {flags.strip()} -o {out}"])
    return out


def main(build):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        prefix = install(build, folder)
        small = SmallFiles(prefix / "bin", folder / "small")
        files = [small.folder / small.model(4).name, small.folder / "features4.h5"]
        said = [run([str(make(prefix, folder)), *map(str, files)]) for make in (consumer_by_cmake, consumer_by_pkg_config)]
        print(*said)
        assert said[0] == said[1] and len(said[0].split()) == 3, said
        assert abs(sum(float(x) ** 2 for x in said[0].split()) - 1.0) < 0.01, said


if __name__ == "__main__":
    main(Path(sys.argv[2]).resolve())
