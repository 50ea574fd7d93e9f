#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "stage/markup_check.h"
#include "stage/svg_plot.h"
#include "stage/svg_scale.h"

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("linear ticks are round, inside the bounds and about as many as wanted") {
  for (const double scale : {1e-7, 0.3, 1.0, 42.0, 1e9}) {
    for (const double offset : {0.0, -0.7, 12.3}) {
      const double min = offset * scale, max = (offset + 1.0) * scale;
      const std::vector<double> ticks = stage::linear_ticks(min, max, 5);
      REQUIRE(ticks.size() >= 3);
      CHECK(ticks.size() <= 6);
      const double step = ticks[1] - ticks[0];
      const double leading = step / std::pow(10.0, std::floor(std::log10(step * 1.0001)));
      CHECK((leading == Approx(1.0) || leading == Approx(2.0) || leading == Approx(5.0)));
      CHECK(ticks.front() >= min - 1e-8 * scale);
      CHECK(ticks.back() <= max + 1e-8 * scale);
    }
  }
  CHECK_FALSE(std::signbit(stage::linear_ticks(-1e-13, 1.0, 4).front()));
}

TEST_CASE("log ticks are 1, 2, 5 or whole decades, whichever are few enough") {
  CHECK(stage::log_ticks(0.1, 10.0, 8).size() == 7);
  const std::vector<double> decades = stage::log_ticks(1e-6, 1e6, 13);
  CHECK(decades.size() == 13);
  CHECK(stage::log_ticks(1e-12, 1e12, 8).size() <= 8);
  CHECK(stage::log_ticks(2.1, 2.9, 5).size() >= 2);
}

TEST_CASE("a scale puts its bounds at the ends and values where they belong") {
  stage::SvgAxis axis;
  axis.scale = stage::Scale::kLog;
  axis.min = 0.1;
  axis.max = 1000.0;
  const stage::SvgScale log(axis, {}, 400.0);
  CHECK(log.position(0.1) == Approx(0.0).margin(1e-9));
  CHECK(log.position(10.0) == Approx(200.0));
  CHECK(log.position(1000.0) == Approx(400.0));
  CHECK_FALSE(log.drawable(0.0));
  CHECK_FALSE(log.drawable(std::nan("")));
  const stage::SvgScale amounts({}, {3.0, 10.0}, 100.0);
  CHECK(amounts.min() == 0.0);
  axis.max = 0.05;
  CHECK_THROWS_AS(stage::SvgScale(axis, {}, 100.0), core::UsageError);
  axis = {};
  axis.ticks = {1.0};
  CHECK_THROWS_AS(stage::SvgScale(axis, {}, 100.0), core::UsageError);
}

TEST_CASE("plots skip what cannot be drawn and are well-formed") {
  const double nan = std::nan("");
  const double inf = std::numeric_limits<double>::infinity();
  stage::SvgPlot plot;
  plot.title = "loss < 1 & \"more\"";
  plot.x.label = plot.y.label = "a > b";
  plot.y.scale = stage::Scale::kLog;
  plot.series.push_back({"one", {1, 2, 3, 4, 5, 6}, {1.0, nan, 0.0, 2.0, inf, 3.0}, {}, {}, 0});
  plot.series.push_back(
      {"two", {1, 2}, {1.0, 2.0}, {0.0, nan}, {2.0, nan}, 11, stage::Dash::kDotted});
  plot.bars.push_back({"bars", {0.0, 1.0, 2.0}, {1.0, 0.0}, 2});
  const std::string inline_svg = stage::render_svg(plot, false);
  const std::string file = stage::render_svg(plot, true);
  for (const std::string& svg :
       {inline_svg, file, stage::render_svg_grid({plot, plot, plot}, 2, true)}) {
    CHECK(stage_test::markup_fault(svg) == "");
    CHECK(count(svg, "nan") == 0);
    CHECK(count(svg, "inf") == 0);
  }
  CHECK(count(inline_svg, "<circle") == 3 + 1);  // the drawable points and the legend
  CHECK(count(inline_svg, "xmlns") == 0);
  CHECK(count(file, "xmlns=\"http://www.w3.org/2000/svg\"") == 1);
  CHECK(count(file, "prefers-color-scheme") == 1);
}

TEST_CASE("a plot of nothing still draws its axes") {
  stage::SvgPlot plot;
  CHECK(stage_test::markup_fault(stage::render_svg(plot, true)) == "");
  plot.series.push_back({"flat", {1.0, 2.0}, {7.0, 7.0}});
  CHECK(count(stage::render_svg(plot, true), "nan") == 0);
}

TEST_CASE("columns of different length are refused") {
  stage::SvgPlot plot;
  plot.series.push_back({"s", {1.0, 2.0}, {1.0}});
  CHECK_THROWS_AS(stage::render_svg(plot, false), core::UsageError);
  plot.series = {{"s", {1.0}, {1.0}, {0.5}, {}}};
  CHECK_THROWS_AS(stage::render_svg(plot, false), core::UsageError);
  plot.series.clear();
  plot.bars.push_back({"b", {1.0}, {1.0}});
  CHECK_THROWS_AS(stage::render_svg(plot, false), core::UsageError);
  CHECK_THROWS_AS(stage::render_svg_grid({}, 1, true), core::UsageError);
}
