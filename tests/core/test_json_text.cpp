#include <catch2/catch.hpp>

#include "core/errors.h"
#include "core/json_text.h"

TEST_CASE("text that is not UTF-8 is written with replacement characters") {
  CHECK(core::json_text({{"name", "a\xff"}}) == "{\"name\":\"a\xef\xbf\xbd\"}");
}

TEST_CASE("JSON that is damaged or nested too deep is refused") {
  CHECK(core::parse_json(R"({"a": [1, "[[[[", "\"]"]})")["a"][1] == "[[[[");
  CHECK_THROWS_AS(core::parse_json("{"), core::InputError);
  CHECK_THROWS_AS(core::parse_json(""), core::InputError);
  const std::string deep = std::string(30'000, '[') + std::string(30'000, ']');
  CHECK_THROWS_WITH(core::parse_json(deep), Catch::Matchers::Contains("levels"));
  CHECK_NOTHROW(core::parse_json(std::string(32, '[') + std::string(32, ']')));
}

TEST_CASE("a count is a whole number within its bounds, and nothing is converted") {
  const nlohmann::json values = {{"good", 8},     {"negative", -1}, {"broken", 2.5}, {"text", "8"},
                                 {"truth", true}, {"list", {8}},    {"large", 1e20}, {"edge", 64}};
  CHECK(core::json_count(values, "good", 1, 64) == 8);
  CHECK(core::json_count(values, "edge", 1, 64) == 64);
  for (const char* key : {"negative", "broken", "text", "truth", "list", "large", "missing"}) {
    INFO(key);
    CHECK_THROWS_WITH(core::json_count(values, key, 1, 64), Catch::Matchers::Contains(key));
  }
  CHECK_THROWS_AS(core::json_count(values, "edge", 1, 63), core::InputError);
  CHECK_THROWS_AS(core::json_count(nlohmann::json::array(), "good", 1, 64), core::InputError);
}
