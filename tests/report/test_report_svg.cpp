#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "core/random.h"
#include "report/markup_check.h"
#include "report/svg/plot.h"
#include "report/svg/scale.h"
#include "report/svg/sphere.h"
#include "so3/rotation.h"

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
      const std::vector<double> ticks = report::svg::linear_ticks(min, max, 5);
      REQUIRE(ticks.size() >= 3);
      CHECK(ticks.size() <= 6);
      const double step = ticks[1] - ticks[0];
      const double leading = step / std::pow(10.0, std::floor(std::log10(step * 1.0001)));
      CHECK((leading == Approx(1.0) || leading == Approx(2.0) || leading == Approx(5.0)));
      CHECK(ticks.front() >= min - 1e-8 * scale);
      CHECK(ticks.back() <= max + 1e-8 * scale);
    }
  }
  CHECK_FALSE(std::signbit(report::svg::linear_ticks(-1e-13, 1.0, 4).front()));
}

TEST_CASE("log ticks are 1, 2 and 5 in each decade, or whole decades where these are too many") {
  CHECK(report::svg::log_ticks(0.1, 10.0, 8).size() == 7);
  const std::vector<double> decades = report::svg::log_ticks(1e-6, 1e6, 13);
  CHECK(decades.size() == 13);
  CHECK(report::svg::log_ticks(1e-12, 1e12, 8).size() <= 8);
  CHECK(report::svg::log_ticks(2.1, 2.9, 5).size() >= 2);
}

TEST_CASE("a scale maps its bounds to the ends and values in between") {
  report::svg::SvgAxis axis;
  axis.scale = report::svg::Scale::kLog;
  axis.min = 0.1;
  axis.max = 1000.0;
  const report::svg::SvgScale log(axis, {}, 400.0);
  CHECK(log.position(0.1) == Approx(0.0).margin(1e-9));
  CHECK(log.position(10.0) == Approx(200.0));
  CHECK(log.position(1000.0) == Approx(400.0));
  CHECK_FALSE(log.drawable(0.0));
  CHECK_FALSE(log.drawable(std::nan("")));
  const report::svg::SvgScale amounts({}, {3.0, 10.0}, 100.0);
  CHECK(amounts.min() == 0.0);
  axis.max = 0.05;
  CHECK_THROWS_AS(report::svg::SvgScale(axis, {}, 100.0), core::UsageError);
  axis = {};
  axis.ticks = {1.0};
  CHECK_THROWS_AS(report::svg::SvgScale(axis, {}, 100.0), core::UsageError);
}

TEST_CASE("plots skip values that cannot be drawn and are well-formed") {
  const double nan = std::nan("");
  const double inf = std::numeric_limits<double>::infinity();
  report::svg::SvgPlot plot;
  plot.title = "loss < 1 & \"more\"";
  plot.x.label = plot.y.label = "a > b";
  plot.y.scale = report::svg::Scale::kLog;
  plot.series.push_back({"one", {1, 2, 3, 4, 5, 6}, {1.0, nan, 0.0, 2.0, inf, 3.0}, {}, {}, 0});
  plot.series.push_back(
      {"two", {1, 2}, {1.0, 2.0}, {0.0, nan}, {2.0, nan}, 11, report::svg::Dash::kDotted});
  plot.bars.push_back({"bars", {0.0, 1.0, 2.0}, {1.0, 0.0}, 2});
  const std::string inline_svg = report::svg::render_svg(plot, false);
  const std::string file = report::svg::render_svg(plot, true);
  for (const std::string& svg :
       {inline_svg, file, report::svg::render_svg_grid({plot, plot, plot}, 2, true)}) {
    CHECK(report_test::markup_fault(svg) == "");
    CHECK(count(svg, "nan") == 0);
    CHECK(count(svg, "inf") == 0);
  }
  CHECK(count(inline_svg, "<circle") == 3 + 1);  // the drawable points and the legend
  CHECK(count(inline_svg, "xmlns") == 0);
  CHECK(count(file, "xmlns=\"http://www.w3.org/2000/svg\"") == 1);
  CHECK(count(file, "prefers-color-scheme") == 1);
}

TEST_CASE("a plot without data draws its axes") {
  report::svg::SvgPlot plot;
  CHECK(report_test::markup_fault(report::svg::render_svg(plot, true)) == "");
  plot.series.push_back({"flat", {1.0, 2.0}, {7.0, 7.0}});
  CHECK(count(report::svg::render_svg(plot, true), "nan") == 0);
}

TEST_CASE("columns of different length are refused") {
  report::svg::SvgPlot plot;
  plot.series.push_back({"s", {1.0, 2.0}, {1.0}});
  CHECK_THROWS_AS(report::svg::render_svg(plot, false), core::UsageError);
  plot.series = {{"s", {1.0}, {1.0}, {0.5}, {}}};
  CHECK_THROWS_AS(report::svg::render_svg(plot, false), core::UsageError);
  plot.series.clear();
  plot.bars.push_back({"b", {1.0}, {1.0}});
  CHECK_THROWS_AS(report::svg::render_svg(plot, false), core::UsageError);
  CHECK_THROWS_AS(report::svg::render_svg_grid({}, 1, true), core::UsageError);
}

