#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <utility>

#include "core/errors.h"
#include "core/random.h"
#include "core/units.h"
#include "doa/assignment.h"
#include "doa/metrics.h"
#include "doa/presence.h"
#include "doa/tracker.h"
#include "so3/rotation.h"

namespace {

using doa::Tracker;
using doa::TrackerOptions;
using doa::TrackState;

constexpr double kStepS = 0.1;

/// A direction with Gaussian noise along its tangents.
Eigen::Vector3d noisy(const Eigen::Vector3d& direction, double sigma_deg,
                      core::RandomStream& random) {
  const double sigma = core::degrees_to_radians(sigma_deg);
  const Eigen::Vector3d push(sigma * random.normal(), sigma * random.normal(),
                             sigma * random.normal());
  return (direction + push).normalized();
}

/// Measurements of these tests are independent.
TrackerOptions independent() {
  TrackerOptions options;
  options.independent_s = kStepS;
  return options;
}

}  // namespace

TEST_CASE("an assignment finds the cheapest pairs, and as many pairs as are allowed") {
  Eigen::MatrixXd cost(3, 3);
  cost << 4, 1, 3, 2, 0, 5, 3, 2, 2;
  CHECK(doa::assign(cost) == std::vector<std::size_t>{1, 0, 2});
  const double no = doa::kForbidden;
  Eigen::MatrixXd wide(2, 3);
  wide << no, 1, no, no, 0, 9;
  CHECK(doa::assign(wide) == std::vector<std::size_t>{1, 2});
  CHECK(doa::assign(wide.transpose()) == std::vector<std::size_t>{doa::kUnassigned, 0, 1});
  CHECK(doa::assign(Eigen::MatrixXd::Constant(2, 2, no)) ==
        std::vector<std::size_t>(2, doa::kUnassigned));
  CHECK(doa::assign(Eigen::MatrixXd(0, 3)).empty());
  CHECK(doa::assign(Eigen::MatrixXd(2, 0)).size() == 2);
  CHECK_THROWS_AS(doa::assign(Eigen::MatrixXd::Constant(1, 1, NAN)), core::InputError);
}

