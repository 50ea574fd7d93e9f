#include <catch2/catch.hpp>

#include "core/errors.h"
#include "core/random.h"
#include "evaluate/confidence_file.h"
#include "evaluate/error_collector.h"
#include "evaluate/truth.h"
#include "formats/estimates_file.h"
#include "session/estimate.h"
#include "session/session.h"
#include "so3/rotation.h"
#include "temporary_folder.h"

namespace {

using session::Estimate;

session::Info make_info(const std::string& id, const std::vector<Eigen::Vector3d>& sources) {
  session::Info info;
  info.id = id;
  info.duration_s = 3.0;
  info.t60_s = 0.5;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    info.sources.push_back({s, sources[s], 0.0, s == 0 ? 3.0 : 1.0, "speech.wav"});
  }
  return info;
}

/// An estimate so many degrees beside +x, of a sensor turned a quarter about z.
Estimate make_estimate(double time_s, double error_deg) {
  Estimate estimate;
  estimate.time_s = time_s;
  estimate.q_world_sensor = so3::exp(Eigen::Vector3d(0, 0, 0.5 * M_PI));
  estimate.direction_world =
      so3::exp(Eigen::Vector3d(0, 0, error_deg * M_PI / 180.0)) * Eigen::Vector3d::UnitX();
  estimate.direction_sensor = estimate.q_world_sensor.conjugate() * estimate.direction_world;
  estimate.bins = 5;
  return estimate;
}

core::Provenance trained_by_seed(std::uint64_t seed) {
  core::Provenance provenance = core::make_provenance("csl-infer", {}, 0);
  core::append_history(provenance, core::make_provenance("csl-train", {{"steps", 3}}, seed));
  return provenance;
}

using Sessions = std::vector<std::pair<session::Info, std::vector<Estimate>>>;

std::filesystem::path write_estimates(const std::filesystem::path& path, std::uint64_t seed,
                                      const Sessions& sessions) {
  formats::EstimatesHeader header{"csl", "kde", "world", {doa::WindowLength{0.2}}, 0.01, 40.0};
  formats::EstimatesWriter writer(path, trained_by_seed(seed), header);
  for (const auto& [info, estimates] : sessions) writer.append_session(info, estimates);
  writer.commit();
  return path;
}

}  // namespace

TEST_CASE(
    "the truth of a window is one source at its center, or all of several sources over its "
    "length") {
  const session::Info info = make_info("a", {Eigen::Vector3d::UnitX(), Eigen::Vector3d::UnitY()});
  CHECK(evaluate::source_count(info) == 2);
  const doa::WindowLength window{0.2};
  CHECK(evaluate::true_directions(info, make_estimate(0.5, 0), window).size() == 2);
  CHECK(evaluate::true_directions(info, make_estimate(1.05, 0), window).size() == 2);
  CHECK(evaluate::true_directions(info, make_estimate(1.2, 0), window).size() == 1);
  CHECK(evaluate::true_directions(info, make_estimate(2.5, 0), {}).size() == 2);
  session::Info moving = make_info("b", {Eigen::Vector3d::UnitX()});
  moving.sources[0].end_s = 1.0;
  moving.sources.push_back({0, Eigen::Vector3d::UnitZ(), 1.0, 2.0, ""});
  CHECK(evaluate::source_count(moving) == 1);
  CHECK(evaluate::true_directions(moving, 1.5, 1.5, 1.5)[0].z() == 1.0);
  CHECK(evaluate::true_directions(moving, 1.0, 1.0, 1.0).size() == 1);
  CHECK(evaluate::true_directions(moving, 2.5, 2.5, 2.5).empty());
}

TEST_CASE(
    "the bootstrap draws the errors of all training seeds of a session together, and each seed has "
    "its mean") {
  const test::TemporaryFolder folder;
  const session::Info one = make_info("1", {Eigen::Vector3d::UnitX()});
  const session::Info two = make_info("2", {Eigen::Vector3d::UnitX()});
  Estimate silent = make_estimate(0.5, 0);
  silent.bins = 0;
  silent.direction_sensor.setZero();
  evaluate::ErrorCollector errors;
  errors.add(formats::EstimatesReader(write_estimates(
      folder / "1.h5", 1, {{one, {make_estimate(0.5, 2), silent}}, {two, {make_estimate(1, 4)}}})));
  errors.add(formats::EstimatesReader(write_estimates(
      folder / "2.h5", 2, {{one, {make_estimate(0.5, 6)}}, {two, {make_estimate(1, 12)}}})));
  const std::vector<evaluate::ReportRow> rows = errors.rows(0);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].stats.mean_deg == Approx(6.0));
  CHECK(rows[0].stats.sessions == 2);
  CHECK(rows[0].stats.n == 4);
  CHECK(rows[0].stats.empty == 1);
  CHECK(rows[0].t60_s == 0.5);
  REQUIRE(rows[0].seeds.size() == 2);
  CHECK(rows[0].seeds[0].mean_deg == Approx(3.0));
  CHECK(rows[0].seeds[0].median_deg == Approx(3.0));
  CHECK(rows[0].seeds[1].mean_deg == Approx(9.0));
  CHECK(errors.sources(0).empty());
}

