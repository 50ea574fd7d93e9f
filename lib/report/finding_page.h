/// A page that answers one question about recordings: the answer and its reasons, then what was
/// found.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace report {

/// Good; usable with limits; not usable.
enum class Verdict { kGood, kLimited, kUnusable };

/// "good", "limited" or "unusable": in JSON, and as a class of the page's style.
const char* word_of(Verdict verdict);

/// One line of what was found, such as "clock" and "kitchen: +0.3512 s, 51 ppm".
struct Finding {
  std::string name;
  std::string text;
};

/// Findings under one title.
struct FindingTable {
  std::string title;
  std::vector<Finding> findings;
};

struct Picture {
  std::string title;
  std::string legend;  ///< how to read it; may be empty
  std::string svg;     ///< as a part of a page: without an XML declaration
};

/// All texts are plain: the page escapes them.
struct FindingPage {
  std::string title;
  std::string lead;                  ///< the answer in words; may be empty
  Verdict verdict = Verdict::kGood;  ///< decides the color
  std::vector<std::string> reasons;  ///< of the verdict
  std::vector<FindingTable> tables;
  std::vector<std::string> warnings;  ///< that are no reasons
  std::vector<Picture> pictures;
  std::vector<FindingTable> details;  ///< after the pictures
  nlohmann::json options = nlohmann::json::object();
};

/// The page as HTML that needs no other file, light or dark as the reader prefers.
std::string page_html(const FindingPage& page);

/// Pictures as JSON, and back, for pages that are written later.
nlohmann::json to_json(const std::vector<Picture>& pictures);
std::vector<Picture> pictures_from_json(const nlohmann::json& json);

}  // namespace report
