#include "io/netcdf_writer.h"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <stdexcept>

#include "core/errors.h"
#include "io/hdf5_reader.h"

namespace io {
namespace {

/// netCDF-4 wants to know the order in which things were made, and nothing may carry a time.
Handle creation_list(hid_t kind) {
  Handle list(H5Pcreate(kind), H5Pclose);
  if (kind == H5P_FILE_CREATE) {
    H5Pset_link_creation_order(list.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  }
  H5Pset_attr_creation_order(list.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_obj_track_times(list.get(), false);
  return list;
}

bool write_text(hid_t object, const std::string& name, const std::string& value) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), value.empty() ? 1 : value.size());
  H5Tset_strpad(type.get(), H5T_STR_NULLTERM);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(
      H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose);
  const std::string text = value.empty() ? std::string(1, '\0') : value;
  return attribute.valid() && H5Awrite(attribute.get(), type.get(), text.data()) >= 0;
}

}  // namespace

NetcdfWriter::NetcdfWriter(const std::filesystem::path& out) : file_(out) {
  initialise_hdf5();
  const Handle creation = creation_list(H5P_FILE_CREATE);
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V110);
  hdf5_ = Handle(H5Fcreate(file_.temporary().c_str(), H5F_ACC_TRUNC, creation.get(), access.get()),
                 H5Fclose);
  check(hdf5_.valid(), "create");
}

void NetcdfWriter::check(bool good, const std::string& doing) const {
  if (good) return;
  throw core::IoError(
      fmt::format("{}: cannot {}: {}", file_.target().string(), doing, hdf5_reason()));
}

void NetcdfWriter::attribute(const std::string& name, const std::string& value) {
  const Handle root(H5Gopen2(hdf5_.get(), "/", H5P_DEFAULT), H5Gclose);
  check(root.valid() && write_text(root.get(), name, value), "write attribute " + name);
}

void NetcdfWriter::dimension(const std::string& name, std::size_t size) {
  const hsize_t length = size;
  const Handle space(H5Screate_simple(1, &length, nullptr), H5Sclose);
  const Handle creation = creation_list(H5P_DATASET_CREATE);
  Handle scale(H5Dcreate2(hdf5_.get(), name.c_str(), H5T_IEEE_F32BE, space.get(), H5P_DEFAULT,
                          creation.get(), H5P_DEFAULT),
               H5Dclose);
  // The name by which netCDF knows a dimension that has no values.
  const std::string label =
      fmt::format("This is a netCDF dimension but not a netCDF variable. {:9}", size);
  check(scale.valid() && H5DSset_scale(scale.get(), label.c_str()) >= 0, "write dimension " + name);
  dimensions_[name] = {std::move(scale), size};
}

void NetcdfWriter::variable(const std::string& name, const std::vector<std::string>& dimensions,
                            std::span<const double> values, const TextAttributes& attributes) {
  std::vector<hsize_t> shape;
  std::size_t count = 1;
  for (const std::string& dimension : dimensions) {
    shape.push_back(dimensions_.at(dimension).second);
    count *= dimensions_.at(dimension).second;
  }
  if (count != values.size()) throw std::logic_error(name + ": values do not fit the dimensions");
  const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                     H5Sclose);
  const Handle creation = creation_list(H5P_DATASET_CREATE);
  Handle dataset(H5Dcreate2(hdf5_.get(), name.c_str(), H5T_IEEE_F64LE, space.get(), H5P_DEFAULT,
                            creation.get(), H5P_DEFAULT),
                 H5Dclose);
  check(dataset.valid() && H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                    values.data()) >= 0,
        "write " + name);
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    check(H5DSattach_scale(dataset.get(), dimensions_.at(dimensions[i]).first.get(),
                           static_cast<unsigned>(i)) >= 0,
          "write dimensions of " + name);
  }
  for (const auto& [key, value] : attributes) {
    check(write_text(dataset.get(), key, value), "write attribute " + key);
  }
  check(dataset.reset(), "close " + name);
  written_[name].assign(values.begin(), values.end());
}

void NetcdfWriter::commit() {
  for (auto& [name, scale] : dimensions_) check(scale.first.reset(), "close " + name);
  check(H5Fflush(hdf5_.get(), H5F_SCOPE_GLOBAL) >= 0, "flush");
  check(hdf5_.reset(), "close");
  // A full disk loses data without an error from flush or close.
  try {
    const Hdf5Reader reader(file_.temporary());
    for (const auto& [name, values] : written_) {
      if (reader.read<double>("/" + name) != values) {
        throw core::InputError(name + ": content differs");
      }
    }
  } catch (const core::InputError& error) {
    throw core::IoError(fmt::format("{}: what was written could not be read back (disk full?): {}",
                                    file_.target().string(), error.what()));
  }
  file_.commit();
}

}  // namespace io