TEST_CASE("the cost of an assignment equals that of the best permutation") {
  core::RandomStream random(3, core::Purpose::kTest);
  for (int trial = 0; trial < 50; ++trial) {
    Eigen::MatrixXd cost(5, 5);
    for (double& c : cost.reshaped()) c = random.uniform(-1.0, 1.0);
    const std::vector<std::size_t> found = doa::assign(cost);
    double total = 0.0;
    for (std::size_t i = 0; i < 5; ++i)
      total += cost(static_cast<int>(i), static_cast<int>(found[i]));
    std::vector<int> order = {0, 1, 2, 3, 4};
    double best = 1e9;
    do {
      double sum = 0.0;
      for (int i = 0; i < 5; ++i) sum += cost(i, order[static_cast<std::size_t>(i)]);
      best = std::min(best, sum);
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(total == Approx(best).margin(1e-12));
  }
}

TEST_CASE("a source at rest has one track, which is nearer to the truth than its measurements") {
  for (const Eigen::Vector3d& truth :
       {Eigen::Vector3d(0, 0, 1), Eigen::Vector3d(0, 0, -1), Eigen::Vector3d(-1, 1e-9, 0)}) {
    core::RandomStream random(1, core::Purpose::kTest);
    Tracker tracker(independent());
    std::vector<TrackState> tracks;
    double squares = 0.0;
    int counted = 0;
    for (int i = 0; i < 100; ++i) {
      const std::vector<Eigen::Vector3d> measured = {noisy(truth, 3.0, random)};
      tracks = tracker.step(kStepS * i, measured);
      if (i < 20) continue;
      REQUIRE(tracks.size() == 1);
      squares += std::pow(doa::angular_error_deg(tracks[0].direction, truth), 2.0);
      ++counted;
    }
    CHECK(tracks[0].id == 1);
    CHECK(tracks[0].existence > 0.99);
    CHECK(tracks[0].direction.norm() == Approx(1.0));
    CHECK(std::abs(tracks[0].direction.dot(tracks[0].velocity_rad_s)) < 1e-9);
    CHECK(std::sqrt(squares / counted) < 3.0);  // measurements: 3 sqrt(2) = 4.2 degrees
  }
}

TEST_CASE("a source that moves over the pole keeps its number") {
  core::RandomStream random(2, core::Purpose::kTest);
  Tracker tracker(independent());
  std::set<std::uint32_t> ids;
  double worst_deg = 0.0;
  for (int i = 0; i < 90; ++i) {
    const double angle = core::degrees_to_radians(45.0 + 20.0 * kStepS * i);  // 20 degrees a second
    const Eigen::Vector3d truth(std::cos(angle), 0.05, std::sin(angle));
    const std::vector<Eigen::Vector3d> measured = {noisy(truth, 2.0, random)};
    for (const TrackState& track : tracker.step(kStepS * i, measured)) {
      ids.insert(track.id);
      worst_deg = std::max(worst_deg, doa::angular_error_deg(track.direction, truth));
    }
  }
  CHECK(ids == std::set<std::uint32_t>{1});
  CHECK(worst_deg < 9.0);
}

TEST_CASE("a track survives a pause of its source and ends some time after the source has ended") {
  core::RandomStream random(3, core::Purpose::kTest);
  Tracker tracker(independent());
  const Eigen::Vector3d truth = Eigen::Vector3d(1, 2, 0.5).normalized();
  const auto sounds = [](int i) { return i < 30 || (i >= 35 && i < 60); };
  for (int i = 0; i < 160; ++i) {
    std::vector<Eigen::Vector3d> measured;
    if (sounds(i)) measured.push_back(noisy(truth, 3.0, random));
    const auto tracks = tracker.step(kStepS * i, measured);
    if (i > 10 && i < 60) {
      REQUIRE(tracks.size() == 1);
      CHECK(tracks[0].id == 1);
      CHECK(tracks[0].measured == sounds(i));
      CHECK(doa::angular_error_deg(tracks[0].direction, truth) < 8.0);
    }
    if (i == 159) CHECK(tracks.empty());
  }
  CHECK(tracker.alive() == 0);
}

TEST_CASE("a source that was heard for long keeps its number through a long pause") {
  const auto heard_then_silent = [](int heard, int silent) {
    Tracker tracker(independent());
    const std::vector<Eigen::Vector3d> measured = {Eigen::Vector3d::UnitX()}, nothing;
    std::vector<TrackState> tracks;
    int shown_in_pause = 0;
    for (int i = 0; i < heard + silent; ++i) {
      tracks = tracker.step(kStepS * i, i < heard ? measured : nothing);
      if (i >= heard) shown_in_pause += static_cast<int>(tracks.size());
    }
    for (int i = 0; i < 3; ++i) tracks = tracker.step(kStepS * (heard + silent + i), measured);
    REQUIRE(tracks.size() == 1);
    return std::pair(shown_in_pause * kStepS, tracks[0].id);
  };
  const auto [long_s, long_id] = heard_then_silent(50, 40);
  const auto [short_s, short_id] = heard_then_silent(2, 40);
  CHECK(long_id == 1);
  CHECK(short_id == 2);
  CHECK(long_s > 1.0);
  CHECK(long_s < 4.0);  // it is hidden, and found again
  CHECK(short_s > 0.0);
  CHECK(short_s < 0.8 * long_s);
}

TEST_CASE("a source that pauses does not follow another one") {
  Tracker tracker(independent());
  const std::vector<Eigen::Vector3d> first = {Eigen::Vector3d::UnitX()};
  const std::vector<Eigen::Vector3d> second = {Eigen::Vector3d(1.0, 1.0, 0.0)};
  std::vector<TrackState> tracks;
  for (int i = 0; i < 40; ++i) tracks = tracker.step(kStepS * i, first);
  for (int i = 40; i < 65; ++i) tracks = tracker.step(kStepS * i, {});
  for (int i = 65; i < 75; ++i) tracks = tracker.step(kStepS * i, second);
  REQUIRE(!tracks.empty());
  CHECK(tracks.back().id == 2);
  CHECK(tracks.back().direction.dot(second[0].normalized()) > 0.99);
}

TEST_CASE("random directions cause few tracks and hide no source") {
  core::RandomStream random(4, core::Purpose::kTest);
  Tracker tracker(independent());
  const std::vector<Eigen::Vector3d> truth = {Eigen::Vector3d(1, 0, 0), Eigen::Vector3d(0, 1, 0.3)};
  std::size_t found = 0, wrong = 0, steps = 0;
  for (int i = 0; i < 300; ++i) {
    std::vector<Eigen::Vector3d> measured;
    for (const Eigen::Vector3d& source : truth) {
      if (random.uniform() < 0.7) measured.push_back(noisy(source, 3.0, random));
    }
    if (random.uniform() < 0.5) measured.push_back(so3::random_direction(random));
    const auto tracks = tracker.step(kStepS * i, measured);
    if (i < 20) continue;
    ++steps;
    for (const TrackState& track : tracks) {
      const bool near = std::any_of(truth.begin(), truth.end(), [&](const Eigen::Vector3d& source) {
        return doa::angular_error_deg(track.direction, source) < 15.0;
      });
      (near ? found : wrong) += 1;
    }
  }
  CHECK(found > static_cast<std::size_t>(1.9 * static_cast<double>(steps)));
  CHECK(wrong < steps / 20);
}

TEST_CASE("tracks are listed by rising number, also if the older one was confirmed later") {
  Tracker tracker(independent());
  const Eigen::Vector3d seldom(1, 0, 0), steady(0, 1, 0);
  std::vector<TrackState> tracks;
  for (int i = 0; i < 60; ++i) {
    std::vector<Eigen::Vector3d> measured;
    if (i % 3 == 0 || i > 20) measured.push_back(seldom);
    if (i > 0) measured.push_back(steady);
    tracks = tracker.step(kStepS * i, measured);
    CHECK(std::ranges::is_sorted(tracks, {}, &TrackState::id));
  }
  REQUIRE(tracks.size() == 2);
  CHECK(tracks[0].direction.dot(steady) > 0.99);
  CHECK(tracks[1].direction.dot(seldom) > 0.99);
}

TEST_CASE("tracks of a moving source do not lag behind it by the age of their measurements") {
  constexpr double kAgeS = 0.25;
  const double speed_rad_s = core::degrees_to_radians(20.0);
  const auto at = [&](double time_s) {
    return Eigen::Vector3d(std::cos(speed_rad_s * time_s), std::sin(speed_rad_s * time_s), 0.3);
  };
  TrackerOptions options = independent();
  const auto largest_error_deg = [&](double age_s) {
    options.age_s = age_s;
    Tracker tracker(options);
    double largest = 0.0;
    for (int i = 0; i < 60; ++i) {
      const double time_s = kStepS * i;
      const std::vector<Eigen::Vector3d> measured = {at(time_s - kAgeS)};
      for (const TrackState& state : tracker.step(time_s, measured)) {
        if (time_s < 3.0) continue;
        largest = std::max(largest, doa::angular_error_deg(state.direction, at(time_s)));
      }
    }
    return largest;
  };
  CHECK(largest_error_deg(0.0) > 4.0);  // 20 degrees a second for 0.25 s, seen from elevation 17
  // What is left is the filter's own: its velocities fade.
  CHECK(largest_error_deg(kAgeS) < 1.6);
}

TEST_CASE("crossing sources keep their numbers") {
  core::RandomStream random(5, core::Purpose::kTest);
  Tracker tracker(independent());
  std::vector<TrackState> first, last;
  const auto truth = [](int source, int i) {
    const double angle = core::degrees_to_radians((source == 0 ? 1.0 : -1.0) * (40.0 - 2.0 * i));
    return so3::direction_from_angles(angle, 0.0);
  };
  for (int i = 0; i <= 40; ++i) {
    std::vector<Eigen::Vector3d> measured;
    for (int source = 0; source < 2; ++source)
      measured.push_back(noisy(truth(source, i), 1.5, random));
    last = tracker.step(kStepS * i, measured);
    if (i == 10) first = last;
  }
  REQUIRE(first.size() == 2);
  REQUIRE(last.size() == 2);
  for (std::size_t t = 0; t < 2; ++t) {
    CHECK(first[t].id == last[t].id);
    const int source = doa::angular_error_deg(first[t].direction, truth(0, 10)) < 8.0 ? 0 : 1;
    CHECK(doa::angular_error_deg(last[t].direction, truth(source, 40)) < 8.0);
  }
}

TEST_CASE("overlapping windows do not count the same bins several times") {
  // One false peak seen by every window it lies in: five steps of 0.1 s of windows of 0.5 s.
  TrackerOptions overlapping;
  overlapping.independent_s = 0.5;
  Tracker patient(overlapping), hasty(independent());
  patient.step(0.0, {});
  hasty.step(0.0, {});
  std::size_t shown_patient = 0, shown_hasty = 0;
  for (int i = 1; i <= 3; ++i) {
    const std::vector<Eigen::Vector3d> peak = {Eigen::Vector3d::UnitX()};
    shown_patient += patient.step(kStepS * i, peak).size();
    shown_hasty += hasty.step(kStepS * i, peak).size();
  }
  CHECK(shown_patient == 0);
  CHECK(shown_hasty > 0);
}

TEST_CASE("trackers refuse time that does not rise, directions and options that make no sense") {
  Tracker tracker;
  tracker.step(1.0, {});
  CHECK_THROWS_AS(tracker.step(1.0, {}), core::InputError);
  CHECK_THROWS_AS(tracker.step(NAN, {}), core::InputError);
  const std::vector<Eigen::Vector3d> zero = {Eigen::Vector3d::Zero()};
  CHECK_THROWS_AS(tracker.step(2.0, zero), core::InputError);
  TrackerOptions options;
  options.detection = 1.0;
  CHECK_THROWS_AS(Tracker(options), core::UsageError);
  options = {};
  options.confirm = 0.01;
  CHECK_THROWS_AS(Tracker(options), core::UsageError);
  options = {};
  options.hide = 0.95;
  CHECK_THROWS_AS(Tracker(options), core::UsageError);
  options = {};
  options.presence.pausing_s = 0.0;
  CHECK_THROWS_AS(Tracker(options), core::UsageError);
  options = {};
  options.reach_deg = 0.0;
  CHECK_THROWS_AS(Tracker(options), core::UsageError);
}

namespace {

/// Tracks are shown and kept however little is measured.
TrackerOptions patient() {
  TrackerOptions options = independent();
  options.drop = 1e-9;
  options.hide = 1e-8;
  return options;
}

/// A tracker with one confirmed track of a source that moves, at time 3 s.
Tracker following(const TrackerOptions& options) {
  Tracker tracker(options);
  for (int n = 0; n <= 30; ++n) {
    const double angle = 0.2 * kStepS * n;
    const Eigen::Vector3d moving(std::cos(angle), 0.6 * std::sin(angle), 0.8 * std::sin(angle));
    tracker.step(kStepS * n, std::vector<Eigen::Vector3d>{moving});
  }
  return tracker;
}

/// The only track after a step.
TrackState only(Tracker tracker, double time_s, const std::vector<Eigen::Vector3d>& directions) {
  const std::vector<TrackState> states = tracker.step(time_s, directions);
  REQUIRE(states.size() == 1);
  return states.front();
}

/// A direction at an angle from another.
Eigen::Vector3d apart(const Eigen::Vector3d& direction, double angle_deg) {
  const Eigen::Vector3d axis = direction.unitOrthogonal();
  return so3::exp(core::degrees_to_radians(angle_deg) * axis) * direction;
}

}  // namespace

TEST_CASE("a prediction over two steps is that of one step of twice the length") {
  const Tracker tracker = following(patient());
  for (const double step_s : {0.1, 0.7, 3.0}) {
    const TrackState once = only(tracker, 3.0 + 2.0 * step_s, {});
    Tracker halves = tracker;
    halves.step(3.0 + step_s, {});
    const TrackState twice = only(halves, 3.0 + 2.0 * step_s, {});
    CHECK(so3::angle_between(once.direction, twice.direction) < 1e-12);
    CHECK((once.velocity_rad_s - twice.velocity_rad_s).norm() < 1e-12);
    CHECK(once.sigma_deg == Approx(twice.sigma_deg).epsilon(1e-10));
  }
  // The velocity fades with its memory.
  const double now = only(tracker, 3.0 + 1e-6, {}).velocity_rad_s.norm();
  REQUIRE(now > 0.1);
  CHECK(only(tracker, 5.0, {}).velocity_rad_s.norm() / now == Approx(std::exp(-1.0)).epsilon(1e-5));
}

TEST_CASE("a measurement adds its information, in proportion to what is new in it") {
  for (const double independent_s : {0.1, 0.4}) {
    TrackerOptions options = patient();
    options.independent_s = independent_s;
    const Tracker tracker = following(options);
    const TrackState before = only(tracker, 3.1, {});
    const TrackState after = only(tracker, 3.1, {before.direction});
    const double share = kStepS / independent_s;
    const double information =
        1.0 / std::pow(before.sigma_deg, 2.0) + share / std::pow(options.noise_deg, 2.0);
    CHECK(after.sigma_deg == Approx(1.0 / std::sqrt(information)).epsilon(1e-9));
  }
}

TEST_CASE("existence follows Bayes' rule with and without a measurement") {
  for (const double independent_s : {0.1, 0.4}) {
    TrackerOptions options = patient();
    options.independent_s = independent_s;
    options.clutter = 40.0;
    options.birth = 0.3;
    options.confirm = 0.31;
    const double share = kStepS / independent_s;
    const double seen = options.detection * (1.0 - std::exp(-0.5 * options.gate));
    // Variance of the direction after a birth and a step: Langevin motion from an unknown velocity.
    const double noise = std::pow(core::degrees_to_radians(options.noise_deg), 2.0);
    const double speed = std::pow(core::degrees_to_radians(options.speed_deg_s), 2.0);
    const double tau = options.speed_memory_s, b = std::exp(-kStepS / tau);
    const double drift = speed * tau * tau * (2.0 * kStepS / tau - 3.0 + 4.0 * b - b * b);
    const double predicted = noise + speed * std::pow(tau * (1.0 - b), 2.0) + drift;
    // At the predicted direction the density is that of the innovation's mean.
    const double density = 1.0 / (2.0 * M_PI * (predicted + noise));
    const double ratio = 1.0 - seen + options.detection * density * 4.0 * M_PI / options.clutter;
    doa::Presence expected(options.birth);
    Tracker tracker(options);
    const std::vector<Eigen::Vector3d> there = {Eigen::Vector3d(0.6, 0.0, 0.8)};
    tracker.step(0.0, there);
    expected.predict(kStepS, options.presence);
    expected.update(std::pow(ratio, share));
    CHECK(only(tracker, kStepS, there).existence == Approx(expected.existence()).epsilon(1e-9));
    tracker.step(kStepS, there);
    expected.predict(kStepS, options.presence);
    expected.update(std::pow(1.0 - seen, share));
    CHECK(only(tracker, 2.0 * kStepS, {}).existence == Approx(expected.existence()).epsilon(1e-9));
  }
}

TEST_CASE("a source sounds, pauses or is gone, with the mean times of its states") {
  const doa::PresenceTimes times;
  doa::Presence presence(0.8);
  presence.predict(0.5, times);
  const double stays = std::exp(-0.5 / times.sounding_s);
  const double sounding = 0.8 * stays * std::exp(-0.5 / times.life_s);
  // It is kept through a pause for as long as it was heard, here 0.8 times 0.5 s.
  const double pausing = 0.8 * (1.0 - stays) * std::exp(-0.5 / 0.4);
  CHECK(presence.existence() == Approx(sounding + pausing).epsilon(1e-12));
  // A measurement says that it sounds; it says nothing of pauses.
  doa::Presence measured = presence;
  measured.update(5.0);
  const double rest = 1.0 - sounding - pausing;
  CHECK(measured.existence() ==
        Approx((5.0 * sounding + pausing) / (5.0 * sounding + pausing + rest)).epsilon(1e-12));
  // From pauses it resumes.
  doa::Presence later = presence;
  later.predict(0.3, times);
  const double pauses = sounding * (1.0 - std::exp(-0.3 / times.sounding_s));
  const double resumes = pausing * (1.0 - std::exp(-0.3 / times.pausing_s));
  CHECK(later.existence() ==
        Approx((sounding - pauses + resumes) * std::exp(-0.3 / times.life_s) +
               (pausing + pauses - resumes) * std::exp(-0.3 / (0.4 + 0.3 * sounding)))
            .epsilon(1e-12));
  // Certainty has a limit, so that a track ends soon after its source.
  for (int i = 0; i < 5; ++i) presence.update(1e6);
  CHECK(presence.existence() == Approx(1.0 - 1e-3).epsilon(1e-12));
}

TEST_CASE("the gate holds 99 per cent of the measurements of a track") {
  const Tracker tracker = following(patient());
  const TrackState before = only(tracker, 3.1, {});
  const double sigma_deg = std::hypot(before.sigma_deg, independent().noise_deg);
  const double edge_deg = std::sqrt(-2.0 * std::log(0.01)) * sigma_deg;
  CHECK(only(tracker, 3.1, {apart(before.direction, 0.99 * edge_deg)}).measured);
  CHECK_FALSE(only(tracker, 3.1, {apart(before.direction, 1.01 * edge_deg)}).measured);
}

TEST_CASE("a measurement near a track gives birth to no other, and a shown track comes first") {
  TrackerOptions options = patient();
  Tracker tracker = following(options);
  const Eigen::Vector3d predicted = only(tracker, 3.1, {}).direction;
  tracker.step(3.1, std::vector<Eigen::Vector3d>{predicted, apart(predicted, 9.0)});
  CHECK(tracker.alive() == 1);
  options.merge_deg = 0.0;
  Tracker rivals = following(options);
  rivals.step(3.1, std::vector<Eigen::Vector3d>{predicted, apart(predicted, 6.0)});
  REQUIRE(rivals.alive() == 2);
  // The measurement is nearer to the new track, which is not shown yet.
  CHECK(only(rivals, 3.2, {apart(predicted, 5.0)}).measured);
}

TEST_CASE("two tracks that share one source's measurements become one after the merging time") {
  TrackerOptions options = patient();
  options.detection = 0.1;  // a pause is no reason to drop a track
  options.clutter = 1e-2;
  Tracker tracker(options);
  int n = 0;
  const auto step = [&](const std::vector<Eigen::Vector3d>& directions) {
    tracker.step(kStepS * n++, directions);
  };
  const Eigen::Vector3d fixed = Eigen::Vector3d::UnitX();
  for (int i = 0; i < 40; ++i) {
    // From 14 degrees to 8 degrees: both are measured, so both stay.
    step({fixed, apart(fixed, std::max(8.0, 14.0 - 0.2 * i))});
  }
  REQUIRE(tracker.alive() == 2);
  for (int i = 0; i < 9; ++i) step({fixed});
  CHECK(tracker.alive() == 2);
  for (int i = 0; i < 4; ++i) step({fixed});
  CHECK(tracker.alive() == 1);
}
