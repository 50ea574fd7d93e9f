#include <catch2/catch.hpp>

#include "core/quantile.h"

TEST_CASE("a quantile is an element of the list") {
  const std::vector<double> values = {4.0, 1.0, 3.0, 2.0};
  CHECK(core::quantile(values, 0.0) == 1.0);
  CHECK(core::quantile(values, 0.24) == 1.0);
  CHECK(core::quantile(values, 0.25) == 2.0);
  CHECK(core::quantile(values, 0.99) == 4.0);
  CHECK(core::quantile(values, 1.0) == 4.0);
  CHECK(core::quantile({}, 0.5) == 0.0);
}

TEST_CASE("the median is the middle element, or the higher one of two") {
  CHECK(core::median({5.0}) == 5.0);
  CHECK(core::median({2.0, 1.0}) == 2.0);
  CHECK(core::median({9.0, 1.0, 2.0}) == 2.0);
  CHECK(core::median({4.0, 1.0, 3.0, 2.0}) == 3.0);
}
