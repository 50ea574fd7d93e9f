/// csl-infer: one direction a window, from a model and features.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "stage/common.h"

namespace stage {

struct InferOptions {
  CommonOptions common;
  std::filesystem::path model;
  std::vector<std::string> in;
  std::filesystem::path out;
  std::vector<std::string> window = {"0.05", "0.2", "0.5", "1", "full"};
  std::string estimator = "robust";  ///< "robust" (mode seeking) or "centroid" (paper, eq. 5)
  std::string frame = "world";       ///< where windows are pooled: "world" or "sensor"
  std::size_t stride = 1;            ///< frames between neighbouring windows
  bool bins = false;                 ///< also write the network's output for every bin

  nlohmann::json to_json() const;
};

/// @throws core::UsageError, core::InputError, core::IoError
void infer(const InferOptions& options);

}  // namespace stage
