// SOFA files of ours as other programs read them: libmysofa, and ffmpeg's sofalizer on top of it.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "core/errors.h"
#include "core/random.h"
#include "dsp/fft.h"
#include "formats/calibration_sofa.h"
#include "formats/sofa_reader.h"
#include "formats/sofa_writer.h"
#include "io/audio.h"
#include "io/hdf5_reader.h"
#include "temporary_folder.h"
#ifdef CSL_HAVE_MYSOFA
#include <mysofa.h>
#endif

namespace {

constexpr double kRate = 16000.0;
constexpr double kEarDistance_m = 0.18;

/// Two microphones on the y axis of the sensor frame, left first.
calib::Calibration two_ears() {
  calib::Calibration ears;
  ears.array.position_m = {{0.0, 0.5 * kEarDistance_m, 0.0}, {0.0, -0.5 * kEarDistance_m, 0.0}};
  ears.array.offset_m = {0.0, 0.0};
  return ears;
}

formats::CalibrationSofaOptions small() {
  formats::CalibrationSofaOptions options;
  options.directions = 100;
  options.samples = 128;
  return options;
}

/// Runs a shell command. @return its exit code
int shell(const std::string& command) { return WEXITSTATUS(std::system(command.c_str())); }

/// Index of the direction nearest to `d`.
std::size_t nearest(const array::Responses& responses, const Eigen::Vector3d& d) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < responses.direction.size(); ++i) {
    if (responses.direction[i].dot(d) > responses.direction[best].dot(d)) best = i;
  }
  return best;
}

std::span<const float> response(const array::Responses& responses, std::size_t i, std::size_t r) {
  return std::span(responses.ir)
      .subspan((i * responses.receivers + r) * responses.samples, responses.samples);
}

/// Transfer function of a response at one frequency.
std::complex<double> transfer(std::span<const float> ir, double f_hz, double rate_hz) {
  std::complex<double> sum = 0.0;
  for (std::size_t n = 0; n < ir.size(); ++n)
    sum += static_cast<double>(ir[n]) *
           std::polar(1.0, -2.0 * std::numbers::pi * f_hz / rate_hz * static_cast<double>(n));
  return sum;
}

}  // namespace

TEST_CASE("the convention follows the microphones, and what does not fit is refused") {
  const test::TemporaryFolder folder;
  const auto written = [&](const calib::Calibration& c,
                           const formats::CalibrationSofaOptions& options) {
    return formats::write_calibration_sofa(folder / "a.sofa", c, options);
  };
  CHECK(written(two_ears(), small()).convention == "SimpleFreeFieldHRIR");
  formats::CalibrationSofaOptions options = small();
  options.convention = formats::SofaConvention::kGeneralFir;
  CHECK(written(two_ears(), options).convention == "GeneralFIR");

  calib::Calibration ahead = two_ears();
  for (Eigen::Vector3d& p : ahead.array.position_m) p = Eigen::Vector3d(p.y(), 0.0, 0.0);
  const formats::CalibrationSofaResult general = written(ahead, small());
  CHECK(general.convention == "GeneralFIR");
  CHECK(general.note.find("90 degrees") != std::string::npos);
  options.convention = formats::SofaConvention::kSimpleFreeFieldHrir;
  CHECK_THROWS_AS(written(ahead, options), core::UsageError);
  // The first microphone lies along +x of the sensor; who looks along -y has +x on the left.
  options.view_sensor = -Eigen::Vector3d::UnitY();
  CHECK(written(ahead, options).convention == "SimpleFreeFieldHRIR");
  const array::Responses turned = formats::read_sofa(folder / "a.sofa");
  const std::size_t left = nearest(turned, Eigen::Vector3d::UnitY());
  const auto onset = [&](std::size_t r) {
    const auto ir = response(turned, left, r);
    return std::max_element(ir.begin(), ir.end()) - ir.begin();
  };
  CHECK(onset(0) < onset(1));
  options.up_sensor = options.view_sensor;
  CHECK_THROWS_WITH(written(ahead, options), Catch::Matchers::Contains("--up"));

  calib::Calibration four = two_ears();
  four.array.position_m = {{0.1, 0, 0}, {0, 0.1, 0}, {0, 0, 0.1}, {-0.1, 0, 0}};
  four.array.offset_m.assign(4, 0.0);
  CHECK(written(four, small()).convention == "GeneralFIR");
  CHECK(written(four, small()).note.empty());
}

