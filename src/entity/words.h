#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// How text is taken apart to be searched: the one place, so that the index, what is not yet in it,
// a question and the marks of an answer never disagree.
namespace keepline::entity {

/// Of a longer word only so many code points count.
inline constexpr std::size_t kWordMax = 64;

/// A word as it is compared, and where in the text it stands, in bytes.
struct Word {
  std::string_view text;  ///< valid until the next word
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The words of a text, one after the other.
///
/// Words are runs of letters, digits, the marks on them and characters of private use, compared by
/// NFKC casefold without the accents U+0300-036F. A letter of a script without spaces, a Hangul
/// syllable and a picture is a word of its own. Everything else separates words. A word is its own
/// only word. Lives inside one function; the text, which must be UTF-8, outlives it.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : text_(text) {}

  /// Moves to the next word; false when there is none.
  bool next();
  const Word& word() const { return word_; }

 private:
  enum class Kind : std::uint8_t { kNothing, kLetter, kMark, kSingle };
  static Kind kind_of(char32_t c);

  void read_cluster();
  bool take(char32_t c);
  void append(char32_t c);

  static constexpr std::size_t kClusterMax = 32;

  std::string_view text_;
  std::size_t at_ = 0;             ///< what is read of the text
  std::size_t cluster_begin_ = 0;  ///< the characters last read, and what they map to
  std::array<char32_t, kClusterMax> cluster_{};
  std::size_t cluster_size_ = 0;
  std::size_t cluster_next_ = 0;  ///< of it not yet taken
  std::string buffer_;
  std::size_t points_ = 0;  ///< code points in the buffer
  Word word_;
};

/// The words of `text`, as they are compared.
std::vector<std::string> words_of(std::string_view text);

}  // namespace keepline::entity