TEST_CASE("several sources are measured by the weighted Chamfer distance, apart from Table 1") {
  const test::TemporaryFolder folder;
  Estimate estimate = make_estimate(0.5, 0);
  for (const auto& [error_deg, density] :
       std::vector<std::pair<double, double>>{{0.0, 3.0}, {80.0, 1.0}}) {
    session::Peak peak;
    peak.direction_sensor = make_estimate(0.5, error_deg).direction_sensor;
    peak.density = density;
    estimate.peaks.push_back(peak);
  }
  evaluate::ErrorCollector errors;
  errors.add(formats::EstimatesReader(
      write_estimates(folder / "1.h5", 1,
                      {{make_info("1", {Eigen::Vector3d::UnitX(), Eigen::Vector3d::UnitY()}),
                        {estimate, make_estimate(2.5, 7)}}})));
  CHECK(errors.rows(0).empty());
  const std::vector<evaluate::SourcesRow> rows = errors.sources(0);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].sources == 2);
  // First window: truths are missed by 0 and 10, peaks (weights 3/4 and 1/4) by 0 and 10 degrees.
  // Second: the only source still sounding is missed by 7, and the estimate without peaks is one.
  CHECK(rows[0].stats.mean_deg == Approx(0.5 * ((5.0 + 2.5) + 14.0)));
}

TEST_CASE("more than ten reverberation times are a mixed set") {
  const test::TemporaryFolder folder;
  Sessions sessions;
  for (int i = 0; i < 12; ++i) {
    session::Info info = make_info(std::to_string(i), {Eigen::Vector3d::UnitX()});
    info.t60_s = 0.1 * i;
    sessions.push_back({info, {make_estimate(1.0, i)}});
  }
  evaluate::ErrorCollector errors;
  errors.add(formats::EstimatesReader(write_estimates(folder / "1.h5", 1, sessions)));
  const std::vector<evaluate::ReportRow> rows = errors.rows(0);
  REQUIRE(rows.size() == 1);
  CHECK_FALSE(rows[0].t60_s.has_value());
  CHECK(rows[0].stats.sessions == 12);
  CHECK(rows[0].stats.mean_deg == Approx(5.5));
}

TEST_CASE(
    "calibrated confidence comes back from its file and predicts the errors that it was learned "
    "from") {
  const test::TemporaryFolder folder;
  core::RandomStream random(5, core::Purpose::kTest);
  std::vector<Estimate> estimates;
  for (int i = 0; i < 2000; ++i) {
    const double confidence = std::exp(random.uniform(-3.0, 3.0));
    estimates.push_back(make_estimate(1.0, 2.0 * random.uniform() * 5.0 / (1.0 + confidence)));
    estimates.back().confidence = confidence;
  }
  const session::Info info = make_info("1", {Eigen::Vector3d::UnitX()});
  const auto path = write_estimates(folder / "e.h5", 7, {{info, estimates}});
  evaluate::write_confidence(evaluate::learn_confidence({path}), folder / "c.json");
  const evaluate::ConfidenceFile file = evaluate::read_confidence(folder / "c.json");
  CHECK(file.estimator == "kde");
  CHECK(file.training["seed"] == 7);
  for (const double confidence : {0.1, 1.0, 10.0}) {
    estimates[0].confidence = confidence;
    CHECK(file.expected_error_deg(estimates[0], doa::WindowLength{0.2}) ==
          Approx(5.0 / (1.0 + confidence)).epsilon(0.25));
  }
  CHECK_THROWS_AS(file.expected_error_deg(estimates[0], doa::WindowLength{0.3}), core::InputError);
  estimates[0].bins = 0;
  CHECK(std::isnan(file.expected_error_deg(estimates[0], doa::WindowLength{0.2})));

  const auto other = write_estimates(folder / "o.h5", 8, {{info, estimates}});
  CHECK_THROWS_AS(evaluate::learn_confidence({path, other}), core::InputError);
  estimates.resize(10);
  CHECK_THROWS_AS(
      evaluate::learn_confidence({write_estimates(folder / "few.h5", 7, {{info, estimates}})}),
      core::InputError);
  const std::string good = test::file_bytes(folder / "c.json");
  for (const std::string& bad :
       {good.substr(0, good.size() / 2), std::string("{}"), std::string("[1]"), std::string()}) {
    test::write_bytes(folder / "bad.json", bad);
    CHECK_THROWS_AS(evaluate::read_confidence(folder / "bad.json"), core::InputError);
  }
}
