#include <catch2/catch.hpp>

#include "commands/device/step_log.h"
#include "temporary_folder.h"

TEST_CASE("a step is done while all its files exist and nothing that it depends on has changed") {
  const test::TemporaryFolder folder;
  const auto write = [&](const char* name, const char* text) {
    test::write_bytes(folder / name, text);
  };
  write("in.wav", "sound");
  const auto key = [&](int steps) {
    return commands::device::StepLog::key({{"steps", steps}}, {folder / "in.wav"});
  };
  const std::vector<std::filesystem::path> outputs{folder / "steps/a.h5", folder / "a.sofa"};
  std::filesystem::create_directories(folder / "steps");
  commands::device::StepLog log(folder / "steps/steps.json");
  CHECK_FALSE(log.done(outputs, key(3)));
  write("steps/a.h5", "a");
  write("a.sofa", "a");
  log.add(outputs, key(3));
  CHECK(log.done(outputs, key(3)));
  CHECK_FALSE(log.done(outputs, key(4)));
  // The next run reads what this one noted; files of one name in two folders are two files.
  const commands::device::StepLog next(folder / "steps/steps.json");
  CHECK(next.done(outputs, key(3)));
  write("a.h5", "a");
  CHECK_FALSE(next.done({folder / "a.h5"}, key(3)));
  const std::string before = key(3);
  write("in.wav", "other sound");
  CHECK(key(3) != before);
  std::filesystem::remove(folder / "a.sofa");
  CHECK_FALSE(next.done(outputs, before));
  write("steps/steps.json", "{ damaged");
  CHECK_FALSE(
      commands::device::StepLog(folder / "steps/steps.json").done({folder / "steps/a.h5"}, before));
}
