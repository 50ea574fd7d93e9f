#include <catch2/catch.hpp>

#include "core/progress.h"
#include "core/provenance.h"

TEST_CASE("history grows from step to step without repeating a common ancestor") {
  const core::Provenance simulated = core::make_provenance("csl-simulate", {{"sessions", 4}}, 1);
  core::Provenance features = core::make_provenance("csl-features", {{"hop_ms", 10}}, 0);
  core::append_history(features, simulated);
  core::Provenance model = core::make_provenance("csl-train", {{"steps", 5}}, 2);
  core::append_history(model, features);
  core::Provenance estimates = core::make_provenance("csl-infer", {}, 0);
  core::append_history(estimates, model);
  core::append_history(estimates, features);
  REQUIRE(estimates.history.size() == 3);
  CHECK(estimates.history[0]["tool"] == "csl-simulate");
  CHECK(estimates.history[1]["tool"] == "csl-features");
  CHECK(estimates.history[2]["options"]["steps"] == 5);
}

TEST_CASE("durations of a history are written like a clock") {
  CHECK(core::format_duration(58.4) == "0:58");
  CHECK(core::format_duration(723) == "12:03");
  CHECK(core::format_duration(3723) == "1:02:03");
  CHECK(core::format_duration(-1) == "0:00");
}
