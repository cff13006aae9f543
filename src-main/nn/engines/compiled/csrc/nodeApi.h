/**
 * Node-API. On Windows its functions live in the executable, node.exe or electron.exe, and an import would name one
 * of the two; so they are looked up in the running executable when the addon is loaded.
 */
#ifndef PLATEAU_NODE_API_H
#define PLATEAU_NODE_API_H

#define NAPI_VERSION 8
#include <node_api.h>

#if defined(_WIN32)

#define NODE_API_FUNCTIONS(X)   \
  X(napi_create_array)          \
  X(napi_create_async_work)     \
  X(napi_create_double)         \
  X(napi_create_error)          \
  X(napi_create_external)       \
  X(napi_create_function)       \
  X(napi_create_promise)        \
  X(napi_create_reference)      \
  X(napi_create_string_utf8)    \
  X(napi_delete_async_work)     \
  X(napi_delete_reference)      \
  X(napi_get_cb_info)           \
  X(napi_get_named_property)    \
  X(napi_get_typedarray_info)   \
  X(napi_get_value_bool)        \
  X(napi_get_value_double)      \
  X(napi_get_value_external)    \
  X(napi_get_value_string_utf8) \
  X(napi_queue_async_work)      \
  X(napi_reject_deferred)       \
  X(napi_resolve_deferred)      \
  X(napi_set_element)           \
  X(napi_set_named_property)    \
  X(napi_throw_error)           \
  X(napi_typeof)

#define DECLARE_POINTER(name) extern __typeof__(&name) host_##name;
NODE_API_FUNCTIONS(DECLARE_POINTER)
#undef DECLARE_POINTER

#ifndef PLATEAU_NODE_API_DEFINITIONS
#define napi_create_array host_napi_create_array
#define napi_create_async_work host_napi_create_async_work
#define napi_create_double host_napi_create_double
#define napi_create_error host_napi_create_error
#define napi_create_external host_napi_create_external
#define napi_create_function host_napi_create_function
#define napi_create_promise host_napi_create_promise
#define napi_create_reference host_napi_create_reference
#define napi_create_string_utf8 host_napi_create_string_utf8
#define napi_delete_async_work host_napi_delete_async_work
#define napi_delete_reference host_napi_delete_reference
#define napi_get_cb_info host_napi_get_cb_info
#define napi_get_named_property host_napi_get_named_property
#define napi_get_typedarray_info host_napi_get_typedarray_info
#define napi_get_value_bool host_napi_get_value_bool
#define napi_get_value_double host_napi_get_value_double
#define napi_get_value_external host_napi_get_value_external
#define napi_get_value_string_utf8 host_napi_get_value_string_utf8
#define napi_queue_async_work host_napi_queue_async_work
#define napi_reject_deferred host_napi_reject_deferred
#define napi_resolve_deferred host_napi_resolve_deferred
#define napi_set_element host_napi_set_element
#define napi_set_named_property host_napi_set_named_property
#define napi_throw_error host_napi_throw_error
#define napi_typeof host_napi_typeof
#endif
#endif

/** Before any other call. False when the executable lacks a function. */
int node_api_find(void);

#endif
