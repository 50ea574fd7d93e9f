/// Features of sessions that are too long for memory.
#pragma once

#include <cstddef>

#include "core/parallel.h"
#include "formats/features_file.h"
#include "formats/input_list.h"
#include "formats/sessions_file.h"
#include "session/features.h"

namespace commands {

/// Sessions of more frames are worked on in blocks: 20 s with the default settings. The spectra
/// of such a session take 26 MB with 8 microphones.
inline constexpr std::size_t kLongSessionFrames = 2000;

/// Writes the features of one session in blocks of frames. The values are those of
/// features::make_features(). The spectra are computed twice, and four times with a noise margin.
/// @return  number of bins
std::size_t write_feature_blocks(const formats::InputList<formats::SessionsReader>& inputs,
                                 std::size_t session, const session::FeatureSettings& settings,
                                 core::ThreadPool& pool, formats::FeaturesWriter& writer);

}  // namespace commands