TEST_CASE("a right ear that comes first is written second") {
  const test::TemporaryFolder folder;
  calib::Calibration swapped = two_ears();
  std::swap(swapped.array.position_m[0], swapped.array.position_m[1]);
  const auto result = formats::write_calibration_sofa(folder / "b.sofa", swapped, small());
  CHECK(result.note.find("second microphone is the left ear") != std::string::npos);
  formats::write_calibration_sofa(folder / "a.sofa", two_ears(), small());
  const array::Responses a = formats::read_sofa(folder / "a.sofa");
  const array::Responses b = formats::read_sofa(folder / "b.sofa");
  CHECK(a.ir == b.ir);
}

TEST_CASE("at another sample rate the transfer functions stay") {
  const test::TemporaryFolder folder;
  formats::write_calibration_sofa(folder / "a.sofa", two_ears(), small());
  const array::Responses plain = formats::read_sofa(folder / "a.sofa");
  for (const double rate_hz : {48000.0, 44100.0, 12000.0}) {
    formats::CalibrationSofaOptions options = small();
    options.sample_rate_hz = rate_hz;
    formats::write_calibration_sofa(folder / "b.sofa", two_ears(), options);
    const array::Responses other = formats::read_sofa(folder / "b.sofa");
    CAPTURE(rate_hz);
    REQUIRE(other.sample_rate_hz == rate_hz);
    CHECK(other.samples == static_cast<std::size_t>(std::llround(128.0 * rate_hz / kRate)));
    for (const double f_hz : {500.0, 2000.0, 5000.0}) {
      const auto before = transfer(response(plain, 7, 1), f_hz, kRate);
      const auto after = transfer(response(other, 7, 1), f_hz, rate_hz);
      CHECK(std::abs(after - before) < 0.02);
      CHECK(std::abs(before) == Approx(1.0).margin(0.02));
    }
  }
}

TEST_CASE("texts of the file are the user's") {
  const test::TemporaryFolder folder;
  formats::CalibrationSofaOptions options = small();
  options.texts = {"My head", "me@example.org", "CC0", "Home", "made here"};
  formats::write_calibration_sofa(folder / "a.sofa", two_ears(), options);
  const io::Hdf5Reader file(folder / "a.sofa");
  CHECK(file.text_attribute("/", "Title") == "My head");
  CHECK(file.text_attribute("/", "AuthorContact") == "me@example.org");
  CHECK(file.text_attribute("/", "License") == "CC0");
  CHECK(file.text_attribute("/", "Organization") == "Home");
  CHECK(file.text_attribute("/", "Comment") == "made here");
}

#ifdef CSL_HAVE_MYSOFA

TEST_CASE("libmysofa loads files of any convention with the values that were written") {
  const test::TemporaryFolder folder;
  calib::Calibration four = two_ears();
  four.array.position_m = {{0.1, 0, 0}, {0, 0.1, 0}, {0, 0, 0.1}, {-0.1, 0, 0}};
  four.array.offset_m.assign(4, 0.0);
  formats::CalibrationSofaOptions options = small();
  // Lengths with which a block of HDF5's heap was full to its last bytes, and the longest.
  const std::size_t length = GENERATE(0, 1, 19, 31, 43, 76, 85, 100, 124, 136, 204, 300);
  CAPTURE(length);
  const std::string longest(length, 'x');
  options.texts = {longest, longest, longest, longest, longest};
  formats::write_calibration_sofa(folder / "a.sofa", four, options);
  int error = 0;
  MYSOFA_HRTF* hrtf = mysofa_load((folder / "a.sofa").c_str(), &error);
  REQUIRE(error == MYSOFA_OK);
  CHECK(hrtf->M == 100);
  CHECK(hrtf->R == 4);
  CHECK(hrtf->N == 128);
  const array::Responses ours = formats::read_sofa(folder / "a.sofa");
  REQUIRE(hrtf->DataIR.elements == ours.ir.size());
  CHECK(std::equal(ours.ir.begin(), ours.ir.end(), hrtf->DataIR.values));
  for (const char* name : {"Title", "AuthorContact", "License", "Organization", "Comment"}) {
    std::string copy = name;
    const char* value = mysofa_getAttribute(hrtf->attributes, copy.data());
    INFO(name);
    CHECK((value != nullptr && (value == longest || length == 0)));
  }
  mysofa_free(hrtf);
}

