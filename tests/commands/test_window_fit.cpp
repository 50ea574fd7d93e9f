#include <catch2/catch.hpp>

#include "captured_stream.h"
#include "commands/window_fit.h"
#include "core/errors.h"

TEST_CASE("a window length that fits into no session is said") {
  const auto lengths = std::vector{doa::WindowLength::parse("0.5"), doa::WindowLength::parse("500")};
  commands::WindowFit fit(lengths);
  session::Info info;
  info.duration_s = 3.25;
  fit.add(info, {});
  CHECK_THROWS_WITH(fit.check(), Catch::Contains("--window 0.5,500: no session is so long") &&
                                     Catch::Contains("3.25 s"));
  session::Estimate estimate;
  estimate.window = 0;
  fit.add(info, std::vector<session::Estimate>{estimate});
  const test::CapturedStream errors(STDERR_FILENO);
  fit.check();
  CHECK_THAT(errors.text(), Catch::Contains("--window 500: no session is so long"));
  CHECK_THAT(errors.text(), !Catch::Contains("0.5"));
}
