#pragma once

#include <string>
#include <vector>

namespace keepline::net::test {

/// Bytes that must be refused, with the status that says so. Every one ends with a hidden request
/// for /hidden where that makes sense, which must never be handled.
struct RefusedCase {
  std::string name;
  std::string bytes;
  int status = 400;
};
std::vector<RefusedCase> refused_cases();

/// Bytes that must be answered, with the statuses in order ("200 200").
struct ValidCase {
  std::string name;
  std::string bytes;
  std::string statuses = "200";
};
std::vector<ValidCase> valid_cases();

}  // namespace keepline::net::test
