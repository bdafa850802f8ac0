#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace keepline::app {

/// Who lives in the demonstration. The first two are the article's: their passwords are printed.
/// Nobody can sign in as the others, whose passwords are random and forgotten.
struct DemoPerson {
  std::string_view name;
  std::string_view display_name;
};

inline constexpr std::size_t kLiger = 0;
inline constexpr std::size_t kIndifferent = 1;
inline constexpr std::size_t kMei = 2;
inline constexpr std::size_t kTomas = 3;
inline constexpr std::size_t kPriya = 4;
inline constexpr std::size_t kSam = 5;
inline constexpr std::size_t kEcho = 6;

inline constexpr std::array kDemoPeople{
    DemoPerson{"liger_zql", "liger_zql"}, DemoPerson{"indifferent", "漠然"},
    DemoPerson{"mei", "Mei Lin 林梅"},    DemoPerson{"tomas", "Tomás Ruiz"},
    DemoPerson{"priya", "Priya Nair"},    DemoPerson{"sam", "Sam Okafor"},
    DemoPerson{"echo", "Echo"},
};

}  // namespace keepline::app
