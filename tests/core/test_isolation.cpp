#include <signal.h>

#include <catch2/catch.hpp>
#include <numeric>
#include <stdexcept>

#include "core/errors.h"
#include "core/isolation.h"

namespace {

std::vector<double> isolated(const std::function<std::vector<double>()>& work) {
  return core::run_isolated("file.h5", work);
}

}  // namespace

TEST_CASE("the numbers of a child process come back, also if a pipe cannot hold them at once") {
  CHECK(isolated([] { return std::vector<double>{}; }).empty());
  std::vector<double> many(100'000);
  std::iota(many.begin(), many.end(), 0.5);
  CHECK(isolated([&] { return many; }) == many);
}

TEST_CASE("the error of a child process comes back with its type and message") {
  using Catch::Matchers::Equals;
  const auto fail_with = [](const auto& error) {
    return [error]() -> std::vector<double> { throw error; };
  };
  CHECK_THROWS_AS(isolated(fail_with(core::UsageError("u"))), core::UsageError);
  CHECK_THROWS_AS(isolated(fail_with(core::InputError("i"))), core::InputError);
  CHECK_THROWS_AS(isolated(fail_with(core::IoError("io"))), core::IoError);
  CHECK_THROWS_AS(isolated(fail_with(core::DivergedError("d"))), core::DivergedError);
  CHECK_THROWS_AS(isolated(fail_with(core::Error(core::ExitCode::kStopped, "s"))), core::Error);
  CHECK_THROWS_WITH(isolated(fail_with(core::InputError("file.h5: bad"))), Equals("file.h5: bad"));
  CHECK_THROWS_AS(isolated(fail_with(std::logic_error("a fault"))), std::runtime_error);
}

TEST_CASE("a child process that dies is reported as a damaged file") {
  CHECK_THROWS_AS(isolated([]() -> std::vector<double> {
                    ::raise(SIGKILL);
                    return {};
                  }),
                  core::InputError);
}
