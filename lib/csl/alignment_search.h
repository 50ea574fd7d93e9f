/// What both searches for a time offset share.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>

namespace csl {

inline constexpr std::size_t kJackKnifeBlocks = 10;

/// Golden-section search for the maximum of a function with one peak in [low, high].
double golden_maximum(const std::function<double(double)>& f, double low, double high,
                      double tolerance);

/// Standard deviation of an estimate from what it is with one block left out each.
double jack_knife(const std::array<double, kJackKnifeBlocks>& left_out);

/// Index of the highest agreement. @throws core::InputError  if all are zero: nothing is covered
std::size_t highest_covered(std::span<const double> agreement);

}  // namespace csl
