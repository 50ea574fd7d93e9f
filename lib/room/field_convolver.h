/// Convolution of an image field with the source signal, a group of eight harmonics at a time.
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
/// samples holds a block of the source, a part of the response as long, and a guard on either side
/// for the ringing of filters.
struct Blocks {
  static constexpr std::size_t kSize = 4096;
  /// Guard for the band limit alone (8 ms at 16 kHz), and for octave bands down to 125 Hz (40 ms).
  static constexpr std::size_t kGuard = 128;
  static constexpr std::size_t kBandGuard = 640;

  std::size_t guard = kGuard;

  std::size_t length() const { return kSize / 2 - guard; }  ///< samples of a block and of a part
  std::size_t rows() const { return 2 * length(); }         ///< grid rows of a part, two a sample
};

/// Order of calls: begin a scene, load a stretch of the source, load a group, take sounds of
/// blocks.
class FieldConvolver {
 public:
  explicit FieldConvolver(const SpreadingKernel& kernel);

  const Blocks& blocks() const { return blocks_; }

  /// Field and basis must outlive the scene's last call of load_group().
  /// @param blocks  those that the field's layers were planned for
  void begin_scene(const ImageField& field, const HarmonicBasis& basis, const Blocks& blocks,
                   double sample_rate_hz, double speed_of_sound);

  /// Transforms what blocks first_block .. first_block + blocks - 1 need of the source.
  void load_source(std::span<const float> source, std::size_t first_block, std::size_t blocks);

  /// Transforms the responses of one group of harmonics.
  void load_group(std::size_t group);

  /// Sound of the loaded group's harmonics in block first_block + block, filtered.
  /// @param filter  spectrum times 1 / kSize, in the transform's order, [kSize]
  /// @return        [blocks().length()] samples of that block; valid until the next
  /// call
  std::span<const dsp::Cell> sound(std::size_t block, const dsp::Cell* filter);

  /// Filters that read the field on a sphere: (2n + 1) i^n j_n(k r) / kSize for every harmonic.
  /// @return  [groups, kSize]
  std::vector<dsp::Cell> sphere_filter(double radius_m) const;

 private:
  std::complex<double> layer_factor(const FieldLayer& layer, double bin, double hz_per_bin,
                                    bool banded) const;
  void add_part(std::size_t layer, std::size_t group, std::size_t part);
  /// Frequency in cycles per kSize samples of place i of a spectrum, -kSize/2 .. kSize/2 - 1.
  double signed_bin(std::size_t place) const;

  dsp::LaneFft fft_;
  Blocks blocks_;
  // Spectrum of a part from those of its even and odd rows: alpha even + beta odd, [kSize] each.
  std::vector<float> alpha_;
  std::vector<std::complex<float>> beta_;

  const ImageField* field_ = nullptr;
  const HarmonicBasis* basis_ = nullptr;
  double wave_number_per_bin_ = 0.0;  // rad/m
  std::size_t parts_ = 0;
  std::size_t first_block_ = 0;
  std::vector<std::complex<float>> layer_factor_;  // [layers, kSize]
  std::vector<std::complex<float>> source_;        // [blocks + parts - 1, stride] spectra
  std::vector<dsp::Cell> response_;                // [kSize, parts] of the loaded group
  std::vector<dsp::Cell> even_;                    // [kSize]
  std::vector<dsp::Cell> odd_;                     // [kSize]
};

}  // namespace room
