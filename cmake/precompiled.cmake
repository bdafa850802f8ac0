# The headers that nearly every file reads, compiled once: a quarter of a cold build. Only the
# release preset turns it on: the other builds and clang-tidy see a missing #include.
option(KEEPLINE_PCH "Precompile the headers that nearly every file reads" OFF)

if(KEEPLINE_PCH)
  # Through a precompiled header g++ 12 forgets that std::string's inlined code is the library's, and reports these there,
  # falsely. The dev build, which has none, keeps them.
  target_compile_options(keepline_options INTERFACE
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>)
  add_library(keepline_precompiled OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
  target_link_libraries(keepline_precompiled PRIVATE keepline_options)
  target_precompile_headers(keepline_precompiled PRIVATE
    <algorithm> <array> <atomic> <charconv> <chrono> <functional> <map> <memory> <mutex> <optional> <set> <span> <string>
    <string_view> <thread> <unordered_map> <variant> <vector>
    <boost/asio/any_io_executor.hpp> <boost/asio/awaitable.hpp> <boost/asio/use_awaitable.hpp> <fmt/format.h>)
endif()

# keepline_precompiled(target): for a folder that speaks Asio; the headers bring references to it into every object.
function(keepline_precompiled target)
  if(KEEPLINE_PCH)
    target_precompile_headers(${target} REUSE_FROM keepline_precompiled)
  endif()
endfunction()
