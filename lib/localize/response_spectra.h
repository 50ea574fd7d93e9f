/// Measured responses at the frequencies of an STFT.
#pragma once

#include "array/responses.h"
#include "doa/baseline.h"
#include "dsp/stft.h"

namespace localize {

/// Makes H[bin, microphone] at the frequencies of the STFT's bins, interpolated over direction
/// (array::ResponseInterpolator). A response that is longer than the STFT's window is wrapped
/// around it, which is exact at these frequencies.
doa::MeasuredArray measured_array(const array::Responses& responses,
                                  const dsp::StftOptions& options, double sample_rate_hz);

}  // namespace localize
