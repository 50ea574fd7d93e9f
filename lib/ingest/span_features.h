/// Features of spans of a recording, and the predictions of a model for them.
#pragma once

#include <functional>
#include <vector>

#include "align/alignment.h"
#include "align/linear_alignment.h"
#include "formats/model_file.h"
#include "ingest/audio_scan.h"
#include "ingest/options.h"
#include "ingest/orientation_log.h"
#include "learn/model.h"
#include "session/features.h"

namespace ingest {

/// Orientation at the log's own times. The log must outlive the result.
align::OrientationAt orientation_of(const OrientationLog& log);

/// Reads options.model.
/// @throws core::InputError  if it was trained for another number of microphones or another rate
formats::LoadedModel read_model_for(const Options& options, const AudioScan& scan);

/// Settings of the bins for the linear map. They use the noise margin: the map has no other way to
/// ignore noise.
session::FeatureSettings settings_without_model(const Options& options);

/// Calls `use` with the features of each span of the recording. Frame times are recording times.
/// @param spans  in order of their starts
void for_each_span(const Options& options, const AudioScan& scan, const std::vector<Span>& spans,
                   const session::FeatureSettings& settings,
                   const std::function<void(const session::Features&)>& use);

/// Predictions of the model for one span, frame by frame, with the bins of highest confidence.
/// @param unsmoothed  bins of the span; the model's smoothing is applied here
align::IntervalPredictions predict_span(learn::Predictor& predictor,
                                        const session::Features& unsmoothed);

/// Cross-spectra of one span, block by block, for the linear map.
/// @param unsmoothed  bins of the span; the smoothing of the fast preset is applied here
align::TimedSpectra block_spectra(const session::Features& unsmoothed,
                                  const session::FeatureSettings& settings,
                                  std::size_t microphones);

}  // namespace ingest
