/**
 * The network for JavaScript: nn/engines/compiled/binding.ts says what each function takes. Arguments are checked here
 * against one another, since a wrong length would read or write foreign memory; what they mean is checked there.
 *
 * Work runs on a thread of libuv, which joins the network's own threads; promises settle on the JavaScript thread.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "network.h"
#include "nodeApi.h"
#include "pool.h"

typedef struct {
  Network *network;
  /** One job at a time: jobs share the network's buffers. */
  int busy;
} Session;

/** Arrays a job reads or writes, kept alive until it has ended. */
enum { MOST_ARRAYS = 3 };

typedef struct Job Job;
struct Job {
  /** Called on a thread of libuv. */
  Outcome (*run)(Job *job);
  napi_async_work work;
  napi_deferred deferred;
  napi_ref held[MOST_ARRAYS + 1];
  size_t held_count;
  /** NULL for work without a network. */
  Session *session;
  void *arrays[MOST_ARRAYS];
  Pass pass;
  const Kernels *kernels;
  size_t threads, rounds;
  /** What the promise resolves to when `run` is done. */
  double answer;
  Outcome outcome;
};

/** binding.ts, OUT_OF_MEMORY. */
static const char EXHAUSTED_CODE[] = "OUT_OF_MEMORY", EXHAUSTED[] = "The native engine ran out of memory.";

static napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

static napi_value fail_exhausted(napi_env env) {
  napi_throw_error(env, EXHAUSTED_CODE, EXHAUSTED);
  return NULL;
}

/** True when the call has at least `count` arguments. */
static int read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments) {
  size_t given = count;
  return napi_get_cb_info(env, info, &given, arguments, NULL, NULL) == napi_ok && given == count;
}

/** A count: an integer from `lowest` to 2^32 - 1. */
static int read_count(napi_env env, napi_value value, double lowest, size_t *count) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) return 0;
  if (!(number >= lowest && number <= 4294967295.0) || number != (double)(size_t)number) return 0;
  *count = (size_t)number;
  return 1;
}

static int read_count_of(napi_env env, napi_value object, const char *name, double lowest, size_t *count) {
  napi_value value;
  return napi_get_named_property(env, object, name, &value) == napi_ok && read_count(env, value, lowest, count);
}

/** `length` as a double: a product of counts may exceed a size_t. */
static int read_array(napi_env env, napi_value value, napi_typedarray_type type, double length, void **data) {
  napi_typedarray_type actual;
  size_t actual_length, offset;
  napi_value buffer;
  return napi_get_typedarray_info(env, value, &actual, &actual_length, data, &buffer, &offset) == napi_ok &&
         actual == type && (double)actual_length == length;
}

static const Kernels *read_level(napi_env env, napi_value value) {
  char name[16];
  size_t length;
  if (napi_get_value_string_utf8(env, value, name, sizeof name, &length) != napi_ok) return NULL;
  for (const Kernels *const *kernels = supported_kernels(); *kernels != NULL; kernels++) {
    if (strcmp((*kernels)->level, name) == 0) return *kernels;
  }
  return NULL;
}

/** Throws and answers NULL when `value` is no session. */
static Session *session_of(napi_env env, napi_value value) {
  void *data = NULL;
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_external ||
      napi_get_value_external(env, value, &data) != napi_ok) {
    fail(env, "Not a network.");
    return NULL;
  }
  return data;
}

/** An idle session that is not closed; throws and answers NULL otherwise. */
static Session *read_session(napi_env env, napi_value value) {
  Session *session = session_of(env, value);
  if (session == NULL) return NULL;
  if (session->busy || session->network == NULL) {
    fail(env, session->busy ? "The network is at work." : "The network is closed.");
    return NULL;
  }
  return session;
}

static void finalize_session(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  Session *session = data;
  if (session->network != NULL) network_destroy(session->network);
  free(session);
}

static void execute(napi_env env, void *data) {
  (void)env;
  Job *job = data;
  job->outcome = job->run(job);
}

