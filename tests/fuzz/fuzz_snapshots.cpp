#include "fuzz_file.h"
#include "ingest/snapshot_table.h"

CSL_FUZZ_TARGET(".csv",
                [](const std::filesystem::path& path) { ingest::read_snapshots(path, 16000.0); })
