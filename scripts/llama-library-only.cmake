# Read by CMake inside llama.cpp's own project() call (CMAKE_PROJECT_<name>_INCLUDE). The Python binding needs libllama
# alone, but its build file forces the common tool library on; a plain variable of this scope comes before that cache
# entry. With LLAVA_BUILD=OFF it leaves 78 compile steps: 84 s instead of 223 s on 2 cores, the same libllama and ggml.
set(LLAMA_BUILD_COMMON OFF)