TEST_CASE("heat maps draw each cell in the color of its value") {
  report::svg::SvgHeatmap map;
  map.columns = 4;
  map.rows = 2;
  map.value = {0.0f, 0.0f, 1.0f, 5.0f, std::nanf(""), -3.0f, 0.5f, 0.99f};
  map.mark = {0, 1, 0, 0, 0, 0, 0, 1};
  const std::string cells = report::svg::svg_cells(map);
  CHECK(count(cells, "M0 1h2v1h-2z") == 1);  // two equal cells of the first (lowest) row become one
  CHECK(count(cells, "M2 1h2v1h-2z") == 1);  // 1 and what is above it have the last color
  CHECK(count(cells, "M0 0") == 0);          // nothing is drawn for NaN
  CHECK(count(cells, "class=\"cells f4\" d=\"M1 1h1v1h-1zM3 0h1v1h-1z\"") == 1);
  report::svg::SvgPlot plot;
  plot.heatmaps.push_back(map);
  CHECK(report_test::markup_fault(report::svg::render_svg(plot, true)) == "");
  plot.heatmaps[0].mark.pop_back();
  CHECK_THROWS_AS(report::svg::render_svg(plot, true), core::UsageError);
}

TEST_CASE("cells without a value are hatched, unlike the lowest value") {
  report::svg::SvgHeatmap map;
  map.columns = 3;
  map.rows = 1;
  map.value = {0.0f, std::nanf(""), std::nanf("")};
  map.no_data = {0, 1, 1};
  const std::string cells = report::svg::svg_cells(map);
  CHECK(count(cells, "<path class=\"nodata\" d=\"M1 0h2v1h-2z\"/>") == 1);
  CHECK(count(cells, "class=\"cells h0\" d=\"M0 0h1v1h-1z\"") == 1);
  report::svg::SvgSphere sphere;
  sphere.value = [](const Eigen::Vector3d& d) { return d.z() > 0.0 ? std::nan("") : 0.0; };
  CHECK(count(report::svg::render_sphere(sphere, false), "hatch") == 0);
  sphere.no_data_name = "not visited";
  const std::string svg = report::svg::render_sphere(sphere, false);
  CHECK(count(svg, "class=\"hatch\"") == 2);  // the picture and its legend
  CHECK(count(svg, ">not visited<") == 1);
  CHECK(report_test::markup_fault(svg) == "");
}

TEST_CASE("a heat map with a name has a bar of colors with ticks and its unit") {
  report::svg::SvgHeatmap map;
  map.columns = map.rows = 1;
  map.value = {0.5f};
  map.low = -180.0;
  map.high = 180.0;
  map.name = "phase, degrees";
  map.ramp = report::svg::Ramp::kCyclic;
  map.bar_ticks = {-180.0, 0.0, 180.0};
  report::svg::SvgPlot plot;
  plot.heatmaps.push_back(map);
  const std::string svg = report::svg::render_svg(plot, true);
  CHECK(count(svg, ">phase, degrees<") == 1);
  CHECK(count(svg, ">-180<") == 1);
  CHECK(count(svg, ">180<") == 1);
  CHECK(count(svg, "<rect class=\"c") == report::svg::kSvgLevels);
  CHECK(report_test::markup_fault(svg) == "");
  // The colors meet where the angle does: the first and the last one are both light.
  const auto red = [&](int level) {
    const std::string key = ".plot .c" + std::to_string(level) + "{fill:#";
    return std::stoi(svg.substr(svg.find(key) + key.size(), 2), nullptr, 16);
  };
  CHECK(std::abs(red(0) - red(11)) < 40);
  CHECK(std::abs(red(0) - red(5)) > 100);
}

TEST_CASE("lines are cut at the axes, and markers outside of them are left out") {
  report::svg::SvgPlot plot;
  plot.x = {"x", report::svg::Scale::kLinear, 0.0, 1.0, {}, {}};
  plot.y = {"y", report::svg::Scale::kLinear, 0.0, 1.0, {}, {}};
  plot.series.push_back({"", {0.0, 0.5, 1.0}, {0.5, 7.0, 1.0}});
  const std::string svg = report::svg::render_svg(plot, false);
  CHECK(count(svg, "<circle") == 2);
  const std::size_t clip = svg.find("overflow=\"hidden\"");
  REQUIRE(clip != std::string::npos);
  CHECK(svg.find("class=\"line", clip) < svg.find("</svg>", clip));
  CHECK(svg.find("<circle", clip) > svg.find("</svg>", clip));
}

TEST_CASE("Mollweide's projection keeps areas, and its inverse gives the direction back") {
  core::RandomStream random(1, core::Purpose::kTest);
  int in_unit_disc = 0;
  for (int i = 0; i < 4000; ++i) {
    const Eigen::Vector3d d = so3::random_direction(random);
    const Eigen::Vector2d p = report::svg::mollweide(d);
    CHECK(0.25 * p.x() * p.x() + p.y() * p.y() <= 1.0 + 1e-12);
    CHECK(so3::angle_between(report::svg::mollweide_inverse(p), d) < 1e-6);
    in_unit_disc += p.norm() < 1.0;
  }
  // The unit disc is half of the ellipse of area 2 pi: 2,000 with standard deviation 32.
  CHECK(in_unit_disc == Approx(2000).margin(160));
  CHECK(report::svg::mollweide(Eigen::Vector3d::UnitX()).norm() < 1e-12);
  CHECK(report::svg::mollweide(Eigen::Vector3d::UnitY()).x() ==
        Approx(-1.0));  // left of the middle
  CHECK(report::svg::mollweide(Eigen::Vector3d::UnitZ()).y() == Approx(1.0));
}
