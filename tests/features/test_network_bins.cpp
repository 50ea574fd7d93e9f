#include <Eigen/Core>
#include <catch2/catch.hpp>

#include "core/random.h"
#include "features/network_bins.h"
#include "session/features.h"

namespace {

constexpr std::size_t kMicrophones = 2;

/// Unit bins at random, some of a frame's missing as below a floor.
session::Features sparse_session(std::size_t frames) {
  core::RandomStream random(8, core::Purpose::kTest);
  session::Features session;
  for (std::uint32_t f = 0; f < frames; ++f) {
    session.frame_time_s.push_back(0.01 * f);
    session.frame_rotation.push_back(Eigen::Quaterniond::Identity());
    for (std::uint16_t k = 9; k < 60; ++k) {
      if (f == 3 || random.uniform() < 0.3) continue;  // the fourth frame is silent
      Eigen::Vector2cf y(std::complex<float>(static_cast<float>(random.normal()), 0.5F),
                         std::complex<float>(0.2F, static_cast<float>(random.normal())));
      y.normalize();
      session.stft.insert(session.stft.end(), y.begin(), y.end());
      session.frame.push_back(f);
      session.frequency.push_back(k);
      session.energy.push_back(static_cast<float>(random.uniform()));
      session.rise.push_back(static_cast<float>(random.uniform()));
    }
  }
  return session;
}

}  // namespace

TEST_CASE("without smoothing and thinning, the network gets all bins unchanged") {
  const session::Features session = sparse_session(6);
  const session::Features bins = features::network_bins(session, {0, 1});
  CHECK(bins.stft == session.stft);
  CHECK(bins.frame == session.frame);
  CHECK(bins.frequency == session.frequency);
  CHECK(bins.energy == session.energy);
  CHECK(bins.rise == session.rise);
  CHECK(bins.frame_time_s == session.frame_time_s);
  CHECK(bins.frame_rotation.size() == session.frames());
  CHECK(bins.microphones() == kMicrophones);
  CHECK(features::network_bins({}, {3, 3}).bins() == 0);
}

TEST_CASE("smoothing keeps the number of bins, and their norms are at most 1") {
  const session::Features session = sparse_session(6);
  const session::Features smooth = features::network_bins(session, {2, 1});
  CHECK(smooth.frequency == session.frequency);
  CHECK(smooth.frame == session.frame);
  CHECK(smooth.stft != session.stft);
  for (std::size_t b = 0; b < smooth.bins(); ++b) {
    const float power = std::norm(smooth.stft[2 * b]) + std::norm(smooth.stft[2 * b + 1]);
    CHECK((power > 0.19F && power < 1.0001F));  // a fifth at least: its own
  }
}

TEST_CASE(
    "of each group of neighboring bins the loudest is kept, and so is a bin without neighbors") {
  const std::vector<std::uint16_t> frequency = {1, 2, 5, 6, 8, 9};
  const std::vector<float> energy = {2.0F, 1.0F, 3.0F, 5.0F, 5.0F, 0.9F};
  CHECK(learn::loudest_of_groups(frequency, energy, 1) ==
        std::vector<std::size_t>{0, 1, 2, 3, 4, 5});
  // Groups 1 2, 5, 6 8, 9; 6 before 8, which is as loud.
  CHECK(learn::loudest_of_groups(frequency, energy, 3) == std::vector<std::size_t>{0, 2, 3, 5});
}

TEST_CASE("bins that thinning leaves out still smooth the others, and the count of bins is right") {
  const session::Features session = sparse_session(6);
  const session::Features all = features::network_bins(session, {2, 1});
  const session::Features third = features::network_bins(session, {2, 3});
  CHECK(third.bins() == features::count_network_bins(session.frame, session.frequency, 3));
  CHECK(features::count_network_bins(session.frame, session.frequency, 1) == session.bins());
  CHECK(3 * third.bins() > all.bins());
  std::size_t next = 0;
  std::size_t groups = 0;
  for (std::size_t b = 0; b < all.bins(); ++b) {
    const bool new_group = b == 0 || all.frame[b] != all.frame[b - 1] ||
                           all.frequency[b] / 3 != all.frequency[b - 1] / 3;
    groups += new_group ? 1 : 0;
    if (next == third.bins() || third.frame[next] != all.frame[b] ||
        third.frequency[next] != all.frequency[b]) {
      continue;
    }
    CHECK(third.stft[2 * next] == all.stft[2 * b]);
    CHECK(third.energy[next] == all.energy[b]);
    CHECK(third.rise[next] == all.rise[b]);
    ++next;
    CHECK(next == groups);  // one of each group
  }
  CHECK(third.bins() == next);
  CHECK(third.bins() == groups);
}

TEST_CASE("chosen bins are smoothed in the same way as if all were chosen") {
  const session::Features session = sparse_session(6);
  const session::Features all = features::network_bins(session, {3, 1});
  const std::vector<std::size_t> chosen = {0, 1, 40, 77, session.bins() - 1};
  const std::vector<std::complex<float>> some = features::smoothed_bins(session, chosen, 3);
  REQUIRE(some.size() == kMicrophones * chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    CHECK(some[2 * i] == all.stft[2 * chosen[i]]);
    CHECK(some[2 * i + 1] == all.stft[2 * chosen[i] + 1]);
  }
  CHECK(features::smoothed_bins(session, {}, 3).empty());
}
