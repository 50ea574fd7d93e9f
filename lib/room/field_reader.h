/// Convolution of an image field with a source signal, and its reading by microphones that turn.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "dsp/lane_fft.h"
#include "dsp/lanes.h"
#include "room/harmonics.h"
#include "room/image_field.h"
#include "room/spreading_kernel.h"
#include "room/turning_array.h"

namespace room {

/// Lengths of the block convolution (overlap-save, uniformly partitioned). A transform of kSize
/// samples holds a block of the source, a part of the response as long, and a guard on either side
/// for the ringing of band-limiting filters.
struct Blocks {
  static constexpr std::size_t kSize = 4096;
  static constexpr std::size_t kGuard = 128;
  static constexpr std::size_t kLength = kSize / 2 - kGuard;  // samples of a block and of a part
  static constexpr std::size_t kRows = 2 * kLength;           // grid rows of a part (two a sample)
};

/// Precomputed once: transform plan, grid-to-spectrum factors.
class FieldReader {
 public:
  explicit FieldReader(const SpreadingKernel& kernel);

  /// Adds the field's sound at the microphones to the output.
  /// @param source  [n]
  /// @param output  [samples, mics], row-major, added to
  void add_field(const ImageField& field, const HarmonicBasis& basis, const TurningArray& turning,
                 std::span<const float> source, double sample_rate_hz, double speed_of_sound,
                 std::span<float> output);

 private:
  struct MicSet;
  void transform_source(std::span<const float> source, std::size_t first_block, std::size_t blocks);
  void transform_response(const ImageField& field, const HarmonicBasis& basis, std::size_t group,
                          double wave_number_per_bin);
  void add_part(const ImageField& field, const HarmonicBasis& basis, std::size_t group,
                std::size_t term, std::size_t part, double wave_number_per_bin);
  std::vector<dsp::Cell> radial_filter(const HarmonicBasis& basis, double radius_m,
                                       double wave_number_per_bin) const;

  dsp::LaneFft fft_;
  std::vector<float> alpha_;               // [kSize]: response = alpha even-rows + beta odd-rows
  std::vector<std::complex<float>> beta_;  // [kSize]
  std::size_t parts_ = 0;
  std::vector<std::complex<float>> source_;  // [blocks + parts, kSourceStride] spectra
  std::vector<dsp::Cell> response_;          // [kSize, parts] of one group
  std::vector<dsp::Cell> even_;              // [kSize]
  std::vector<dsp::Cell> odd_;               // [kSize]
};

}  // namespace room