TEST_CASE("libmysofa plays a model of two ears") {
  const test::TemporaryFolder folder;
  formats::write_calibration_sofa(folder / "a.sofa", two_ears(), small());
  int error = 0;
  int length = 0;
  MYSOFA_EASY* easy =
      mysofa_open_no_norm((folder / "a.sofa").c_str(), static_cast<float>(kRate), &length, &error);
  REQUIRE(error == MYSOFA_OK);
  REQUIRE(length == 128);
  const array::Responses ours = formats::read_sofa(folder / "a.sofa");
  const std::size_t i = 31;
  const Eigen::Vector3f d = ours.direction[i].cast<float>();
  std::vector<float> ear[2] = {std::vector<float>(128), std::vector<float>(128)};
  float delay[2];
  mysofa_getfilter_float_nointerp(easy, 10.0F * d.x(), 10.0F * d.y(), 10.0F * d.z(), ear[0].data(),
                                  ear[1].data(), &delay[0], &delay[1]);
  mysofa_close(easy);
  for (std::size_t r = 0; r < 2; ++r) {
    CHECK(delay[r] == 0.0F);
    const auto expected = response(ours, i, r);
    for (std::size_t n = 0; n < 128; ++n) CHECK(std::abs(ear[r][n] - expected[n]) < 1e-6F);
  }
}

#endif

TEST_CASE("ffmpeg's sofalizer plays a model of two ears as our convolution does") {
  if (shell("ffmpeg -hide_banner -filters 2>/dev/null | grep -q sofalizer") != 0) {
    WARN("skipped: ffmpeg with sofalizer is not installed");
    return;
  }
  const test::TemporaryFolder folder;
  formats::CalibrationSofaOptions options = small();
  options.directions = 500;
  formats::write_calibration_sofa(folder / "a.sofa", two_ears(), options);
  std::vector<float> noise(16000);
  core::RandomStream random(5, core::Purpose::kTest, 0);
  for (float& x : noise) x = static_cast<float>(0.1 * random.normal());
  std::vector<float> stereo(2 * noise.size(), 0.0F);  // the right loudspeaker is silent
  for (std::size_t n = 0; n < noise.size(); ++n) stereo[2 * n] = noise[n];
  io::write_wav(folder / "in.wav", stereo, 2, kRate);
  const std::string out = (folder / "out.wav").string();
  REQUIRE(shell("ffmpeg -hide_banner -loglevel error -y -i " + (folder / "in.wav").string() +
                " -af 'sofalizer=sofa=" + (folder / "a.sofa").string() +
                ":type=time:normalize=0:speakers=FL 50 10|FR 300 0' -c:a pcm_f32le " + out) == 0);
  const io::Audio heard = io::read_audio(out);
  REQUIRE(heard.channels == 2);
  const std::vector<float>& sound = heard.samples;
  const array::Responses ours = formats::read_sofa(folder / "a.sofa");
  const std::size_t i = nearest(ours, {std::cos(0.873) * std::cos(0.1745),
                                       std::sin(0.873) * std::cos(0.1745), std::sin(0.1745)});
  // The filter lowers its output by 3 dB for each input channel.
  const float gain = std::pow(10.0F, -6.0F / 20.0F);
  for (std::size_t r = 0; r < 2; ++r) {
    const std::vector<float> expected = dsp::convolve(noise, response(ours, i, r));
    double error = 0.0;
    double energy = 0.0;
    for (std::size_t n = 200; n + 200 < noise.size(); ++n) {
      error += std::pow(sound[2 * n + r] - gain * expected[n], 2);
      energy += std::pow(gain * expected[n], 2);
    }
    INFO("ear " << r);
    CHECK(energy > 0.0);
    CHECK(error < 1e-4 * energy);
  }
}
