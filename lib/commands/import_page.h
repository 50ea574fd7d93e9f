/// The page of csl-import: can these recordings be learned from?
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "ingest/import_report.h"
#include "report/finding_page.h"

namespace commands {

/// The directions that were heard, and the search of each clock that was searched.
std::vector<report::Picture> import_pictures(const ingest::ImportReport& report);

/// @param options  of csl-import
report::FindingPage import_page(const ingest::ImportReport& report, const nlohmann::json& options);

}  // namespace commands
