// The addon as Node sees it: open() gives the functions of a device. Commands come in a buffer of float64 that both sides
// know, operands as arguments; a call makes no JavaScript value and runs no JavaScript.
#include "cpu.h"
#include "kernels.h"
#include "threads.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

/** Numbers in the command buffer, and operands of one crossing. */
#define WORDS 16384
#define MAX_MEMORIES 512
/** Arguments of most calls. */
#define FEW 9

/** One opened device. */
struct device {
    struct context context;
    struct kernel **kernels;
    size_t count, capacity;
    double *words;
    napi_ref buffer;
    struct device *next;
    struct call call;
};

#define TRY(call)                                                                                                      \
    if ((call) != napi_ok) return NULL

static napi_value number(napi_env env, double value) {
    napi_value result;
    TRY(napi_create_double(env, value, &result));
    return result;
}

/** Best first. */
static const struct isa_table *const tables[] = {
#if defined(ISOGRAD_AVX512)
    &isograd_avx512_table,
#endif
#if defined(ISOGRAD_AVX2)
    &isograd_avx2_table,
#endif
    &isograd_portable_table,
};
#define TABLES (sizeof tables / sizeof *tables)

static const struct isa_table *find_table(const char *name) {
    for (size_t i = 0; i < TABLES; i++)
        if (cpu_supports(tables[i]->name) && (*name == '\0' || strcmp(name, tables[i]->name) == 0)) return tables[i];
    return NULL;
}

/** Reads the geometry of one command; false when it makes no sense. Strides come in elements and leave in bytes. */
static bool read_call(const struct kernel *kernel, struct call *call, const double **words, const double *end, char **memories) {
    const double *w = *words;
    if (end - w < 2 || w[0] < 0 || w[0] > MAX_RANK || w[1] < 0 || w[1] > w[0]) return false;
    call->rank = (int)w[0];
    call->split = (int)w[1];
    call->views = kernel->views;
    w += 2;
    const int axes = call->rank - kernel_extra(kernel);
    if (call->rank < kernel_rank(kernel) || end - w < call->rank + kernel->views * (axes + 1) + kernel->scalars) return false;
    for (int d = 0; d < call->rank; d++) call->shape[d] = (int64_t)*w++;
    for (int v = 0; v < kernel->views; v++) {
        struct view *view = &call->view[v];
        const int64_t item = (int64_t)item_size(kernel_dtype(kernel, v));
        view->base = memories[v] + (int64_t)*w++ * item;
        for (int d = 0; d < axes; d++) view->stride[d] = (int64_t)*w++ * item;
        for (int d = axes; d < call->rank; d++) view->stride[d] = 0;
    }
    call->scalars = w;
    *words = w + kernel->scalars;
    return true;
}

static enum status run_commands(struct device *device, int64_t commands, char **memories, size_t count) {
    const double *words = device->words, *end = device->words + WORDS;
    for (; commands > 0; commands--) {
        if (words == end || *words < 0 || *words >= (double)device->count) return BAD_CALL;
        const struct kernel *kernel = device->kernels[(size_t)*words++];
        if (!kernel || count < (size_t)kernel->views || !read_call(kernel, &device->call, &words, end, memories)) return BAD_CALL;
        memories += kernel->views;
        count -= (size_t)kernel->views;
        const enum status status = kernel_run(&device->context, kernel, &device->call);
        if (status != DONE) return status;
    }
    return DONE;
}

/** run(commands, ...memories): runs the commands in the buffer; undefined when all is well, else a status. */
static napi_value run(napi_env env, napi_callback_info info) {
    napi_value arguments[MAX_MEMORIES + 1];
    char *memories[MAX_MEMORIES];
    // Node fills what is missing with undefined: room for few first, which is enough for a single kernel.
    size_t count = FEW;
    void *data;
    int64_t commands;
    TRY(napi_get_cb_info(env, info, &count, arguments, NULL, &data));
    if (count > FEW && count <= MAX_MEMORIES + 1) TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
    if (count == 0 || count > MAX_MEMORIES + 1 || napi_get_value_int64(env, arguments[0], &commands) != napi_ok) return number(env, BAD_CALL);
    for (size_t i = 1; i < count; i++) {
        void *memory;
        if (napi_get_typedarray_info(env, arguments[i], NULL, NULL, &memory, NULL, NULL) != napi_ok) return number(env, BAD_CALL);
        memories[i - 1] = memory;
    }
    const enum status status = run_commands(data, commands, memories, count - 1);
    return status == DONE ? NULL : number(env, status);
}

/** compile(words): the number of a new kernel, or -1. */
static napi_value compile(napi_env env, napi_callback_info info) {
    napi_value argument;
    size_t count = 1, length;
    void *data, *words;
    napi_typedarray_type type;
    TRY(napi_get_cb_info(env, info, &count, &argument, NULL, &data));
    struct device *device = data;
    if (napi_get_typedarray_info(env, argument, &type, &length, &words, NULL, NULL) != napi_ok || type != napi_float64_array) return number(env, -1);
    size_t place = 0;
    while (place < device->count && device->kernels[place]) place++;
    if (place == device->capacity) {
        const size_t capacity = device->capacity ? 2 * device->capacity : 64;
        struct kernel **larger = realloc(device->kernels, capacity * sizeof *larger);
        if (!larger) return number(env, -1);
        device->kernels = larger;
        device->capacity = capacity;
    }
    struct kernel *kernel = kernel_read(device->context.isa, words, length);
    if (!kernel) return number(env, -1);
    device->kernels[place] = kernel;
    if (place == device->count) device->count++;
    return number(env, (double)place);
}

