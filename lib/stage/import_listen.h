/// What a recording says, piece by piece, before it is cut into sessions.
#pragma once

#include <functional>
#include <vector>

#include "csl/alignment.h"
#include "csl/linear_alignment.h"
#include "csl/model.h"
#include "stage/features.h"
#include "stage/import.h"
#include "stage/import_audio.h"
#include "stage/import_log.h"
#include "stage/schema_model.h"

namespace stage {

/// Of the log, at its own times. The log must outlive it.
csl::OrientationAt orientation_of(const OrientationLog& log);

/// options.model. @throws core::InputError  if it is of other microphones or another rate
LoadedModel read_model_for(const ImportOptions& options, const AudioScan& scan);

/// Bins for the linear map, which has no other way to leave out noise.
FeatureSettings settings_without_model(const ImportOptions& options);

/// Features of pieces of the recording, in order of their starts; frame times are recording times.
void for_each_piece(const ImportOptions& options, const AudioScan& scan,
                    const std::vector<Span>& pieces, const FeatureSettings& settings,
                    const std::function<void(const SessionFeatures&)>& use);

/// What the model says of a piece, frame by frame, with the bins of which it is surest.
csl::AlignmentInterval listen(csl::Predictor& predictor, const SessionFeatures& heard);

/// Cross-spectra of a piece, block by block.
csl::TimedInterval listen_linearly(const SessionFeatures& heard, const FeatureSettings& settings,
                                   std::size_t microphones);

}  // namespace stage
