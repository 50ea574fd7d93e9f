/// What a recording says, piece by piece, before it is cut into sessions.
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

/// Of the log, at its own times. The log must outlive it.
align::OrientationAt orientation_of(const OrientationLog& log);

/// options.model. @throws core::InputError  if it is of other microphones or another rate
formats::LoadedModel read_model_for(const Options& options, const AudioScan& scan);

/// Bins for the linear map, which has no other way to leave out noise.
session::FeatureSettings settings_without_model(const Options& options);

/// Features of pieces of the recording, in order of their starts; frame times are recording times.
void for_each_piece(const Options& options, const AudioScan& scan, const std::vector<Span>& pieces,
                    const session::FeatureSettings& settings,
                    const std::function<void(const session::Features&)>& use);

/// What the model says of a piece, frame by frame, with the bins of which it is surest.
align::IntervalPredictions listen(learn::Predictor& predictor, const session::Features& heard);

/// Cross-spectra of a piece, block by block.
align::TimedSpectra listen_linearly(const session::Features& heard,
                                    const session::FeatureSettings& settings,
                                    std::size_t microphones);

}  // namespace ingest
