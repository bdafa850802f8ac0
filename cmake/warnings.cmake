# Warnings are errors, for our code only; libraries are included as system headers.
add_library(keepline_options INTERFACE)
target_include_directories(keepline_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/generated)
target_compile_options(keepline_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wcast-align -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough -Werror>)
target_compile_definitions(keepline_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_BEAST_USE_STD_STRING_VIEW SPDLOG_FMT_EXTERNAL)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside inlined library code, where they are false; the last where a coroutine's frame comes from
  # Asio's recycling allocator.
  target_compile_options(keepline_options INTERFACE
    -Wno-maybe-uninitialized -Wno-restrict $<$<COMPILE_LANGUAGE:CXX>:-Wno-mismatched-new-delete>)
else()
  # Clang builds the fuzz targets only; g++ is the judge of our code.
  target_compile_options(keepline_options INTERFACE -Wno-error)
endif()
target_compile_options(keepline_options INTERFACE -fno-omit-frame-pointer)

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  # What is shipped faces strangers: checked containers and libc calls, a guarded stack, read-only relocations.
  target_compile_definitions(keepline_options INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
  target_compile_options(keepline_options INTERFACE
    -fstack-protector-strong -fstack-clash-protection -ffunction-sections -fdata-sections)
  target_link_options(keepline_options INTERFACE -pie -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now)
endif()

if(KEEPLINE_SANITIZE)
  target_compile_options(keepline_options INTERFACE -fsanitize=${KEEPLINE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(keepline_options INTERFACE -fsanitize=${KEEPLINE_SANITIZE})
endif()
