// What surrounds a tool fails: its streams, limits, names, and files that are no files.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <iomanip>

#include "core/random.h"
#include "io/audio.h"
#include "run_tool.h"

namespace {

namespace fs = std::filesystem;

/// A tiny sessions file and its features, made once; @ in a command is its folder.
struct Bench {
  test::TemporaryFolder folder;
  std::string features;  ///< bytes of the features

  Bench() {
    core::RandomStream random(17, core::Purpose::kTest);
    std::vector<float> samples(9600);
    for (float& x : samples) x = static_cast<float>(0.1 * random.normal());
    io::write_wav(folder / "noise.wav", samples, 1, 16000.0);
    samples.assign(9600, 0.0F);
    samples[4800] = 3e38F;
    io::write_wav(folder / "loud.wav", samples, 1, 16000.0);
    REQUIRE(run("csl-simulate --speech @/noise.wav --sessions 2 --t60 0 --wav @/walk --out @/s.h5")
                .exit_code == 0);
    REQUIRE(run("csl-features --in @/s.h5 --out @/f.h5").exit_code == 0);
    features = test::file_bytes(folder / "f.h5");
    REQUIRE(run("mkfifo @/fifo; ln -s /dev/null @/null").exit_code == 0);
  }

  test::Outcome run(std::string command) const {
    for (std::size_t i = 0; (i = command.find('@', i)) != std::string::npos;) {
      command.replace(i, 1, folder.path().string());
    }
    return test::run(command);
  }
};

const Bench& bench() {
  static const Bench instance;
  return instance;
}

bool says(const test::Outcome& outcome, const std::string& text) {
  return outcome.errors.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("messages that cannot be written change neither the result nor the exit code") {
  const std::string command = "csl-features -v --in @/s.h5 --out @/quiet.h5 ";
  for (const char* lost : {"2>/dev/full", "2>&-", "<&- 2>&-", "<&- >&- 2>&-"}) {
    INFO(lost);
    fs::remove(bench().folder / "quiet.h5");
    CHECK(bench().run(command + lost).exit_code == 0);
    CHECK((test::file_bytes(bench().folder / "quiet.h5") == bench().features));
    CHECK(bench()
              .run(std::string("csl-features --in @/none.h5 --out @/quiet.h5 ") + lost)
              .exit_code == 3);
    CHECK(bench().run(std::string("csl-features --no-such-option ") + lost).exit_code == 2);
  }
  CHECK(bench().run("csl-check @/s.h5 >&-").exit_code == 4);
}

TEST_CASE("few file descriptors, little memory and few threads: the same bytes, or a named error") {
  std::size_t named = 0;
  std::vector<std::string> limits;
  for (int files = 4; files <= 20; ++files) limits.push_back("-n " + std::to_string(files));
  for (const int megabytes : {100, 150, 200, 300, 1000}) {
    limits.push_back("-v " + std::to_string(1024 * megabytes));
  }
  for (const std::string& limit : limits) {
    const std::size_t before = bench().folder.files();
    fs::remove(bench().folder / "limited.h5");
    const test::Outcome outcome =
        bench().run("ulimit " + limit +
                    "; exec timeout 30 csl-features --threads 64 --in @/s.h5 --out @/limited.h5");
    INFO(limit << "\n" << outcome.errors);
    if (outcome.exit_code == 0) {
      CHECK((test::file_bytes(bench().folder / "limited.h5") == bench().features));
    } else {
      ++named;
      // 127: the loader itself had too little. 124: HDF5 keeps its lock if memory ends inside it in
      // one thread, and another one waits for ever; a known fault, only with little memory.
      const bool waits = outcome.exit_code == 124 && limit.starts_with("-v");
      CHECK(
          (outcome.exit_code == 3 || outcome.exit_code == 4 || outcome.exit_code == 127 || waits));
      if (!waits) CHECK(bench().folder.files() <= before);
    }
  }
  CHECK(named > 0);
  const test::Outcome threads = bench().run(
      "ulimit -v 1048576; exec timeout 60 csl-features --threads 256 --in @/s.h5 --out "
      "@/limited.h5");
  CHECK(says(threads, "256 threads could be started"));
  // The stacks of those that did start may leave too little memory for the work: a named error.
  CHECK((threads.exit_code == 0 || threads.exit_code == 4));
  if (threads.exit_code == 4) CHECK(says(threads, "out of memory"));
}

TEST_CASE("a file that outgrows its limit is an error, and the signal of the limit kills nothing") {
  for (const int kilobytes : {1, 16, 64}) {
    const test::Outcome outcome =
        bench().run("mkdir -p @/small; ulimit -f " + std::to_string(kilobytes) +
                    "; exec csl-features --in @/s.h5 --out @/small/f.h5");
    INFO(outcome.errors);
    CHECK(outcome.exit_code == 4);
    CHECK(fs::is_empty(bench().folder / "small"));
  }
}

TEST_CASE("only files are replaced: a FIFO or a device as --out is refused") {
  for (const char* out : {"@/fifo", "@/null", "-"}) {
    const test::Outcome outcome =
        bench().run(std::string("cd @; timeout 20 csl-features --in @/s.h5 --out ") + out);
    INFO(out << "\n" << outcome.errors);
    CHECK(outcome.exit_code == 2);
    CHECK(says(outcome, "--out"));
  }
  CHECK(fs::is_fifo(bench().folder / "fifo"));
  CHECK_FALSE(fs::exists(bench().folder / "-"));
}

TEST_CASE("FIFOs and devices as inputs are refused at once") {
  const std::string import = "csl-import --audio @/walk/000000.wav --out @/new.h5 ";
  for (const std::string& command :
       {std::string("csl-features --in @/fifo --out @/new.h5"), std::string("csl-check @/fifo"),
        std::string("csl-check /dev/zero"), import + "--pose @/fifo", import + "--pose /dev/zero",
        import + "--imu @/fifo", import + "--pose @/walk/000000.pose.csv --intervals @/fifo",
        std::string("csl-import --audio @/fifo --pose @/walk/000000.pose.csv --out @/new.h5"),
        std::string("csl-simulate --speech @/fifo --sessions 1 --out @/new.h5"),
        std::string("csl-simulate --speech @/noise.wav --sessions 1 --array @/fifo.json --out "
                    "@/new.h5"),
        std::string(
            "csl-simulate --speech @/noise.wav --sessions 1 --motion @/fifo --out @/new.h5"),
        std::string("csl-infer --model @/fifo --in @/f.h5 --out @/new.h5")}) {
    const test::Outcome outcome = bench().run("timeout 20 " + command);
    INFO(command << "\n" << outcome.errors << outcome.output);
    CHECK((outcome.exit_code == 3 || outcome.exit_code == 2));
    CHECK_FALSE(fs::exists(bench().folder / "new.h5"));
  }
  CHECK(bench().run("timeout 20 csl-check --config @/fifo @/s.h5").exit_code == 2);
  CHECK(bench().run("timeout 20 csl-check --config /dev/zero @/s.h5").exit_code == 2);
}

TEST_CASE("keys of a --config file that are no options are refused, with the name that was meant") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"sesions = 3\n", "sessions"},
      {"[simulate]\nsessions = 3\n", "section"},
      {"a.sessions = 3\n", "section"},
      {"sessions = 3\nt60 = \"0\"\nsessions = 4\n", "twice"},
      {"out = \"a#b.h5\"\n", "#"},
      {"zz\n", "KEY = VALUE"},
      {"[" + std::string(200'000, 'a') + "]\n", "characters"},
      {std::string((1 << 20) + 1, '\n'), "bytes"}};
  for (const auto& [text, message] : cases) {
    test::write_bytes(bench().folder / "options.toml", text);
    const test::Outcome outcome =
        bench().run("csl-simulate --config @/options.toml --speech @/noise.wav --out @/new.h5");
    INFO(text.substr(0, 80) << "\n" << outcome.errors);
    CHECK(outcome.exit_code == 2);
    CHECK(says(outcome, message));
    CHECK_FALSE(fs::exists(bench().folder / "new.h5"));
  }
  test::write_bytes(
      bench().folder / "options.toml",
      "# of a test\n\nsessions = 1  # one\nt60 = \"0\"\nroom = [4, 4, 4]\nquiet = true\n");
  CHECK(bench()
            .run("csl-simulate --config @/options.toml --speech @/noise.wav --out @/new.h5")
            .exit_code == 0);
  fs::remove(bench().folder / "new.h5");
}

TEST_CASE("whole numbers are decimal, and neither negative nor too large for their option") {
  const std::string simulate =
      "csl-simulate -q --speech @/noise.wav --t60 0 --sessions 1 --out @/new.h5 ";
  for (const char* bad : {"--seed -1", "--seed 18446744073709551616", "--seed 0x10", "--seed 1.5",
                          "--threads 99999999999", "--max-order -3"}) {
    const test::Outcome outcome = bench().run(simulate + bad);
    INFO(bad << "\n" << outcome.errors);
    CHECK(outcome.exit_code == 2);
  }
  CHECK(bench().run(simulate + "--seed 18446744073709551615").exit_code == 0);
  REQUIRE(bench().run(simulate + "--seed 010").exit_code == 0);  // ten, not eight
  const std::string ten = test::file_bytes(bench().folder / "new.h5");
  REQUIRE(bench().run(simulate + "--seed 10").exit_code == 0);
  CHECK((test::file_bytes(bench().folder / "new.h5") == ten));
  fs::remove(bench().folder / "new.h5");
}

TEST_CASE("no file name commands the terminal, and names that are not UTF-8 work") {
  const std::string escape = "$'@/\\x1b]0;title\\x07.h5'";
  const std::string bytes = "$'@/\\xff\\xfe.wav'";
  for (const std::string& command :
       {"csl-check " + escape, "csl-features --in " + escape + " --out @/new.h5",
        "csl-features --log jsonl --in " + escape + " --out @/new.h5",
        "csl-check --no-such-option" + escape.substr(0, 2) + "\\x1b[31m'",
        "cp @/s.h5 " + escape + "; csl-check " + escape + "; rm " + escape}) {
    const test::Outcome outcome = bench().run("exec bash -c \"" + command + "\"");
    INFO(command);
    CHECK(outcome.errors.find('\x1b') == std::string::npos);
    CHECK(outcome.output.find('\x1b') == std::string::npos);
    CHECK(outcome.errors.size() + outcome.output.size() > 10);
  }
  const test::Outcome odd =
      bench().run("exec bash -c \"cp @/noise.wav " + bytes + "; csl-simulate --speech " + bytes +
                  " --sessions 2 --t60 0 --out @/odd.h5 && csl-features --in @/odd.h5 --out "
                  "@/odd.features.h5 && "
                  "csl-check @/odd.h5 @/odd.features.h5\"");
  INFO(odd.errors);
  CHECK(odd.exit_code == 0);
}

TEST_CASE("sound that no later tool would accept is refused, not written") {
  const test::Outcome outcome =
      bench().run("csl-simulate --speech @/loud.wav --sessions 1 --t60 0 --out @/new.h5");
  CHECK(outcome.exit_code == 3);
  CHECK(says(outcome, "loud.wav"));
  CHECK_FALSE(fs::exists(bench().folder / "new.h5"));
}

TEST_CASE("what a killed run leaves is removed by the next one") {
  const fs::path leftover = bench().folder / "next.h5.tmp.0123456789abcdef";
  test::write_bytes(leftover, "half");
  CHECK(bench().run("csl-features --in @/s.h5 --out @/next.h5").exit_code == 0);
  CHECK_FALSE(fs::exists(leftover));
}

TEST_CASE("programs with equal process ids that write one output: one wins whole") {
  if (bench().run("unshare -pf true").exit_code != 0) {
    WARN("no right to make process name spaces: not tested");
    return;
  }
  const std::string one = "unshare -pf csl-features -q --in @/s.h5 --out @/race.h5";
  for (int race = 0; race < 10; ++race) {
    const test::Outcome outcome =
        bench().run(one + " & " + one + "; first=$?; wait $! && exit $first");
    INFO(outcome.errors);
    CHECK(outcome.exit_code == 0);
    CHECK((test::file_bytes(bench().folder / "race.h5") == bench().features));
  }
}

namespace {

/// Runs a tool. @return  its largest resident memory, KiB
long peak_kib(const std::string& command) {
  const test::Outcome outcome = bench().run(
      "python3 -c 'import resource, subprocess, sys\n"
      "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
      "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' " +
      command);
  INFO(command << ": " << outcome.errors);
  REQUIRE(outcome.exit_code == 0);
  return std::stol(outcome.output);
}

/// A recording of two microphones, noise in bursts, and the motion of the device.
void write_recording(const std::string& name, int seconds) {
  core::RandomStream random(18, core::Purpose::kTest);
  const std::size_t count = static_cast<std::size_t>(seconds) * 16000;
  std::vector<float> samples(2 * count);
  for (std::size_t i = 1; i < count; ++i) {
    const double level = i / 16000 % 4 == 0 ? 0.1 : 1e-4;
    samples[2 * i] = static_cast<float>(level * random.normal());
    samples[2 * i + 1] = samples[2 * (i - 1)] + static_cast<float>(0.1 * level * random.normal());
  }
  io::write_wav(bench().folder / (name + ".wav"), samples, 2, 16000.0);
  std::ofstream pose(bench().folder / (name + ".csv"));
  pose << "time_s,qw,qx,qy,qz\n" << std::setprecision(15);
  for (int i = 0; i <= 10 * seconds; ++i) {
    const double half = 0.05 * i, other = 0.4 * std::sin(0.07 * i);
    pose << 0.1 * i << "," << std::cos(half) * std::cos(other) << ","
         << std::cos(half) * std::sin(other) << "," << std::sin(half) * std::sin(other) << ","
         << std::sin(half) * std::cos(other) << "\n";
  }
}

/// Eight times the length of one session takes at most 16 MiB more memory: the motion, and HDF5's
/// caches of one chunk for each column. The samples alone would take 70 MB, their spectra 190 MB.
void check_growth(const std::string& command) {
  const auto peak = [&](const std::string& name) {
    std::string whole = command;
    for (std::size_t i = 0; (i = whole.find("NAME", i)) != std::string::npos;) {
      whole.replace(i, 4, name);
    }
    return static_cast<double>(peak_kib(whole));
  };
  const double brief = peak("short");
  const double whole = peak("long");
  INFO(command << ": " << brief << " and " << whole << " KiB");
  CHECK(whole < brief + 16.0 * 1024.0);
}

}  // namespace

TEST_CASE(
    "the memory of csl-import, csl-features and csl-check does not grow with one long session") {
  write_recording("short", 80);
  write_recording("long", 640);
  check_growth(
      "csl-import --threads 2 -q --intervals whole --audio @/NAME.wav --pose @/NAME.csv --out "
      "@/NAME.s.h5");
  check_growth("csl-features --threads 2 -q --in @/NAME.s.h5 --out @/NAME.f.h5");
  check_growth("csl-check -q @/NAME.s.h5 @/NAME.f.h5");
  for (const char* name : {"long.wav", "long.s.h5", "long.f.h5"}) fs::remove(bench().folder / name);
}
