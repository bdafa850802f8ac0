#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What the rules of validate.h ask of Unicode (utf8proc behind it). Text given here must be
// well-formed UTF-8. Thread-safe.
namespace keepline::entity {

/// Canonical composition: texts that look the same become the same bytes.
std::string to_nfc(std::string_view text);

/// NFKC casefold (UAX #31): what is left of `text` when case, width and invisible characters do not
/// count.
std::string to_nfkc_casefold(std::string_view text);

std::vector<char32_t> to_code_points(std::string_view text);

/// A letter of any script.
bool is_letter(char32_t c);
/// A mark that belongs to the letter before it (a vowel sign, an accent).
bool is_mark(char32_t c);
/// A decimal digit of any script.
bool is_digit(char32_t c);
/// White space, line and paragraph separators included.
bool is_space(char32_t c);
/// A control character, or a line or paragraph separator.
bool is_control(char32_t c);
/// A character that turns the direction of what follows, so that a name could rewrite its
/// neighbours.
bool is_bidi_control(char32_t c);
/// A character that leaves no trace on a screen: default ignorables, the Hangul fillers among them.
bool is_invisible(char32_t c);

/// A character that Unicode may show as a picture (Extended_Pictographic).
bool is_picture(char32_t c);
/// A letter of a script that puts no spaces between words, or glues endings to names: Chinese,
/// Japanese, Korean, Thai and their neighbours.
bool is_unspaced(char32_t c);

/// The first `points` code points of `text`.
std::string_view first_code_points(std::string_view text, std::size_t points);
void append_utf8(std::string& out, char32_t c);

/// `text` without white space at its ends.
std::string_view trim(std::string_view text);

}  // namespace keepline::entity
