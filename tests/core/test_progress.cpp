#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>

#include "captured_stream.h"
#include "core/log.h"
#include "core/progress.h"

namespace {

/// A pseudo terminal in place of stderr while the object exists.
class Terminal {
 public:
  Terminal() : screen_(::posix_openpt(O_RDWR | O_NOCTTY)), saved_(::dup(STDERR_FILENO)) {
    REQUIRE(screen_ >= 0);
    ::grantpt(screen_);
    ::unlockpt(screen_);
    const int terminal = ::open(::ptsname(screen_), O_RDWR | O_NOCTTY);
    REQUIRE(terminal >= 0);
    ::dup2(terminal, STDERR_FILENO);
    ::close(terminal);
    ::setenv("TERM", "xterm", 1);
    ::fcntl(screen_, F_SETFL, O_NONBLOCK);
  }
  ~Terminal() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::close(screen_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void set_columns(unsigned short columns) {
    const winsize size{24, columns, 0, 0};
    REQUIRE(::ioctl(screen_, TIOCSWINSZ, &size) == 0);
  }

  /// What was written since the last call.
  std::string text() {
    std::fflush(stderr);
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(screen_, buffer.data(), buffer.size());
    return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : "";
  }

 private:
  int screen_;
  int saved_;
};

void count_to(std::size_t items) {
  core::Progress progress("testing", items, "items");
  for (std::size_t i = 0; i < items; ++i) progress.advance();
}

}  // namespace

TEST_CASE("durations are written as minutes and seconds, with hours where there are any") {
  CHECK(core::format_duration(-3.0) == "0:00");
  CHECK(core::format_duration(58.4) == "0:58");
  CHECK(core::format_duration(723.0) == "12:03");
  CHECK(core::format_duration(3723.0) == "1:02:03");
}

TEST_CASE("without a terminal there is no progress bar") {
  const test::CapturedStream errors(STDERR_FILENO);
  core::configure_log({});
  count_to(10);
  CHECK(errors.text().empty());
}

TEST_CASE("on a terminal the bar fills and disappears; quiet and JSON lines have none") {
  Terminal terminal;
  core::configure_log({});
  {
    core::Progress progress("testing", 4, "items");
    CHECK(terminal.text().find("0/4 items") != std::string::npos);
    progress.note("loss 0.5");
    progress.advance(4);
    const std::string full = terminal.text();
    CHECK(full.find("4/4 items") != std::string::npos);
    CHECK(full.find("loss 0.5") != std::string::npos);
    CHECK(full.find(std::string(24, '#')) != std::string::npos);
  }
  CHECK(terminal.text() == "\r\033[K");
  {
    core::Progress progress("testing", 0, "items");
    CHECK(terminal.text().find('[') == std::string("\r\033").size());  // no bar: "[K" only
    core::log_info("a message");
    CHECK(terminal.text().find("\r\033[Kcsl: a message") == 0);
  }
  core::LogOptions quiet;
  quiet.level = core::LogLevel::kQuiet;
  core::LogOptions json_lines;
  json_lines.format = core::LogFormat::kJsonLines;
  for (const core::LogOptions& options : {quiet, json_lines}) {
    core::configure_log(options);
    count_to(10);
    CHECK(terminal.text().empty());
  }
  core::configure_log({});
}

TEST_CASE("the progress line fits into the terminal, also when its width changes") {
  Terminal terminal;
  core::configure_log({});
  ::setenv("NO_COLOR", "1", 1);
  {
    core::Progress progress("training", 100000, "steps");
    progress.note("loss 0.1234  1234 GFLOP/s");
    for (const std::size_t columns : {200U, 80U, 60U, 40U, 12U, 1U, 80U}) {
      terminal.text();
      terminal.set_columns(static_cast<unsigned short>(columns));
      // Redrawn at most ten times a second, but always at the end.
      progress.set_total(columns);
      progress.advance(0);
      ::usleep(120000);
      progress.advance(0);
      const std::string line = terminal.text();
      const std::size_t start = line.rfind("\r\033[K");
      REQUIRE(start != std::string::npos);
      INFO(columns << ": " << line.substr(start + 4));
      CHECK(line.size() - start - 4 < columns);
      CHECK((line.find('#') != std::string::npos || line.find("[---") != std::string::npos) ==
            (columns >= 60));
    }
  }
  ::unsetenv("NO_COLOR");
}
