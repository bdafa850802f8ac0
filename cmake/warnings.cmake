# Warnings are errors, for our code only; libraries are included as system headers.
add_library(keepline_options INTERFACE)
target_include_directories(keepline_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/generated)
target_compile_options(keepline_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wcast-align -Wnull-dereference -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough -Werror)
target_compile_definitions(keepline_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_BEAST_USE_STD_STRING_VIEW SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside inlined library code, where they are false.
  target_compile_options(keepline_options INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized -Wno-restrict)
endif()
target_compile_options(keepline_options INTERFACE -fno-omit-frame-pointer)
if(KEEPLINE_SANITIZE)
  target_compile_options(keepline_options INTERFACE -fsanitize=${KEEPLINE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(keepline_options INTERFACE -fsanitize=${KEEPLINE_SANITIZE})
endif()
