/// Impulse responses from measured transfer functions.
#pragma once

#include <complex>
#include <string>
#include <vector>

namespace array {

/// Transfer functions at evenly spaced frequencies, H(f) = sum_n h[n] exp(-2 pi i f n / rate).
struct TransferFunctions {
  std::vector<double> frequency_hz;         ///< rising multiples of one spacing, [frequencies]
  std::vector<std::complex<double>> value;  ///< [responses, frequencies]
};

struct ImpulseSet {
  double sample_rate_hz = 0.0;  ///< twice the highest frequency
  std::size_t samples = 0;      ///< length of each response: one period of the spacing
  std::vector<double> ir;       ///< [responses, samples]
  std::string note;             ///< what was assumed; empty: nothing
};

/// Inverse Fourier transforms. Below the lowest frequency, the magnitude stays and the phase goes
/// straight to a real value at 0 Hz. What arrives before time zero (earlier than at the array's
/// center) stands at the end of a period; all responses are turned together so that no response
/// wraps around.
/// @param source_name  name of the input in error messages
/// @throws core::InputError  if the frequencies are fewer than 8 or not evenly spaced
ImpulseSet impulse_responses(const std::string& source_name, const TransferFunctions& transfer);

}  // namespace array
