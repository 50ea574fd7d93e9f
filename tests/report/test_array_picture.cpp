/// The picture of a learned array: scales, numbers, units, the sense of azimuth, what was not heard.
#include <catch2/catch.hpp>
#include <cmath>
#include <regex>
#include <string>

#include "report/array_picture.h"
#include "report/markup_check.h"
#include "report/svg/plot.h"
#include "so3/grid.h"

namespace {

/// Three microphones, of which the first two lie on one line of sight from above.
calib::Calibration three_microphones() {
  calib::Calibration calibration;
  calibration.array.position_m = {{0.0, 0.02, 0.01}, {0.0, 0.02, -0.01}, {0.0, -0.04, 0.0}};
  calibration.array.offset_m = {0.0, 0.0, 0.0};
  calibration.array.covariance = Eigen::MatrixXd::Identity(12, 12) * 1e-8;
  calibration.likelihood = {{0.0}, {1.0}, {0.1}};
  return calibration;
}

/// Number of pixels between the first two ticks of the last axis whose label is given.
double tick_distance(const std::string& svg, const std::string& first, const std::string& second,
                     const char* coordinate) {
  const auto place = [&](const std::string& label) {
    const std::regex pattern("<text class=\"tick faint\"[^>]* " + std::string(coordinate) +
                             "=\"([-0-9.]+)\"[^>]*>" + label + "</text>");
    std::smatch match;
    REQUIRE(std::regex_search(svg, match, pattern));
    return std::stod(match[1]);
  };
  return std::abs(place(second) - place(first));
}

}  // namespace

TEST_CASE("the picture of an array has numbers, units and equal scales") {
  const std::string svg = report::calibration_svg(three_microphones(), 2000.0);
  CHECK(report_test::markup_fault(svg) == "");
  for (const char* text : {">1, 2<", ">3<", ">x, mm<", ">y, mm<", ">z, mm<", ">level, dB<",
                           ">phase, degrees<", ">azimuth, degrees<", ">elevation, degrees<"}) {
    INFO(text);
    CHECK(svg.find(text) != std::string::npos);
  }
  CHECK(svg.find("was heard here") == std::string::npos);  // nothing says what was not heard
  // The first plot comes first in the file.
  CHECK(tick_distance(svg, "0", "20", "x") > 10.0);
  const std::string first = svg.substr(0, svg.find("from the side"));
  const std::string x_axis = first.substr(0, first.find("text-anchor=\"end\""));
  const std::string y_axis = first.substr(first.find("text-anchor=\"end\"") - 80);
  CHECK(tick_distance(x_axis, "0", "20", "x") ==
        Approx(tick_distance(y_axis, "0", "20", "y")).margin(0.3));
}

TEST_CASE("azimuth +180 degrees is on the left, as in the pictures of the sphere") {
  const std::string svg = report::calibration_svg(three_microphones(), 2000.0);
  const std::string level = svg.substr(svg.find("Level of microphone"));
  CHECK(level.find(">180<") < level.find(">120<"));
  CHECK(level.find(">120<") < level.find(">-120<"));
}

TEST_CASE("directions that no recording heard are hatched and named") {
  calib::Calibration calibration = three_microphones();
  calibration.uncertainty.direction = so3::fibonacci_grid(calib::kMapDirections);
  calibration.uncertainty.frequency_hz = {1000.0};
  for (const Eigen::Vector3d& d : calibration.uncertainty.direction) {
    calibration.uncertainty.recordings.push_back(d.x() > 0.0 ? 3 : 0);
    calibration.uncertainty.deviation.push_back(0.1f);
  }
  const std::string svg = report::calibration_svg(calibration, 2000.0);
  CHECK(svg.find(">no source was heard here<") != std::string::npos);
  CHECK(svg.find("class=\"nodata\"") != std::string::npos);
  CHECK(report_test::markup_fault(svg) == "");
}
