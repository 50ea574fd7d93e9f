#include <unistd.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "captured_stream.h"
#include "core/errors.h"
#include "core/log.h"
#include "temporary_folder.h"

namespace {

/// What one message of each kind leaves on stderr.
std::string all_kinds(core::LogOptions options) {
  const test::CapturedStream errors(STDERR_FILENO);
  options.program = "csl-test";
  core::configure_log(options);
  core::log_info("{} files", 3);
  core::log_warning("a \"quoted\" word");
  core::log_detail("detail");
  core::configure_log({});
  return errors.text();
}

core::LogOptions at_level(core::LogLevel level) {
  core::LogOptions options;
  options.level = level;
  return options;
}

core::LogOptions json_lines() {
  core::LogOptions options;
  options.format = core::LogFormat::kJsonLines;
  return options;
}

core::LogOptions quiet_with_file(const std::filesystem::path& file) {
  core::LogOptions options = at_level(core::LogLevel::kQuiet);
  options.file = file;
  return options;
}

}  // namespace

TEST_CASE("the level decides which messages are on stderr") {
  const std::string info = "csl-test: 3 files\n";
  const std::string warning = "csl-test: warning: a \"quoted\" word\n";
  CHECK(all_kinds(at_level(core::LogLevel::kQuiet)) == warning);
  CHECK(all_kinds(at_level(core::LogLevel::kNormal)) == info + warning);
  CHECK(all_kinds(at_level(core::LogLevel::kVerbose)) == info + warning + "csl-test: detail\n");
}

TEST_CASE("JSON lines hold program, kind, message and time, also for bytes that are not UTF-8") {
  const std::string text = all_kinds(json_lines());
  const nlohmann::json line = nlohmann::json::parse(text.substr(text.find('\n') + 1));
  CHECK(line["program"] == "csl-test");
  CHECK(line["kind"] == "warning");
  CHECK(line["message"] == "a \"quoted\" word");
  CHECK(line["time"].get<double>() > 1e9);
  const test::CapturedStream errors(STDERR_FILENO);
  core::configure_log(json_lines());
  CHECK_NOTHROW(core::log_warning("{}", "\xFF"));
  core::configure_log({});
}

TEST_CASE("the log file gets every message, also those before it was opened") {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "log", "old\n");
  const test::CapturedStream errors(STDERR_FILENO);
  core::configure_log(quiet_with_file(folder / "log"));
  core::log_detail("first");
  CHECK(test::file_bytes(folder / "log") == "old\n");
  core::open_log_file();
  core::log_info("second");
  core::configure_log({});
  const std::string text = test::file_bytes(folder / "log");
  CHECK(text.find("old\n") == 0);
  CHECK(text.find("first") < text.find("second"));
  CHECK(text.find("second") != std::string::npos);
  CHECK(errors.text().empty());
}

TEST_CASE("a log file that cannot be written is an error at once; a disk that fills is a warning") {
  const test::TemporaryFolder folder;
  const test::CapturedStream errors(STDERR_FILENO);
  core::configure_log(quiet_with_file(folder / "missing/log"));
  CHECK_THROWS_AS(core::open_log_file(), core::IoError);
  core::configure_log(quiet_with_file("/dev/full"));
  core::open_log_file();
  core::log_info("lost");
  core::log_info("lost, too");
  core::configure_log({});
  const std::string text = errors.text();
  CHECK(text.find("log file") != std::string::npos);
  CHECK(text.find("log file") == text.rfind("log file"));
}
