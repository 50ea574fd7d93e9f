#include <catch2/catch.hpp>

#include "commands/output_plan.h"
#include "core/errors.h"
#include "core/log.h"
#include "temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

/// A folder with the file "in" and other names of it.
struct Files {
  test::TemporaryFolder folder;
  Files() {
    test::write_bytes(folder / "in", "input");
    fs::create_symlink(folder / "in", folder / "link");
    fs::create_hard_link(folder / "in", folder / "twin");
    fs::create_directories(folder / "sub");
    fs::create_directory_symlink(folder.path(), folder / "again");
  }
  fs::path operator/(const std::string& name) const { return folder / name; }
};

commands::OutputPlan plan() { return commands::OutputPlan({}); }

}  // namespace

TEST_CASE("no folder goes to standard output") {
  const auto writes = [](const std::string&) { return true; };
  CHECK_THROWS_WITH(plan().folder("--out", "-", writes), Contains("expected a folder"));
}

TEST_CASE("an output is never an input, whatever the path to it") {
  const Files files;
  for (const char* name : {"in", "link", "twin", "sub/../in", "again/in", "./in"}) {
    INFO(name);
    CHECK_THROWS_WITH(plan().input("--in", files / "in").output("--svg", files / name).check(),
                      Contains("--svg") && Contains("--in") && Contains("also an input"));
    CHECK_THROWS_AS(plan().input("--in", files / name).output("--svg", files / "in").check(),
                    core::UsageError);
  }
  CHECK(test::file_bytes(files / "in") == "input");
}

TEST_CASE("two outputs are never one file, even if it does not exist yet") {
  const Files files;
  for (const char* name : {"new", "sub/../new", "again/new"}) {
    INFO(name);
    CHECK_THROWS_WITH(plan().output("--csv", files / "new").output("--jsonl", files / name).check(),
                      Contains("--csv") && Contains("--jsonl") && Contains("also an output"));
  }
  CHECK_NOTHROW(plan().output("--csv", files / "new").output("--jsonl", files / "sub/new").check());
}

TEST_CASE("files that are written into a folder never overwrite an input or another output") {
  const Files files;
  const auto writes = [](const std::string& name) { return name == "in" || name == "report.json"; };
  CHECK_THROWS_WITH(
      plan().input("--in", files / "in").folder("--report", files / "again", writes).check(),
      Contains("--report") && Contains("--in"));
  CHECK_THROWS_WITH(plan()
                        .output("--out", files / "report.json")
                        .folder("--report", files.folder.path(), writes)
                        .check(),
                    Contains("--report") && Contains("--out"));
  CHECK_THROWS_AS(plan().input("--in", files / "in").folder("--wav", files / "in", writes).check(),
                  core::UsageError);
  CHECK_NOTHROW(plan()
                    .input("--in", files / "in")
                    .output("--out", files / "out")
                    .folder("--report", files / "sub", writes)
                    .check());
}

TEST_CASE("the log file counts as an output and the --config file as an input") {
  const Files files;
  commands::CommonOptions common;
  common.log_file = files / "in";
  CHECK_THROWS_WITH(commands::OutputPlan(common).input("--in", files / "in").check(),
                    Contains("--log-file") && Contains("--in"));
  common.config = files / "link";
  CHECK_THROWS_WITH(commands::OutputPlan(common).check(),
                    Contains("--log-file") && Contains("--config"));
  CHECK(test::file_bytes(files / "in") == "input");
}

TEST_CASE("a stream is an output of text only, and standard output takes one") {
  const Files files;
  fs::create_symlink("/dev/null", files / "null");
  for (const fs::path& stream : {fs::path("/dev/null"), files / "null", fs::path("-")}) {
    INFO(stream);
    CHECK_THROWS_WITH(plan().output("--out", stream), Contains("--out"));
    CHECK_NOTHROW(plan().text_output("--csv", stream).check());
  }
  CHECK_THROWS_WITH(plan().text_output("--csv", "-").text_output("--jsonl", "-").check(),
                    Contains("--csv") && Contains("--jsonl") && Contains("standard output"));
  commands::CommonOptions common;
  common.log_file = "-";
  CHECK_THROWS_AS(commands::OutputPlan(common), core::UsageError);
}

TEST_CASE("an output behind a link that leads nowhere yet is the file that it leads to") {
  const Files files;
  fs::create_symlink("new", files / "dangling");
  CHECK_THROWS_AS(
      plan().output("--csv", files / "dangling").output("--jsonl", files / "new").check(),
      core::UsageError);
}

TEST_CASE("leftovers of killed programs beside outputs and in their folders are removed") {
  const Files files;
  const std::string random = ".tmp.0123456789abcdef";
  for (const std::string& name : {"out" + random, "sub/report.json" + random, "other" + random}) {
    test::write_bytes(files / name, "half");
  }
  const auto writes = [](const std::string& name) { return name == "report.json"; };
  plan().output("--out", files / "out").folder("--report", files / "sub", writes).check();
  CHECK_FALSE(fs::exists(files / ("out" + random)));
  CHECK_FALSE(fs::exists(files / ("sub/report.json" + random)));
  CHECK(fs::exists(files / ("other" + random)));
}

TEST_CASE("outputs are checked before any work, and leave nothing behind") {
  const Files files;
  const std::size_t before = files.folder.files();
  CHECK_THROWS_AS(plan().output("--out", files / "no/out").check(), core::IoError);
  CHECK_NOTHROW(plan().output("--out", files / "out").output("--svg", "").check());
  CHECK_NOTHROW(
      plan().text_output("--csv", "/dev/null").text_output("--jsonl", "/dev/null").check());
  CHECK_NOTHROW(plan().input("--motion", "free").output("--out", files / "out").check());
  CHECK(files.folder.files() == before);
}