static void complete(napi_env env, napi_status status, void *data) {
  Job *job = data;
  napi_value value, message, code = NULL;
  if (job->session != NULL) job->session->busy = 0;
  if (status == napi_ok && job->outcome == DONE) {
    napi_create_double(env, job->answer, &value);
    napi_resolve_deferred(env, job->deferred, value);
  } else {
    int exhausted = status == napi_ok && job->outcome == OUT_OF_MEMORY;
    napi_create_string_utf8(env, exhausted ? EXHAUSTED : "The work was cancelled.", NAPI_AUTO_LENGTH, &message);
    if (exhausted) napi_create_string_utf8(env, EXHAUSTED_CODE, NAPI_AUTO_LENGTH, &code);
    napi_create_error(env, code, message, &value);
    napi_reject_deferred(env, job->deferred, value);
  }
  for (size_t i = 0; i < job->held_count; i++) napi_delete_reference(env, job->held[i]);
  napi_delete_async_work(env, job->work);
  free(job);
}

/** A promise of `job`, whose JavaScript values in `held` are kept alive until it has ended. */
static napi_value start(napi_env env, const Job *prepared, const napi_value *held, size_t count) {
  napi_value promise, name;
  Job *job = malloc(sizeof *job);
  if (job == NULL) return fail_exhausted(env);
  *job = *prepared;
  napi_create_string_utf8(env, "plateau_gru", NAPI_AUTO_LENGTH, &name);
  if (napi_create_async_work(env, NULL, name, execute, complete, job, &job->work) != napi_ok) {
    free(job);
    return fail(env, "No work can be started.");
  }
  for (size_t i = 0; i < count; i++) napi_create_reference(env, held[i], 1, &job->held[i]);
  job->held_count = count;
  napi_create_promise(env, &job->deferred, &promise);
  if (job->session != NULL) {
    job->session->busy = 1;
    network_clear_cancel(job->session->network);
  }
  napi_queue_async_work(env, job->work);
  return promise;
}

/** create(level, { features, hidden, layers, outputs }, threads, activationBytes) */
static napi_value create(napi_env env, napi_callback_info info) {
  napi_value arguments[4], external;
  ModelSizes sizes;
  size_t threads;
  double activation_bytes;
  if (!read_arguments(env, info, 4, arguments) ||
      !read_count_of(env, arguments[1], "features", 1, &sizes.features) ||
      !read_count_of(env, arguments[1], "hidden", 1, &sizes.hidden) ||
      !read_count_of(env, arguments[1], "layers", 1, &sizes.layers) ||
      !read_count_of(env, arguments[1], "outputs", 1, &sizes.outputs) ||
      !read_count(env, arguments[2], 1, &threads) ||
      napi_get_value_double(env, arguments[3], &activation_bytes) != napi_ok || !(activation_bytes >= 0)) {
    return fail(env, "create: arguments out of range.");
  }
  const Kernels *kernels = read_level(env, arguments[0]);
  if (kernels == NULL) return fail(env, "create: this processor does not have that level.");
  Session *session = calloc(1, sizeof *session);
  if (session != NULL) {
    session->network = network_create(kernels, &sizes, threads, (size_t)activation_bytes);
    if (session->network != NULL &&
        napi_create_external(env, session, finalize_session, NULL, &external) == napi_ok) {
      return external;
    }
    if (session->network != NULL) network_destroy(session->network);
    free(session);
  }
  return fail_exhausted(env);
}

static Outcome run_forward(Job *job) { return network_forward(job->session->network, &job->pass, job->arrays[0]); }

/** forward(network, weights, inputs, { stocks, steps }, keep, { seed, threshold }, predictions) */
static napi_value forward(napi_env env, napi_callback_info info) {
  napi_value arguments[7];
  bool keep;
  Job job = {.run = run_forward};
  if (!read_arguments(env, info, 7, arguments)) return fail(env, "forward: too few arguments.");
  if ((job.session = read_session(env, arguments[0])) == NULL) return NULL;
  const Network *network = job.session->network;
  size_t seed, threshold;
  void *weights, *inputs;
  Pass *pass = &job.pass;
  if (!read_count_of(env, arguments[3], "stocks", 1, &pass->stocks) ||
      !read_count_of(env, arguments[3], "steps", 1, &pass->steps) ||
      napi_get_value_bool(env, arguments[4], &keep) != napi_ok ||
      !read_count_of(env, arguments[5], "seed", 0, &seed) ||
      !read_count_of(env, arguments[5], "threshold", 0, &threshold) ||
      !read_array(env, arguments[1], napi_float32_array, network_size(network), &weights) ||
      !read_array(env, arguments[2], napi_float32_array, (double)pass->stocks * (double)pass->steps * (double)network_features(network), &inputs) ||
      !read_array(env, arguments[6], napi_float64_array, (double)pass->stocks * (double)network_outputs(network),
                  &job.arrays[0])) {
    return fail(env, "forward: arguments do not fit one another.");
  }
  pass->weights = weights;
  pass->inputs = inputs;
  pass->keep = keep;
  pass->dropout_seed = (uint32_t)seed;
  pass->dropout_threshold = (uint32_t)threshold;
  napi_value held[] = {arguments[0], arguments[1], arguments[2], arguments[6]};
  return start(env, &job, held, 4);
}

