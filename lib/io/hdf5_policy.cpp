// The input policy of Hdf5Reader: which objects, links, storage and filters a file may have.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "io/hdf5_reader.h"

namespace io {
namespace {

/// Deflate cannot expand data by more than about 1032. A dataset that claims more is damaged or
/// malicious.
constexpr std::size_t kMaxExpansion = 1100;

/// Bounds far above those of any file of this field. HDF5's time grows with the cube of the depth.
constexpr std::ptrdiff_t kMostLevels = 16;
constexpr std::size_t kMostObjects = 10000;

struct Visit {
  std::vector<std::string> datasets;
  std::size_t objects = 0;
  std::string problem;  ///< message of an error: exceptions must not pass through HDF5's C code
};

std::string absolute(const char* name) {
  return std::string(name) == "." ? "/" : fmt::format("/{}", name);
}

herr_t refuse_soft_link(hid_t, const char* name, const H5L_info_t* info, void* data) {
  if (info->type == H5L_TYPE_HARD) return 0;
  static_cast<Visit*>(data)->problem = std::string(name) +
                                       ": is a soft or external link; only "
                                       "hard links are read";
  return -1;
}

herr_t note_object(hid_t root, const char* name, const H5O_info_t* info, void* data) {
  auto* visit = static_cast<Visit*>(data);
  const std::string_view path(name);
  if (std::count(path.begin(), path.end(), '/') >= kMostLevels) {
    visit->problem = fmt::format("groups are nested more than {} deep", kMostLevels);
    return -1;
  }
  if (++visit->objects > kMostObjects) {
    visit->problem = fmt::format("has more than {} objects", kMostObjects);
    return -1;
  }
  if (info->type == H5O_TYPE_DATASET) visit->datasets.push_back(absolute(name));
  if (info->type != H5O_TYPE_GROUP) return 0;
  const Handle group(H5Oopen(root, name, H5P_DEFAULT), H5Oclose);
  return H5Literate(group.get(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, refuse_soft_link, data);
}

}  // namespace

std::vector<std::string> Hdf5Reader::datasets() const {
  Visit visit;
  const herr_t status =
      H5Ovisit2(hdf5_.get(), H5_INDEX_NAME, H5_ITER_INC, note_object, &visit, H5O_INFO_BASIC);
  if (!visit.problem.empty()) fail("/", visit.problem);
  if (status < 0) fail("/", "cannot list the file's objects: " + hdf5_reason());
  std::sort(visit.datasets.begin(), visit.datasets.end());
  return visit.datasets;
}

void Hdf5Reader::check_policy() const {
  for (const std::string& name : datasets()) {
    const Handle dataset(H5Dopen2(hdf5_.get(), name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset.valid()) fail(name, "cannot be opened: " + hdf5_reason());
    check_dataset(name, dataset.get());
  }
}

void Hdf5Reader::check_dataset(const std::string& name, hid_t dataset) const {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  if (!creation.valid()) fail(name, "damaged: " + hdf5_reason());
  const H5D_layout_t layout = H5Pget_layout(creation.get());
  if (layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT) {
    fail(name, "has virtual or unknown storage; only data inside the file is read");
  }
  if (H5Pget_external_count(creation.get()) != 0) fail(name, "is stored in another file");
  const int filters = H5Pget_nfilters(creation.get());
  if (filters < 0) fail(name, "damaged: " + hdf5_reason());
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter = H5Pget_filter2(creation.get(), static_cast<unsigned>(i), &flags,
                                               &values, nullptr, 0, nullptr, nullptr);
    if (filter != H5Z_FILTER_FLETCHER32 && filter != H5Z_FILTER_SHUFFLE &&
        filter != H5Z_FILTER_DEFLATE) {
      fail(name, fmt::format("uses filter {}; only Fletcher32, shuffle and deflate are read",
                             static_cast<int>(filter)));
    }
  }
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0 || rank > kMaxRank)
    fail(name, fmt::format("has {} dimensions, at most 4 are read", rank));
  std::array<hsize_t, kMaxRank> dims{};
  if (H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr) != rank)
    fail(name, "damaged: " + hdf5_reason());
  const Handle type(H5Dget_type(dataset), H5Tclose);
  std::size_t bytes = H5Tget_size(type.get());
  if (bytes == 0) fail(name, "damaged: " + hdf5_reason());
  for (int i = 0; i < rank; ++i) {
    const std::size_t n = dims[static_cast<std::size_t>(i)];
    if (n != 0 && bytes > std::numeric_limits<std::size_t>::max() / n)
      fail(name, "its size overflows");
    bytes *= n;
  }
  if (bytes / kMaxExpansion > file_bytes_) {
    fail(name, fmt::format("claims {} bytes in a file of {}: damaged", bytes, file_bytes_));
  }
}

}  // namespace io
