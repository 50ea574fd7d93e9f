/// What a report is made from: plain values, so that any tool can fill them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "doa/metrics.h"
#include "doa/window.h"

namespace stage {

/// One cell of Table 1: a method at one window length and reverberation time.
struct ReportRow {
  std::string method;     ///< "csl", "srp-phat", "lsdd", "music"
  std::string estimator;  ///< how bins become a direction: "robust", "centroid", "grid", "refined"
  std::string pooling;    ///< frame the window was pooled in: "world" or "sensor"
  doa::WindowLength window;
  std::optional<double> t60_s;  ///< empty: not known (a recording)
  doa::ErrorStats stats;
  doa::ErrorHistogram histogram;  ///< may stay empty: no distribution is drawn then
};

struct Report {
  std::string title = "Sound localization results";
  std::vector<ReportRow> rows;                          ///< in the order they shall be listed
  nlohmann::json options = nlohmann::json::object();    ///< resolved options of this run
  nlohmann::json provenance = nlohmann::json::array();  ///< one object an input: how it was made
};

}  // namespace stage
