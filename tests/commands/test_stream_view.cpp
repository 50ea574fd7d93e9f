#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "commands/stream_view.h"
#include "core/units.h"
#include "formats/label_track.h"
#include "so3/rotation.h"

namespace {

Eigen::Vector3d at(double azimuth_deg, double elevation_deg) {
  return so3::direction_from_angles(core::degrees_to_radians(azimuth_deg),
                                    core::degrees_to_radians(elevation_deg));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("the map has +180 at the left, 0 in the middle, the zenith on top") {
  const commands::ViewState state;  // cells of 5 by 10 degrees
  using Cell = std::pair<std::size_t, std::size_t>;
  CHECK(commands::view_cell(state, at(-1, -1)) == Cell{9, 36});
  CHECK(commands::view_cell(state, at(1, 1)) == Cell{8, 35});
  CHECK(commands::view_cell(state, at(90.1, 0.1)).second == 17);
  CHECK(commands::view_cell(state, at(179, 89)) == Cell{0, 0});
  CHECK(commands::view_cell(state, at(-179.9, -89.9)) == Cell{17, 71});
  CHECK(commands::view_cell(state, {0, 0, 1}).first == 0);
  CHECK(commands::view_cell(state, {0, 0, -1}).first == 17);
}

TEST_CASE("without color the map is plain ASCII of even width, marks above heat") {
  commands::ViewState state;
  state.color = false;
  state.title = "title";
  state.status = "status";
  const auto heat_at = [&](double azimuth, double elevation) -> float& {
    const auto [row, column] = commands::view_cell(state, at(azimuth, elevation));
    return state.heat[row * state.columns + column];
  };
  heat_at(42, 5) = 1.0F;
  heat_at(-42, 5) = 0.1F;
  heat_at(-62, 5) = 1e-6F;
  state.marks = {{at(92, -35), 'A', false}, {at(42, 35), 'B', true}};
  const std::string text = commands::draw_view(state);
  CHECK(std::all_of(text.begin(), text.end(),
                    [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  const std::vector<std::string> lines = lines_of(text);
  REQUIRE(lines.size() == state.rows + 5);
  CHECK(lines.front() == "title");
  CHECK(lines.back() == "status");
  for (std::size_t r = 2; r < state.rows + 2; ++r) CHECK(lines[r].size() == state.columns + 7);
  CHECK(lines[2 + 8][6 + 27] == '@');
  CHECK(lines[2 + 8][6 + 44] == ':');
  CHECK(lines[2 + 8][6 + 48] == ' ');
  CHECK(lines[2 + 12][6 + 17] == 'A');
  CHECK(lines[2 + 5][6 + 27] == 'B');
  CHECK(lines[lines.size() - 2].find("180") != std::string::npos);
  CHECK(lines[2].substr(0, 5) == "  90 ");
}

TEST_CASE("heat is a spot around its direction, also across the seam at 180 degrees") {
  commands::ViewState state;
  commands::add_heat(state, at(180, 0), 2.0);
  const auto heat_at = [&](double azimuth, double elevation) {
    const auto [row, column] = commands::view_cell(state, at(azimuth, elevation));
    return state.heat[row * state.columns + column];
  };
  CHECK(heat_at(177, 5) == Approx(heat_at(-177, -5)).epsilon(1e-3));
  CHECK(heat_at(177, 5) > 1.0F);
  CHECK(heat_at(177, 5) < 2.0F);
  CHECK(heat_at(150, 5) < 0.01F);
}

TEST_CASE("with color the map is the same, and every color sequence is reset") {
  commands::ViewState state;
  state.heat[100] = 1.0F;
  state.marks = {{at(0, 0), 'o', false}};
  const std::string colored = commands::draw_view(state);
  state.color = false;
  std::string stripped;
  for (std::size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\033') {
      i = colored.find('m', i);
    } else {
      stripped += colored[i];
    }
  }
  CHECK(stripped == commands::draw_view(state));
  CHECK(colored.rfind("\033[0m") > colored.rfind("\033[1;97;41m"));
}

TEST_CASE("the history has azimuths over time, the newest first, tracks above directions") {
  commands::ViewState state;
  state.color = false;
  state.history_rows = 2;
  for (const char label : {'1', '2', '3'}) {
    commands::begin_history_row(state);
    commands::add_history(state, Eigen::Vector3d::UnitX(), label);
  }
  commands::add_history(state, Eigen::Vector3d::UnitY(), 'A');
  commands::add_history(state, Eigen::Vector3d::UnitY(), 'o');
  REQUIRE(state.history.size() == 2);
  std::string newest(72, ' ');
  newest[36] = '3';
  newest[18] = 'A';
  CHECK(state.history[0] == newest);
  CHECK(state.history[1][36] == '2');
  const std::string drawn = commands::draw_view(state);
  CHECK(drawn.find("   0s|" + newest + "|\n") != std::string::npos);
}

TEST_CASE("the level's bar covers 60 dB") {
  CHECK(commands::level_bar(1.0, 6) == "[======] 0 dB");
  CHECK(commands::level_bar(1e-3, 6) == "[===   ] -30 dB");
  CHECK(commands::level_bar(0.0, 6) == "[      ] -60 dB");
}

TEST_CASE("a view that is switched off or has no terminal prints nothing") {
  commands::StreamView unwanted(false);
  CHECK_FALSE(unwanted.on());
  unwanted.update(0.0, true, {{at(0, 0), 1.0, 0, false}});
}

TEST_CASE(
    "a label spans the steps in which the direction stays, and a new label begins where it moves") {
  formats::LabelTrack labels(100.0, 10.0);
  labels.add(0.0, 0.1, {{at(10, 0), 0}});
  labels.add(0.1, 0.2, {{at(14, 0), 0}, {at(-90, 20), 0}});
  labels.add(0.2, 0.3, {{at(21, 0), 0}});  // 11 degrees from the first
  labels.add(0.3, 0.4, {});
  labels.add(0.4, 0.5, {{at(21, 0), 0}});
  CHECK(labels.text() ==
        "100.000000\t100.200000\tazimuth 10 elevation 0\n"
        "100.100000\t100.200000\tazimuth -90 elevation 20\n"
        "100.200000\t100.300000\tazimuth 21 elevation 0\n"
        "100.400000\t100.500000\tazimuth 21 elevation 0\n");
}

TEST_CASE("the label of a track spans the steps that have its number") {
  formats::LabelTrack labels(0.0, 10.0);
  labels.add(0.0, 0.1, {{at(10, 0), 1}, {at(12, 0), 2}});
  labels.add(0.1, 0.2, {{at(12, 0), 2}, {at(10, 0), 1}});
  CHECK(labels.text() ==
        "0.000000\t0.200000\ttrack 2 azimuth 12 elevation 0\n"
        "0.000000\t0.200000\ttrack 1 azimuth 10 elevation 0\n");
}
