/// From features files to the learner's data.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "formats/features_file.h"
#include "formats/input_list.h"
#include "learn/dataset.h"
#include "learn/smoothing.h"

namespace commands {

using FeaturesReaders = formats::InputList<formats::FeaturesReader>;

/// Opens files that can be used together. @throws core::InputError
FeaturesReaders open_features(const std::vector<std::filesystem::path>& paths);

/// What csl-train does with data larger than it may hold.
struct MemoryPlan {
  std::size_t bins = 0;          ///< of all sessions
  bool spool = false;            ///< keep the STFT vectors in a temporary file
  std::filesystem::path folder;  ///< where
};

/// @param smoothing  which bins there will be
/// @param memory     what the features may take, such as "4G"
/// @throws core::InputError if even what must stay in memory (6 bytes a bin) is more
MemoryPlan plan_memory(const FeaturesReaders& readers, const learn::BinSmoothing& smoothing,
                       const std::string& memory, const std::filesystem::path& folder);

/// Reads every session as an interval, with the bins that the network takes. @throws
/// core::InputError on damaged data; core::IoError if the temporary file cannot be written;
/// core::Error with kStopped if a core::StopSignal comes meanwhile
learn::Dataset read_dataset(const FeaturesReaders& readers, const learn::BinSmoothing& smoothing,
                            const MemoryPlan& plan, core::ThreadPool& pool);

}  // namespace commands
