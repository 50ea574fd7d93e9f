/// Convolution of an image field with the source signal, for a group of eight harmonics at a time.
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

namespace room {

/// Lengths of the block convolution (overlap-save, uniformly partitioned). A transform of kSize
/// samples has space for a block of the source, a partition of the response of the same length, and
/// a guard on either side for the ringing of filters.
struct Blocks {
  static constexpr std::size_t kSize = 4096;
  /// Guard for the band limit alone (8 ms at 16 kHz).
  static constexpr std::size_t kGuard = 128;
  /// Guard for octave bands down to 125 Hz (40 ms at 16 kHz).
  static constexpr std::size_t kBandGuard = 640;

  std::size_t guard = kGuard;  ///< samples

  /// Samples of a block, and of a partition.
  std::size_t length() const { return kSize / 2 - guard; }
  /// Grid rows of a partition, two per sample.
  std::size_t rows() const { return 2 * length(); }
};

/// Convolver of one scene after another. The order of calls is: begin_scene(), load_source() for
/// some blocks, load_group(), sound() of the blocks.
class FieldConvolver {
 public:
  explicit FieldConvolver(const SpreadingKernel& kernel);

  const Blocks& blocks() const { return blocks_; }

  /// Starts a scene. The field and the basis must outlive the scene's last call of load_group().
  /// @param blocks  the lengths for which the field's layers were planned
  void begin_scene(const ImageField& field, const HarmonicBasis& basis, const Blocks& blocks,
                   double sample_rate_hz, double speed_of_sound);

  /// Transforms the part of the source that the blocks first_block .. first_block + blocks - 1
  /// need.
  void load_source(std::span<const float> source, std::size_t first_block, std::size_t blocks);

  /// Transforms the responses of one group of harmonics.
  void load_group(std::size_t group);

  /// Sound of the loaded group's harmonics in block first_block + block, filtered.
  /// @param filter  spectrum times 1 / kSize, in the transform's order, [kSize]
  /// @return        samples of that block, [blocks().length()]; valid until the next call
  std::span<const dsp::Cell> sound(std::size_t block, const dsp::Cell* filter);

  /// Filters that read the field on a sphere of this radius: (2n + 1) i^n j_n(k r) / kSize for
  /// every harmonic of degree n.
  /// @return  [groups, kSize]
  std::vector<dsp::Cell> sphere_filter(double radius_m) const;

 private:
  std::complex<double> layer_factor(const FieldLayer& layer, double bin, double hz_per_bin,
                                    bool banded) const;
  void add_partition(std::size_t layer, std::size_t group, std::size_t part);
  /// Frequency in cycles per kSize samples of place i of a spectrum, -kSize/2 .. kSize/2 - 1.
  double signed_bin(std::size_t place) const;

  dsp::LaneFft fft_;
  Blocks blocks_;
  // Spectrum of a partition from the spectra of its even and odd rows: alpha even + beta odd,
  // [kSize] each.
  std::vector<float> alpha_;
  std::vector<std::complex<float>> beta_;

  const ImageField* field_ = nullptr;
  const HarmonicBasis* basis_ = nullptr;
  double wave_number_per_bin_ = 0.0;  // rad/m
  std::size_t partitions_ = 0;
  std::size_t first_block_ = 0;
  std::vector<std::complex<float>> layer_factor_;  // [layers, kSize]
  std::vector<std::complex<float>> source_;        // [blocks + partitions - 1, stride] spectra
  std::vector<dsp::Cell> response_;                // [kSize, partitions] of the loaded group
  std::vector<dsp::Cell> even_;                    // [kSize]
  std::vector<dsp::Cell> odd_;                     // [kSize]
};

}  // namespace room
