#include "report/markup_check.h"

#include <algorithm>
#include <array>
#include <regex>
#include <vector>

namespace report_test {
namespace {

struct Tag {
  std::string name;
  std::string text;  // from < to >
  std::size_t begin = 0, end = 0;
  bool closing = false, self_closing = false;
};

std::vector<Tag> tags_of(const std::string& markup) {
  std::vector<Tag> tags;
  for (std::size_t at = markup.find('<'); at != std::string::npos; at = markup.find('<', at)) {
    Tag tag;
    tag.begin = at;
    tag.end = markup.find('>', at) + 1;
    tag.text = markup.substr(at, tag.end - at);
    tag.closing = tag.text[1] == '/';
    tag.self_closing = tag.text.size() > 2 && tag.text[tag.text.size() - 2] == '/';
    const std::size_t name = tag.closing ? 2 : 1;
    tag.name = tag.text.substr(name, tag.text.find_first_of(" />\n", name) - name);
    at = tag.end;
    if (tag.text[1] != '!') tags.push_back(tag);
  }
  return tags;
}

bool is_void(const std::string& name) { return name == "meta" || name == "br"; }

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

int span_of(const Tag& tag, const std::string& attribute) {
  std::smatch match;
  const std::regex pattern(attribute + "=\"([0-9]+)\"");
  return std::regex_search(tag.text, match, pattern) ? std::stoi(match[1]) : 1;
}

}  // namespace

std::string markup_fault(const std::string& markup) {
  std::vector<std::string> open;
  for (const Tag& tag : tags_of(markup)) {
    if (std::count(tag.text.begin(), tag.text.end(), '"') % 2 != 0) return "quotes in " + tag.text;
    if (tag.self_closing || is_void(tag.name)) continue;
    if (!tag.closing) {
      open.push_back(tag.name);
    } else if (open.empty() || open.back() != tag.name) {
      return "unexpected </" + tag.name + ">";
    } else {
      open.pop_back();
    }
  }
  const std::regex bare_ampersand("&(?!(amp|lt|gt|quot|#39|ndash|plusmn|deg|le|ldquo|rdquo);)");
  if (std::regex_search(markup, bare_ampersand)) return "bare ampersand";
  return open.empty() ? "" : "unclosed <" + open.back() + ">";
}

std::string visible_text(const std::string& markup) {
  std::string text;
  std::size_t at = 0;
  bool in_style = false;
  for (const Tag& tag : tags_of(markup)) {
    if (!in_style) text += markup.substr(at, tag.begin - at);
    if (tag.name == "style") in_style = !tag.closing;
    at = tag.end;
  }
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"&#39;", "'"}, {"&quot;", "\""}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}) {
    text = replace_all(text, from, to);
  }
  return text;
}

int empty_cells(const std::string& html) {
  int empty = 0;
  const std::vector<Tag> tags = tags_of(html);
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (tags[i].closing || (tags[i].name != "td" && tags[i].name != "th")) continue;
    std::size_t end = i + 1;
    while (!(tags[end].closing && tags[end].name == tags[i].name)) ++end;
    const std::string text =
        visible_text(html.substr(tags[i].begin, tags[end].end - tags[i].begin));
    if (text.find_first_not_of(" \n") == std::string::npos) ++empty;
  }
  return empty;
}

int ragged_tables(const std::string& html) {
  int ragged = 0;
  std::vector<int> widths;                // of the current table's finished rows
  std::vector<std::pair<int, int>> held;  // columns held by a rowspan, and for how many rows more
  int width = 0;
  for (const Tag& tag : tags_of(html)) {
    if (tag.name == "table" && !tag.closing) widths.clear();
    if (tag.name == "tr" && !tag.closing) {
      width = 0;
      for (auto& [columns, rows] : held) {
        if (rows > 0) width += columns;
        --rows;
      }
    }
    if ((tag.name == "td" || tag.name == "th") && !tag.closing) {
      width += span_of(tag, "colspan");
      const int rows = span_of(tag, "rowspan");
      if (rows > 1) held.emplace_back(span_of(tag, "colspan"), rows - 1);
    }
    if (tag.name == "tr" && tag.closing) widths.push_back(width);
    if (tag.name == "table" && tag.closing) {
      const bool even =
          std::all_of(widths.begin(), widths.end(), [&](int w) { return w == widths[0]; });
      if (widths.size() < 2 || !even) ++ragged;
    }
  }
  return ragged;
}

}  // namespace report_test
