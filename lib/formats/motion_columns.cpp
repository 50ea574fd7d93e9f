#include "formats/motion_columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.h"
#include "core/parse.h"
#include "io/table_cells.h"

namespace formats {
namespace {

constexpr std::array kFields = {"time", "gx", "gy", "gz", "ax", "ay",   "az",    "mx", "my",
                                "mz",   "qw", "qx", "qy", "qz", "roll", "pitch", "yaw"};

/// The cells of a row that stands above the names: a name holds for the empty cells after it.
std::vector<std::string> filled(std::vector<std::string> row) {
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i].empty()) row[i] = row[i - 1];
  }
  return row;
}

bool is_row_of_units(const std::vector<std::string>& row) {
  std::size_t units = 0;
  std::size_t texts = 0;
  for (const std::string& cell : row) {
    texts += cell.empty() ? 0 : 1;
    units += find_unit(cell) ? 1 : 0;
  }
  return units > 0 && 2 * units > texts;
}

std::string lower(std::string_view text) { return io::normalized_name(text); }

/// A bare component has the quantity of the cell above it: "Rotation" over "X".
void take_quantity_above(std::string_view above, ColumnName& read) {
  const Words words = words_of(above);
  if (has(words, kOtherWords)) {
    read.quantity = Quantity::kOther;
  } else {
    read.quantity = quantity_of_words(words);
  }
}

const char* description(Quantity quantity) {
  switch (quantity) {
    case Quantity::kGyroscope:
      return "a gyroscope";
    case Quantity::kMagnetometer:
      return "a magnetometer";
    case Quantity::kRotation:
    case Quantity::kEuler:
    case Quantity::kMatrix:
      return "an orientation";
    case Quantity::kPlain:
      return "x, y, z";
    default:
      return "an accelerometer";
  }
}

}  // namespace

StatedColumns read_stated_columns(const std::vector<std::string>& texts) {
  StatedColumns columns;
  for (const std::string& text : texts) {
    const std::size_t equal = text.find('=');
    const std::string field = text.substr(0, equal);
    const bool known = std::ranges::find(kFields, field) != kFields.end();
    if (!known || equal == std::string::npos || equal + 1 == text.size()) {
      throw core::UsageError(
          fmt::format("--columns: expected FIELD=NAME with the fields {}, found \"{}\"",
                      fmt::join(kFields, ", "), text));
    }
    if (!columns.emplace(field, text.substr(equal + 1)).second) {
      throw core::UsageError(fmt::format("--columns: {} is given twice", field));
    }
  }
  return columns;
}

MotionColumns::MotionColumns(std::filesystem::path path, const io::TableHeader& header,
                             const StatedColumns& stated, const std::string& body)
    : path_(std::move(path)), count_(header.columns) {
  if (!header.rows.empty()) read_names(header);
  for (const auto& [field, text] : stated) stated_[field] = resolve(field, text);
  if (!body.empty()) keep_body(body);
}

void MotionColumns::read_names(const io::TableHeader& header) {
  std::size_t names = header.rows.size() - 1;
  const bool units = names > 0 && is_row_of_units(header.rows[names]);
  if (units) --names;
  std::vector<std::vector<std::string>> above;
  for (std::size_t row = names; row-- > 0;) above.push_back(filled(header.rows[row]));
  for (std::size_t i = 0; i < count_; ++i) {
    Column column;
    column.name = header.rows[names][i];
    const std::string unit = units ? header.rows.back()[i] : "";
    column.read = read_column_name(unit.empty() ? column.name : column.name + " (" + unit + ")");
    for (const auto& row : above) column.above.push_back(row[i]);
    if (column.read.quantity == Quantity::kPlain && !column.above.empty()) {
      take_quantity_above(column.above.front(), column.read);
    }
    column.set = column.read.stem;
    for (const std::string& cell : column.above) column.set += "|" + cell;
    columns_.push_back(std::move(column));
  }
}

