/// Parts that both searches for a time offset use.
#pragma once

#include <array>
#include <cstddef>
#include <functional>

#include "align/alignment.h"

namespace align {

inline constexpr std::size_t kJackKnifeBlocks = 10;

/// Golden-section search for the maximum of a function with one peak in [low, high].
double golden_maximum(const std::function<double(double)>& f, double low, double high,
                      double tolerance);

/// Standard error of an estimate by jack-knife. @param left_out  estimates without one block each
double jack_knife(const std::array<double, kJackKnifeBlocks>& left_out);

/// The coarse search: fills the result's curve and its ordinary agreement.
/// @return  index of the highest agreement in the curve
/// @throws core::InputError  if all are zero: nothing is covered
std::size_t scan_offsets(const AlignmentOptions& options, double step_s,
                         const std::function<double(double offset_s)>& agreement,
                         Alignment& result);

/// Whether there is no clear optimum: it lies at the curve's edge, or its standard error is larger
/// than allowed, or it exceeds the ordinary agreement by less than `min_rise` of the ordinary
/// agreement's distance to 1.
bool is_flat(const Alignment& result, std::size_t best, double min_rise,
             double max_standard_error_s);

}  // namespace align
