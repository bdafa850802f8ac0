# keepline_embed(target <folder or file>=<request path>...): a library that holds the files' bytes with their gzip and
# brotli variants, and defines keepline::api::embedded_assets() (src/api/embedded_assets.h).
#
# The bytes enter through the assembler's .incbin: a compiler needs seconds for each megabyte of array literals.
find_program(KEEPLINE_BROTLI brotli REQUIRED)
# Debian's own: a Python from elsewhere in PATH may lack Debian's modules.
find_program(KEEPLINE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)

function(keepline_embed target)
  set(out ${PROJECT_BINARY_DIR}/generated/${target})
  set(inputs)
  foreach(mapping IN LISTS ARGN)
    string(REGEX REPLACE "=[^=]*$" "" source "${mapping}")
    if(IS_DIRECTORY ${source})
      file(GLOB_RECURSE found CONFIGURE_DEPENDS ${source}/*)
      list(APPEND inputs ${found})
    else()
      file(GLOB found CONFIGURE_DEPENDS ${source})
      list(APPEND inputs ${found})
    endif()
  endforeach()
  add_custom_command(
    OUTPUT ${out}/embedded_assets.cpp ${out}/embedded_assets.S ${out}/embedded_assets.bin
    COMMAND ${KEEPLINE_PYTHON} ${PROJECT_SOURCE_DIR}/cmake/embed.py --brotli ${KEEPLINE_BROTLI} --out ${out} ${ARGN}
    DEPENDS ${PROJECT_SOURCE_DIR}/cmake/embed.py ${inputs}
    COMMENT "Embedding the static files" VERBATIM)
  add_library(${target} STATIC ${out}/embedded_assets.cpp ${out}/embedded_assets.S)
  target_link_libraries(${target} PRIVATE keepline_options)
  # .incbin is invisible to the compiler's dependency scan.
  set_source_files_properties(${out}/embedded_assets.S PROPERTIES OBJECT_DEPENDS ${out}/embedded_assets.bin)
endfunction()