static Outcome run_backward(Job *job) {
  return network_backward(job->session->network, job->arrays[0], job->arrays[1], job->arrays[2]);
}

/** backward(network, inputs, predictionGradient, gradient) */
static napi_value backward(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  Job job = {.run = run_backward};
  if (!read_arguments(env, info, 4, arguments)) return fail(env, "backward: too few arguments.");
  if ((job.session = read_session(env, arguments[0])) == NULL) return NULL;
  const Network *network = job.session->network;
  size_t stocks = network_kept_stocks(network), steps = network_kept_steps(network);
  if (stocks == 0) return fail(env, "backward: no forward pass has kept its activations.");
  if (!read_array(env, arguments[1], napi_float32_array, stocks * steps * network_features(network),
                  &job.arrays[0]) ||
      !read_array(env, arguments[2], napi_float64_array, stocks * network_outputs(network), &job.arrays[1]) ||
      !read_array(env, arguments[3], napi_float64_array, network_size(network), &job.arrays[2])) {
    return fail(env, "backward: arguments do not fit the forward pass.");
  }
  return start(env, &job, arguments, 4);
}

/** cancel(network) */
static napi_value cancel(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  if (!read_arguments(env, info, 1, arguments)) return fail(env, "cancel: too few arguments.");
  Session *session = session_of(env, arguments[0]);
  if (session != NULL && session->busy) network_cancel(session->network);
  return NULL;
}

/** close(network) */
static napi_value close_network(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  if (!read_arguments(env, info, 1, arguments)) return fail(env, "close: too few arguments.");
  Session *session = read_session(env, arguments[0]);
  if (session == NULL) return NULL;
  network_destroy(session->network);
  session->network = NULL;
  return NULL;
}

static void multiply_adds_task(void *context, size_t index, size_t thread) {
  const Job *job = context;
  (void)index;
  (void)thread;
  job->kernels->multiply_adds(job->rounds);
}

static Outcome run_multiply_adds(Job *job) {
  Pool *pool = pool_create(job->threads);
  if (pool == NULL) return OUT_OF_MEMORY;
  pool_run(pool, job->threads, multiply_adds_task, job);
  job->answer = job->kernels->operations_per_round * (double)job->rounds * (double)job->threads;
  pool_destroy(pool);
  return DONE;
}

/** multiplyAdds(level, threads, rounds) */
static napi_value multiply_adds(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  Job job = {.run = run_multiply_adds};
  if (!read_arguments(env, info, 3, arguments) || !read_count(env, arguments[1], 1, &job.threads) ||
      !read_count(env, arguments[2], 1, &job.rounds) ||
      (job.kernels = read_level(env, arguments[0])) == NULL) {
    return fail(env, "multiplyAdds: arguments out of range.");
  }
  return start(env, &job, NULL, 0);
}

static void export_function(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, NULL, &function);
  napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  napi_value levels, name, cores, engine;
  if (!node_api_find()) return NULL;
  napi_create_array(env, &levels);
  const Kernels *const *kernels = supported_kernels();
  for (uint32_t i = 0; kernels[i] != NULL; i++) {
    napi_create_string_utf8(env, kernels[i]->level, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, levels, i, name);
  }
  napi_set_named_property(env, exports, "levels", levels);
  napi_create_string_utf8(env, "native", NAPI_AUTO_LENGTH, &engine);
  napi_set_named_property(env, exports, "name", engine);
  napi_create_double(env, (double)physical_cores(), &cores);
  napi_set_named_property(env, exports, "cores", cores);
  export_function(env, exports, "create", create);
  export_function(env, exports, "forward", forward);
  export_function(env, exports, "backward", backward);
  export_function(env, exports, "cancel", cancel);
  export_function(env, exports, "close", close_network);
  export_function(env, exports, "multiplyAdds", multiply_adds);
  return exports;
}
