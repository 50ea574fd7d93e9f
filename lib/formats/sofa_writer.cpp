#include "formats/sofa_writer.h"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "core/atomic_file.h"
#include "core/errors.h"
#include "io/hdf5_handle.h"
#include "io/hdf5_reader.h"

namespace formats {
namespace {

/// netCDF-4 numbers dimensions and variables in the order in which they were made.
constexpr unsigned kOrder = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

io::Handle creation_list() {
  io::Handle creation = io::take(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  io::must(H5Pset_obj_track_times(creation.get(), false));
  io::must(H5Pset_link_creation_order(creation.get(), kOrder));
  io::must(H5Pset_attr_creation_order(creation.get(), kOrder));
  return creation;
}

/// The format of HDF5 1.8, which netCDF writes, too. libmysofa refuses the data layout message of
/// HDF5 1.10 (version 4; it reads version 3).
io::Handle access_list() {
  io::Handle access = io::file_access();
  io::must(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V18));
  return access;
}

/// Writes a text with `padding` zeros behind its end, which readers do not see.
/// @return  false if HDF5 fails
bool write_text(hid_t object, const std::string& name, const std::string& value,
                std::size_t padding = 0) {
  std::string padded = value;
  padded.resize(value.size() + 1 + padding, '\0');
  const io::Handle type = io::take(H5Tcopy(H5T_C_S1), H5Tclose);
  io::must(H5Tset_size(type.get(), padded.size()));
  const io::Handle space = io::take(H5Screate(H5S_SCALAR), H5Sclose);
  const io::Handle attribute(
      H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose);
  return attribute.valid() && H5Awrite(attribute.get(), type.get(), padded.data()) >= 0;
}

using Texts = std::map<std::string, std::string>;

constexpr const char* kPadded = "APIName";  // the first in a file, so that it moves all others

bool write_root_texts(hid_t file, const Texts& texts, std::size_t padding) {
  bool good = true;
  for (const auto& [name, value] : texts) {
    good = good && write_text(file, name, value, name == kPadded ? padding : 0);
  }
  return good;
}

/// Bytes of a file that has only these texts. It is made in memory.
std::vector<char> image_of(const Texts& texts, std::size_t padding) {
  const io::Handle access = access_list();
  io::must(H5Pset_fapl_core(access.get(), std::size_t{1} << 16, false));
  const io::Handle creation = creation_list();
  const io::Handle file(H5Fcreate("texts", H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
  if (!file.valid() || !write_root_texts(file.get(), texts, padding)) return {};
  io::must(H5Fflush(file.get(), H5F_SCOPE_GLOBAL));
  const ssize_t size = H5Fget_file_image(file.get(), nullptr, 0);
  std::vector<char> image(static_cast<std::size_t>(std::max<ssize_t>(0, size)));
  if (H5Fget_file_image(file.get(), image.data(), image.size()) != size) return {};
  return image;
}

/// True if libmysofa reads all texts. HDF5 keeps more than 8 attributes in a heap of blocks of
/// 1 KiB. libmysofa reads a block until it meets zeros; behind a block that is full to the last
/// bytes it reads what stands next in the file, and refuses the file.
bool blocks_have_room(const std::vector<char>& image) {
  constexpr std::size_t kBlock = 1024;
  constexpr std::size_t kRoom = 16;
  const std::string_view bytes(image.data(), image.size());
  for (std::size_t at = bytes.find("FHDB"); at != std::string_view::npos;
       at = bytes.find("FHDB", at + 1)) {
    if (at + kBlock > bytes.size()) return false;
    const std::string_view tail = bytes.substr(at + kBlock - kRoom, kRoom);
    if (tail.find_first_not_of('\0') != std::string_view::npos) return false;
  }
  return true;
}

/// Number of zeros behind kPadded with which blocks_have_room().
std::size_t padding_of(const Texts& texts) {
  constexpr std::size_t kStep = 8;
  constexpr std::size_t kMost = 512;
  for (std::size_t padding = 0; padding < kMost; padding += kStep) {
    if (blocks_have_room(image_of(texts, padding))) return padding;
  }
  return 0;  // only libmysofa does not read the file
}

/// A file being written.
class SofaBuilder {
 public:
  SofaBuilder(const std::filesystem::path& target, const std::filesystem::path& path)
      : target_(target) {
    const io::Handle creation = creation_list();
    const io::Handle access = access_list();
    file_ =
        io::Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
    check(file_.valid());
  }

  void root_texts(const Texts& texts) {
    check(write_root_texts(file_.get(), texts, padding_of(texts)));
  }

  /// Writes a dimension without coordinates: a dataset of zeros with a note.
  void dimension(char letter, std::size_t size) {
    const std::string name(1, letter);
    io::Handle scale = dataset(name, {size}, H5T_IEEE_F32BE);
    const std::vector<float> zeros(size, 0.0F);
    check(H5Dwrite(scale.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros.data()) >=
          0);
    const std::string note =
        fmt::format("This is a netCDF dimension but not a netCDF variable. {:9}", size);
    check(H5DSset_scale(scale.get(), note.c_str()) >= 0);
    scales_.emplace(letter, std::move(scale));
  }

  void variable(const SofaVariable& variable, const std::map<char, std::size_t>& dimensions) {
    std::vector<hsize_t> shape;
    hsize_t count = 1;
    for (const char letter : variable.dimensions) {
      shape.push_back(dimensions.at(letter));
      count *= shape.back();
    }
    if (count != variable.values.size()) {
      throw std::logic_error(fmt::format("SOFA variable {}: expected {} values, found {}",
                                         variable.name, count, variable.values.size()));
    }
    const io::Handle made = dataset(variable.name, shape, H5T_IEEE_F64LE);
    check(H5Dwrite(made.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                   variable.values.data()) >= 0);
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const hid_t scale = scales_.at(variable.dimensions[i]).get();
      check(H5DSattach_scale(made.get(), scale, static_cast<unsigned>(i)) >= 0);
    }
    for (const auto& [name, value] : variable.attributes) {
      check(write_text(made.get(), name, value));
    }
  }

  void close() {
    scales_.clear();
    check(file_.reset());
  }

 private:
  io::Handle dataset(const std::string& name, const std::vector<hsize_t>& shape, hid_t type) {
    const io::Handle creation = io::take(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    io::must(H5Pset_obj_track_times(creation.get(), false));
    io::must(H5Pset_attr_creation_order(creation.get(), kOrder));
    const io::Handle space =
        io::take(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose);
    io::Handle made(H5Dcreate2(file_.get(), name.c_str(), type, space.get(), H5P_DEFAULT,
                               creation.get(), H5P_DEFAULT),
                    H5Dclose);
    check(made.valid());
    return made;
  }

  void check(bool good) const {
    if (!good)
      throw core::IoError(fmt::format("{}: cannot write: {}", target_.string(), io::hdf5_reason()));
  }

  std::filesystem::path target_;
  io::Handle file_;
  std::map<char, io::Handle> scales_;
};

constexpr const char* kNoDate = "1970-01-01 00:00:00";

/// Attributes that every SOFA file must have. Attributes of the caller replace them.
std::map<std::string, std::string> common_attributes() {
  return {{"Conventions", "SOFA"},
          {"Version", "1.0"},
          {"SOFAConventionsVersion", "1.0"},
          {"APIName", "csl"},
          {"APIVersion", CSL_VERSION},
          {"ApplicationName", "csl"},
          {"ApplicationVersion", CSL_VERSION},
          {"AuthorContact", "none"},
          {"Organization", "none"},
          {"License", "No license provided, ask the author for permission"},
          {"DataType", "FIR"},
          {"RoomType", "free field"},
          {"DateCreated", kNoDate},
          {"DateModified", kNoDate},
          {"Title", "none"}};
}

/// Reads the file back: on a full disk HDF5 loses data without an error.
void verify(const std::filesystem::path& target, const std::filesystem::path& path,
            const SofaFile& file) {
  const io::Hdf5Reader reader(path);
  for (const SofaVariable& variable : file.variables) {
    const auto found = reader.read<double>("/" + variable.name);
    if (found.size() == variable.values.size() &&
        std::memcmp(found.data(), variable.values.data(), found.size() * sizeof(double)) == 0) {
      continue;
    }
    throw core::IoError(fmt::format("{}: {} was not written as it should be; is the disk full?",
                                    target.string(), variable.name));
  }
}

}  // namespace

std::map<std::string, std::string> cartesian_attributes() {
  return {{"Type", "cartesian"}, {"Units", "metre"}};
}

void write_sofa(const std::filesystem::path& out, const SofaFile& file) {
  io::initialize_hdf5();
  core::AtomicFile target(out);
  SofaBuilder builder(out, target.temporary());
  std::map<std::string, std::string> attributes = file.attributes;
  attributes.merge(common_attributes());
  builder.root_texts(attributes);
  for (const auto& [letter, size] : file.dimensions) builder.dimension(letter, size);
  for (const SofaVariable& variable : file.variables) {
    builder.variable(variable, file.dimensions);
  }
  builder.close();
  verify(out, target.temporary(), file);
  target.commit();
}

}  // namespace formats
