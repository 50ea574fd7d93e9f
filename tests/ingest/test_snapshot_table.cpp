#include <catch2/catch.hpp>
#include <complex>
#include <fstream>

#include "core/errors.h"
#include "ingest/snapshot_table.h"
#include "temporary_folder.h"

namespace {

ingest::Snapshots read(const std::string& text, double rate_hz = 48000.0) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "s.csv") << text;
  return ingest::read_snapshots(folder / "s.csv", rate_hz);
}

std::string message(const std::string& text, double rate_hz = 48000.0) {
  try {
    read(text, rate_hz);
  } catch (const core::InputError& error) {
    return error.what();
  }
  return "";
}

const std::string kNames = "time_s,frequency_hz,re1,im1,re2,im2\n";

}  // namespace

TEST_CASE("snapshots become bins of unit norm on the table's frequencies", "[snapshots]") {
  const ingest::Snapshots s = read(kNames +
                                   "10,2953.125,3,0,0,4\n10,3000,0,0,0,0\n"
                                   "10.1,2953.125,1,0,1,0\n10.1,3000,0,2,0,0\n"
                                   "10.2,2953.125,0,1,0,1\n10.2,3000,1e-3,0,0,0\n");
  CHECK(s.microphones == 2);
  CHECK(s.settings.window_samples == 1024);
  CHECK(s.settings.hop_samples == 4800);
  CHECK(s.settings.bin_hz() == Approx(46.875));
  REQUIRE(s.features.frames() == 3);
  CHECK(s.features.frame_time_s[1] == Approx(10.1));
  // Silence and what lies 60 dB under the frequency's loudest bin are left out.
  REQUIRE(s.features.bins() == 4);
  CHECK(s.features.frequency == std::vector<std::uint16_t>{63, 63, 64, 63});
  CHECK(s.features.frame == std::vector<std::uint32_t>{0, 1, 1, 2});
  CHECK(std::abs(s.features.stft[0] - std::complex<float>(0.6F, 0.0F)) < 1e-6F);
  CHECK(std::abs(s.features.stft[1] - std::complex<float>(0.0F, 0.8F)) < 1e-6F);
  CHECK(s.features.energy[0] == Approx(25.0));

  const session::Features cut =
      ingest::cut_snapshots(s.features, 1, 3, {2, Eigen::Quaterniond::Identity()});
  CHECK(cut.frame_time_s == std::vector<double>{0.0, cut.frame_time_s[1]});
  CHECK(cut.frame_time_s[1] == Approx(0.1));
  CHECK(cut.frame == std::vector<std::uint32_t>{0, 0, 1});
  CHECK(cut.stft.size() == 6);
}

TEST_CASE("tables that are no snapshots are refused by name", "[snapshots]") {
  const std::string good = "10,2953.125,1,0,1,0\n10,3000,1,0,1,0\n10.1,3000,1,0,1,0\n";
  CHECK(message(kNames + good).empty());
  CHECK(message("time,frequency_hz,re1,im1,re2,im2\n" + good).find("time_s") != std::string::npos);
  CHECK(message("time_s,frequency_hz,re1,im1,a,b\n" + good).find("re2") != std::string::npos);
  CHECK(message(kNames + good + "10,3000,1,0,1,0\n").find("backward") != std::string::npos);
  CHECK(message(kNames + good + "10.1,3000,1,0,1,0\n").find("rising") != std::string::npos);
  CHECK(message(kNames + good + "10.2,3010,1,0,1,0\n").find("multiple of") != std::string::npos);
  CHECK(message(kNames + good, 16.0 * 46.875).find("--rate") != std::string::npos);
  CHECK(message(kNames + good + "10.2,3000,nan,0,1,0\n").find("finite") != std::string::npos);
  CHECK(message(kNames + "10,3000,1,0,1,0\n10.1,3000,1,0,1,0\n").find("2 frequencies") !=
        std::string::npos);
  CHECK(message(kNames + "10,2953.125,0,0,0,0\n10,3000,0,0,0,0\n10.1,3000,0,0,0,0\n")
            .find("silent") != std::string::npos);
}
