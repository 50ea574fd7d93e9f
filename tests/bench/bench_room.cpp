/// Cost of rendering one session on one core, by reverberation time, microphones and duration.
///
/// For comparison: the cost of a renderer for arrays at rest, with static responses and a
/// convolution for each of 60 orientations. It is timed for one orientation and multiplied.
#include <fmt/format.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <vector>

#include "core/random.h"
#include "dsp/fft.h"
#include "room/image_source.h"
#include "room/image_sweep.h"
#include "room/renderer.h"
#include "so3/rotation.h"

namespace {

constexpr double kRate = 16000.0;
constexpr double kPoses = 60.0;

/// Processor time of this process. Wall time would depend on other load of the machine.
double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

std::vector<float> noise(double seconds) {
  core::RandomStream random(1, core::Purpose::kTest);
  std::vector<float> signal(static_cast<std::size_t>(seconds * kRate));
  for (float& value : signal) value = static_cast<float>(random.normal());
  return signal;
}

/// The condition of the C-SL paper, 3.1: a room of 4 x 4 x 4 m, the array in its center, the source
/// at 1 m, 90 degrees per second.
room::Scene paper_scene(double t60_s, const array::Geometry& geometry, double seconds) {
  core::RandomStream random(2, core::Purpose::kTest);
  const Eigen::Vector3d axis = so3::random_direction(random);
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> quaternion;
  for (int i = 0; i <= static_cast<int>(seconds * 100.0) + 1; ++i) {
    time_s.push_back(i * 0.01);
    quaternion.push_back(so3::exp(axis * (1.5708 * i * 0.01)));
  }
  const Eigen::Vector3d center(2.0, 2.0, 2.0);
  return {room::shoebox_from_t60({4.0, 4.0, 4.0}, t60_s),
          center + so3::random_direction(random),
          center,
          geometry,
          so3::Track(time_s, quaternion),
          kRate};
}

double best_of(int runs, room::Renderer& renderer, const room::Scene& scene,
               std::span<const float> source) {
  double best = 1e9;
  for (int run = 0; run < runs; ++run) {
    const double start = cpu_s();
    renderer.render(scene, source);
    best = std::min(best, cpu_s() - start);
  }
  return best;
}

std::size_t count_images(const room::Scene& scene) {
  std::size_t count = 0;
  std::vector<room::RelativeImage> shell;
  const double reach_m = scene.room.max_distance_m;
  room::ImageSweep sweep(scene.room, scene.source_m, scene.array_center_m, reach_m);
  for (double radius_m = 1.0; radius_m < reach_m + 1.0; radius_m += 1.0) {
    shell.clear();
    sweep.advance(std::min(radius_m, reach_m), shell);
    count += shell.size();
  }
  return std::max<std::size_t>(1, count);
}

/// Processor time of one orientation of an array at rest: static responses, and a convolution for
/// each microphone.
double one_pose_s(const room::Scene& scene, std::span<const float> block) {
  std::vector<Eigen::Vector3d> microphones;
  for (const Eigen::Vector3d& p : scene.geometry.position_m)
    microphones.push_back(scene.array_center_m + p);
  const double start = cpu_s();
  const room::ImpulseResponses responses =
      room::static_impulse_responses(scene.room, scene.source_m, microphones);
  for (std::size_t microphone = 0; microphone < responses.microphones; ++microphone) {
    const auto first =
        responses.value.begin() + static_cast<std::ptrdiff_t>(microphone * responses.samples);
    const std::vector<float> response(first,
                                      first + static_cast<std::ptrdiff_t>(responses.samples));
    dsp::convolve(block, response);
  }
  return cpu_s() - start;
}

void by_reverberation() {
  fmt::print("one session of 3 s, 8 microphones (cube8), 16 kHz; processor time of one core\n");
  fmt::print("{:>6} {:>10} {:>9} {:>9} {:>12} {:>9} {:>14} {:>7}\n", "T60 s", "images", "render s",
             "x real", "images/s", "peak MiB", "60 poses s", "ratio");
  room::Renderer renderer;
  const std::vector<float> source = noise(3.0);
  const std::span<const float> block =
      std::span(source).first(static_cast<std::size_t>(3.0 * kRate / kPoses));
  for (const double t60_s : {0.0, 0.25, 0.5, 0.75}) {
    const room::Scene scene = paper_scene(t60_s, array::builtin("cube8"), 3.0);
    const double seconds = best_of(5, renderer, scene, source);
    const double peak = peak_mib();
    const double baseline = kPoses * one_pose_s(scene, block);
    const double images = static_cast<double>(count_images(scene));
    fmt::print("{:6.2f} {:10.0f} {:9.4f} {:9.1f} {:12.3g} {:9.0f} {:14.3f} {:7.1f}\n", t60_s,
               images, seconds, 3.0 / seconds, images / seconds, peak, baseline,
               baseline / seconds);
  }
}

void by_microphones() {
  fmt::print("\nT60 0.5 s, 3 s, by array (ratio to cube8)\n");
  room::Renderer renderer;
  const std::vector<float> source = noise(3.0);
  double reference = 0.0;
  for (const char* name : {"cube8", "tetra4", "ring6", "spherical32", "head2"}) {
    const array::Geometry geometry = array::builtin(name);
    const double seconds = best_of(3, renderer, paper_scene(0.5, geometry, 3.0), source);
    if (reference == 0.0) reference = seconds;
    fmt::print("{:>12} {:3} microphones, radius {:.4f} m: {:7.4f} s {:6.2f}\n", name,
               geometry.size(), geometry.radius_m(), seconds, seconds / reference);
  }
}

void by_duration() {
  fmt::print("\nT60 0.5 s, cube8, by duration (ratio to 3 s)\n");
  room::Renderer renderer;
  double reference = 0.0;
  for (const double duration : {3.0, 10.0, 30.0, 60.0}) {
    const double seconds =
        best_of(2, renderer, paper_scene(0.5, array::builtin("cube8"), duration), noise(duration));
    if (reference == 0.0) reference = seconds;
    fmt::print("{:6.0f} s: {:7.4f} s {:6.2f}, {:6.1f} x real time, peak {:.0f} MiB\n", duration,
               seconds, seconds / reference, duration / seconds, peak_mib());
  }
}

}  // namespace

int main() {
  by_reverberation();
  by_microphones();
  by_duration();
}
