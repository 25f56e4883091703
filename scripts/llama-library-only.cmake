# Read by CMake inside llama.cpp's own project() call (CMAKE_PROJECT_<name>_INCLUDE). The Python binding needs libllama
# alone, but its build file forces the common tool library on; a plain variable of this scope comes before that cache
# entry. With LLAVA_BUILD=OFF it leaves 78 compile steps: 84 s instead of 223 s on 2 cores, the same libllama and ggml.
set(LLAMA_BUILD_COMMON OFF)

# No AMX kernels. g++ 12 compiles ggml's tile configuration away (GCC defect 114098: the bytes that `ldtilecfg` reads are
# never stored), so on a Xeon of the 4th generation or newer the first prompt ends in a segmentation fault
# (ggml-org/llama.cpp 20824). The rest of -march=native stays, AVX-512 too. GCC lets an explicit -mno-… win over -march
# whatever their order; a compiler that does not know AMX has no such kernels to leave out.
include(CheckCXXCompilerFlag)
foreach(feature amx-tile amx-int8 amx-bf16)
  check_cxx_compiler_flag(-m${feature} TANYA_KNOWS_${feature})
  if(TANYA_KNOWS_${feature})
    add_compile_options(-mno-${feature})
  endif()
endforeach()
