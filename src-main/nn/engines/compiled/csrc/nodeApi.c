#define PLATEAU_NODE_API_DEFINITIONS
#include "nodeApi.h"

#if defined(_WIN32)
#include <windows.h>

#define DEFINE_POINTER(name) __typeof__(&name) host_##name;
NODE_API_FUNCTIONS(DEFINE_POINTER)

int node_api_find(void) {
  HMODULE executable = GetModuleHandleA(NULL);
#define FIND(name)                                                         \
  host_##name = (__typeof__(&name))(void *)GetProcAddress(executable, #name); \
  if (host_##name == NULL) return 0;
  NODE_API_FUNCTIONS(FIND)
  return 1;
}
#else
int node_api_find(void) { return 1; }
#endif