/// Leaves the quantities of the columns of one body and of those that belong to none.
void MotionColumns::keep_body(const std::string& body) {
  bool found = false;
  for (const Column& column : columns_) {
    for (const std::string& cell : column.above) found = found || lower(cell) == lower(body);
  }
  if (!found) {
    throw core::UsageError(
        fmt::format("--body: {} holds no body \"{}\"; found {}", path_.string(), body, list()));
  }
  for (Column& column : columns_) {
    const bool same = std::ranges::any_of(
        column.above, [&](const std::string& cell) { return lower(cell) == lower(body); });
    const bool part = column.read.component != 0;
    if (part && !same) column.read.quantity = Quantity::kOther;
  }
}

std::size_t MotionColumns::resolve(const std::string& field, const std::string& text) const {
  for (const bool exact : {true, false}) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& name = columns_[i].name;
      if (exact ? name == text : lower(name) == lower(text)) found.push_back(i);
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1) {
      throw core::UsageError(
          fmt::format("--columns: {}: {} columns have the name \"{}\": give the number of one, "
                      "such as {}={}",
                      path_.string(), found.size(), text, field, found.front() + 1));
    }
  }
  const auto number = core::parse_whole_number(text);
  if (number && *number >= 1 && *number <= count_) return static_cast<std::size_t>(*number - 1);
  throw core::UsageError(
      fmt::format("--columns: {} has no column \"{}\"; found {}", path_.string(), text, list()));
}

void MotionColumns::fail_incomplete(const std::string& fields, std::size_t found) {
  throw core::UsageError(
      fmt::format("--columns: expected all of {}, found {} of them", fields, found));
}

/// The set of columns that has all components of a quantity; of several the least doubtful.
std::optional<std::string> MotionColumns::complete_set(Quantity quantity,
                                                       std::string_view components) const {
  std::map<std::string, std::pair<std::string, int>> sets;  // components found, doubt
  for (const Column& column : columns_) {
    if (column.read.quantity != quantity || column.read.text) continue;
    auto& [found, doubt] = sets.try_emplace(column.set, "", column.read.doubt).first->second;
    found += column.read.component;
  }
  std::vector<std::string> best;
  int best_doubt = 0;
  for (const auto& [set, entry] : sets) {
    // Names of their own: clang 14 refuses parts of a structured binding inside a lambda.
    const std::string& found = entry.first;
    const int doubt = entry.second;
    const bool complete =
        std::ranges::all_of(components, [&](char c) { return found.find(c) != std::string::npos; });
    if (!complete || (!best.empty() && doubt > best_doubt)) continue;
    if (doubt < best_doubt) best.clear();
    best_doubt = doubt;
    const bool twice = std::ranges::count(found, components.front()) > 1;
    best.insert(best.end(), twice ? 2 : 1, set);
  }
  if (best.size() > 1) fail_ambiguous(quantity, best);
  return best.empty() ? std::nullopt : std::optional(best.front());
}

std::size_t MotionColumns::member(Quantity quantity, const std::string& set, char component) const {
  const auto at = std::ranges::find_if(columns_, [&](const Column& c) {
    return c.read.quantity == quantity && c.set == set && c.read.component == component;
  });
  return static_cast<std::size_t>(at - columns_.begin());
}

void MotionColumns::fail_ambiguous(Quantity quantity, const std::vector<std::string>& sets) const {
  std::string list;
  std::string bodies;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    if (column.read.quantity != quantity || std::ranges::find(sets, column.set) == sets.end()) {
      continue;
    }
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", column.name, i + 1);
    // The name of a body is the highest cell that differs between the sets.
    for (std::size_t row = column.above.size(); row-- > 0;) {
      const bool differs = std::ranges::any_of(columns_, [&](const Column& other) {
        return other.read.quantity == quantity && other.above[row] != column.above[row];
      });
      if (!differs) continue;
      const std::string& name = column.above[row];
      if (("," + bodies + ",").find("," + name + ",") == std::string::npos) {
        bodies += (bodies.empty() ? "" : ",") + name;
      }
      break;
    }
  }
  if (!bodies.empty()) {
    throw core::UsageError(fmt::format(
        "{}: holds several bodies ({}): state the one that carries the array: --body NAME",
        path_.string(), bodies));
  }
  throw core::UsageError(fmt::format(
      "{}: several columns fit {}: {}: state --columns with the names or numbers that count",
      path_.string(), description(quantity), list));
}

}  // namespace formats
