#include <catch2/catch.hpp>

#include "run_tool.h"
#include "temporary_folder.h"

TEST_CASE("a dry run says what would be done and writes nothing") {
  const test::TemporaryFolder folder;
  const std::string at = folder.path().string() + "/";
  const std::string sessions = "--in " + at + "s.h5 ", features = "--in " + at + "f.h5 ";
  const std::string model = at + "m.h5 ", out = "--out " + at + "new ";
  const auto made = [](const std::string& command) {
    const test::Outcome outcome = test::run(command);
    INFO(command << "\n" << outcome.errors);
    REQUIRE(outcome.exit_code == 0);
  };
  made("csl-simulate --speech synthetic --sessions 8 --t60 0 --out " + at + "s.h5");
  made("csl-features " + sessions + "--out " + at + "f.h5");
  made("csl-train " + features + "--hidden 64,32 --steps 250 --accept-doubtful --out " + model);
  const std::vector<std::string> commands = {
      "csl-simulate --speech synthetic --sessions 3 --t60 0 --wav " + at + "wav " + out,
      "csl-features " + sessions + out,
      "csl-train " + features + "--hidden 16 --steps 50 --history " + at + "h.jsonl --checkpoint " +
          at + "checkpoints " + out,
      "csl-infer --model " + model + features + out,
      "csl-eval --sessions " + at + "s.h5 --baselines lsdd --window 0.2 --stride 50 " + out,
  };
  for (const std::string& command : commands) {
    const std::size_t before = folder.files();
    const test::Outcome outcome = test::run(command + "--dry-run");
    INFO(command << "\n" << outcome.errors);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.output.find("would write") == 0);
    CHECK(outcome.output.find("\ntime ") != std::string::npos);
    CHECK(folder.files() == before);
  }
  CHECK(test::run("csl-train --in " + at + "none.h5 --dry-run " + out).exit_code == 3);
  CHECK(test::run("csl-infer --stream --array cube8 --dry-run < /dev/null").exit_code == 2);
  CHECK(test::run("csl-simulate --dry-run --rir " + at + "new.wav").exit_code == 2);

  // What was asked for is told, not passed over.
  const test::Outcome warned =
      test::run("csl-infer --model " + model + features + "--window 0.2,500 " + out);
  CHECK(warned.exit_code == 0);
  CHECK(warned.errors.find("--window 500: no session is so long") != std::string::npos);
  CHECK(test::run("csl-infer --model " + model + features + "--window 500 --out " + at + "x.h5")
            .exit_code == 3);
  CHECK(test::run("csl-eval --sessions " + at + "s.h5 --baselines lsdd --window 500 --out " + at +
                  "report")
            .exit_code == 3);
}
