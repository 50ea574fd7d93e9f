/// Reads features files into the learner's data set.
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

/// Opens features files. @throws core::InputError if they cannot be used together
FeaturesReaders open_features(const std::vector<std::filesystem::path>& paths);

/// Refuses features with a microphone that is silent or shares no sound with the others: it would be
/// given a position all the same.
/// @param keep  only warn
/// @throws core::InputError
void check_microphones(const FeaturesReaders& readers, bool keep);

/// Where csl-train keeps the features: in memory, or in a temporary file if they are too large.
struct MemoryPlan {
  std::size_t bins = 0;          ///< number of bins of all sessions
  bool spool = false;            ///< whether the STFT vectors go to a temporary file
  std::filesystem::path folder;  ///< folder of this file
};

/// @param smoothing  decides how many bins are kept
/// @param memory     memory that the features may use, such as "4G"
/// @param folder     folder for the temporary file
/// @throws core::InputError if even the part that must stay in memory (6 bytes a bin) is larger
MemoryPlan plan_memory(const FeaturesReaders& readers, const learn::BinSmoothing& smoothing,
                       const std::string& memory, const std::filesystem::path& folder);

/// Reads every session as one interval, with bins as the network takes them.
/// @throws core::InputError on damaged data; core::IoError if the temporary file cannot be written;
///         core::Error with kStopped after a core::StopSignal
learn::Dataset read_dataset(const FeaturesReaders& readers, const learn::BinSmoothing& smoothing,
                            const MemoryPlan& plan, core::ThreadPool& pool);

/// What the user allows for the features of a training.
struct MemoryOptions {
  std::string memory;           ///< as plan_memory()
  std::filesystem::path spool;  ///< folder of the temporary file; empty: the folder of `out`
  std::filesystem::path out;    ///< the model
};

/// Plans the memory and reads every session.
learn::Dataset read_dataset(const FeaturesReaders& readers, const learn::BinSmoothing& smoothing,
                            const MemoryOptions& options, core::ThreadPool& pool);

}  // namespace commands
