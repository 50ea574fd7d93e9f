/// From features files to the learner's data.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "csl/dataset.h"
#include "stage/schema_features.h"

namespace stage {

using FeaturesReaders = std::vector<std::unique_ptr<FeaturesReader>>;

/// Opens files that can be used together. @throws core::InputError
FeaturesReaders open_features(const std::vector<std::filesystem::path>& paths);

/// @throws core::InputError if the features would take more than `memory`, such as "4G"
void check_memory(const FeaturesReaders& readers, const std::string& memory);

/// Reads every session as an interval. @throws core::InputError on damaged data; core::Error with
/// kStopped if a core::StopSignal comes meanwhile
csl::Dataset read_dataset(const FeaturesReaders& readers);

/// Whether the true direction of any interval is known.
bool has_truth(const csl::Dataset& data);

}  // namespace stage