/** release(kernel): frees a kernel that nobody will run again. */
static napi_value release(napi_env env, napi_callback_info info) {
    napi_value argument;
    size_t count = 1;
    void *data;
    int64_t place;
    TRY(napi_get_cb_info(env, info, &count, &argument, NULL, &data));
    struct device *device = data;
    if (napi_get_value_int64(env, argument, &place) != napi_ok || place < 0 || (size_t)place >= device->count) return NULL;
    kernel_free(device->kernels[place]);
    device->kernels[place] = NULL;
    return NULL;
}

static void close_device(struct device *device) {
    for (size_t i = 0; i < device->count; i++) kernel_free(device->kernels[i]);
    for (int w = 0; w < device->context.workers; w++) free(device->context.arenas[w].memory);
    if (device->context.workers > 1) threads_close();
    free(device->context.shared.memory);
    free(device->context.arenas);
    free(device->kernels);
    free(device);
}

/** Ends all devices of an environment (a main thread or worker that ends). */
static void close_all(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    for (struct device *device = *(struct device **)data, *next; device; device = next) {
        next = device->next;
        close_device(device);
    }
    free(data);
}

static struct device *make_device(const struct isa_table *isa, int workers) {
    struct device *device = calloc(1, sizeof *device);
    if (!device) return NULL;
    device->context.isa = isa;
    device->context.workers = workers > 1 ? threads_open(workers) : 1;
    device->context.arenas = calloc((size_t)device->context.workers, sizeof *device->context.arenas);
    if (device->context.arenas) return device;
    close_device(device);
    return NULL;
}

static bool set_function(napi_env env, napi_value object, const char *name, napi_callback callback, struct device *device) {
    napi_value value;
    return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, device, &value) == napi_ok && napi_set_named_property(env, object, name, value) == napi_ok;
}

static bool set_text(napi_env env, napi_value object, const char *name, const char *text) {
    napi_value value;
    return napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value) == napi_ok && napi_set_named_property(env, object, name, value) == napi_ok;
}

static napi_value operation_names(napi_env env, const struct isa_table *isa) {
    napi_value names, name;
    uint32_t count = 0;
    TRY(napi_create_array(env, &names));
    for (const struct op_entry *const *list = isa->ops; *list; list++)
        for (const struct op_entry *entry = *list; entry->name; entry++) {
            TRY(napi_create_string_utf8(env, entry->name, NAPI_AUTO_LENGTH, &name));
            TRY(napi_set_element(env, names, count++, name));
        }
    return names;
}

/**
 * Keeps what freed results leave behind: by default the C library gives it back at once, and the next result pays for every
 * page of it again, which takes longer than most operations do.
 */
static void keep_memory(void) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 16 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

/** open(isa, threads): a device with the instruction set of that name, the best one for ''; undefined when this machine has it not. */
static napi_value open_device(napi_env env, napi_callback_info info) {
    napi_value arguments[2], object, buffer;
    size_t count = 2;
    char isa_name[32] = "";
    int32_t workers = 1;
    void *data;
    TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
    TRY(napi_get_value_string_utf8(env, arguments[0], isa_name, sizeof isa_name, NULL));
    TRY(napi_get_value_int32(env, arguments[1], &workers));
    TRY(napi_get_instance_data(env, &data));
    const struct isa_table *isa = find_table(isa_name);
    struct device *device = isa ? make_device(isa, workers) : NULL;
    if (!device) return NULL;
    device->next = *(struct device **)data;
    *(struct device **)data = device;
    void *words;
    TRY(napi_create_arraybuffer(env, WORDS * sizeof(double), &words, &buffer));
    // The reference keeps the buffer, and with it the address, for as long as the addon lives.
    TRY(napi_create_reference(env, buffer, 1, &device->buffer));
    device->words = words;
    TRY(napi_create_object(env, &object));
    TRY(napi_set_named_property(env, object, "words", buffer));
    TRY(napi_set_named_property(env, object, "threads", number(env, device->context.workers)));
    TRY(napi_set_named_property(env, object, "operations", operation_names(env, isa)));
    const bool set = set_text(env, object, "isa", isa->name) && set_function(env, object, "run", run, device) &&
                     set_function(env, object, "compile", compile, device) && set_function(env, object, "release", release, device);
    return set ? object : NULL;
}

NAPI_MODULE_INIT() {
    keep_memory();
    struct device **devices = calloc(1, sizeof *devices);
    napi_value open, names, name;
    if (!devices) return NULL;
    TRY(napi_set_instance_data(env, devices, close_all, NULL));
    TRY(napi_create_function(env, "open", NAPI_AUTO_LENGTH, open_device, NULL, &open));
    TRY(napi_set_named_property(env, exports, "open", open));
    TRY(napi_create_array(env, &names));
    uint32_t count = 0;
    for (size_t i = 0; i < TABLES; i++) {
        if (!cpu_supports(tables[i]->name)) continue;
        TRY(napi_create_string_utf8(env, tables[i]->name, NAPI_AUTO_LENGTH, &name));
        TRY(napi_set_element(env, names, count++, name));
    }
    TRY(napi_set_named_property(env, exports, "instructionSets", names));
    TRY(napi_set_named_property(env, exports, "protocol", number(env, PROTOCOL)));
    return exports;
}
