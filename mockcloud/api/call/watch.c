/* See watch.h. Owns what is wrong with a reply as a whole: its status, its type, its shape. */
#include "api/call/watch.h"

#include "api/call/etag.h"
#include "api/call/route.h"
#include "api/shape/shapes.h"
#include "base/mem.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WATCH_LINE_MAX (80u << 20)
#define WATCH_BODY_MAX (256u << 10) /* larger bodies are not dumped: they are more of the same */
#define WATCH_TEXT_MAX 8192

struct watch {
    int replies_fd, coverage_fd; /* -1: nobody listens */
    struct map met;              /* the lines of the coverage; the values mean nothing */
};

static int watch_open(const char *variable)
{
    const char *path = getenv(variable);
    return path && *path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666) : -1;
}

struct watch *watch_new(const struct api_options *options)
{
    int replies_fd = watch_open("MOCKCLOUD_DUMP_REPLIES");
    int coverage_fd = watch_open("MOCKCLOUD_DUMP_COVERAGE");
    if (replies_fd < 0 && coverage_fd < 0 && !options->reply_wrong)
        return NULL;
    struct watch *watch = mem_new(sizeof *watch);
    watch->replies_fd = replies_fd;
    watch->coverage_fd = coverage_fd;
    return watch;
}

/* One write, so that lines of several processes do not mix. Dumps are for tests: should the disk
 * be full, they miss the line. */
static void watch_write(int fd, const struct buf *lines)
{
    ssize_t written = write(fd, buf_str(lines), lines->len);
    (void)written;
}

/* ---- what was met ---- */

static void watch_met(struct watch *watch, const char *kind, const char *a, const char *b)
{
    char *line = mem_printf_dup("%s %s%s%s", kind, a, b ? " " : "", b ? b : "");
    map_put(&watch->met, line, watch);
    free(line);
}

static void watch_met_leaned(struct watch *watch, const struct leaned *leaned)
{
    for (size_t i = 0; i < leaned->count; i++)
        watch_met(watch, "rule", leaned->rules[i].rule->name, NULL);
    for (size_t i = 0; i < BEHAVIOUR_COUNT; i++)
        for (size_t value = 0; value < BEHAVIOUR_VALUES; value++)
            if (leaned->asked[i] >> value & 1)
                watch_met(watch, "switch", behaviour_rows[i].name, behaviour_rows[i].values[value]);
}

static void watch_write_met(struct watch *watch)
{
    struct buf lines;
    size_t cursor = 0;
    const char *line;
    void *value;
    buf_init(&lines, WATCH_LINE_MAX);
    while (map_next(&watch->met, &cursor, &line, &value))
        buf_printf(&lines, "%s\n", line);
    watch_write(watch->coverage_fd, &lines);
    buf_free(&lines);
}

void watch_free(struct watch *watch, const struct worlds *worlds)
{
    struct leaned leaned = {0};
    if (!watch)
        return;
    if (watch->coverage_fd >= 0) {
        worlds_leaned(worlds, &leaned);
        watch_met_leaned(watch, &leaned);
        leaned_free(&leaned);
        watch_write_met(watch);
        close(watch->coverage_fd);
    }
    if (watch->replies_fd >= 0)
        close(watch->replies_fd);
    map_free(&watch->met, NULL);
    free(watch);
}

/* ---- what is wrong ---- */

static bool is_json(const struct api_reply *reply)
{
    const char *type = headers_get(&reply->headers, "Content-Type");
    return type && strncmp(type, "application/json", 16) == 0;
}

/* Whether the reply is what this row says; else the reason is added. `json` NULL: no JSON. */
static bool row_fits(const struct reply_shape *row, const struct api_reply *reply,
                     const cJSON *json, struct buf *ret_wrong)
{
    const char *type = headers_get(&reply->headers, "Content-Type");
    if (row->shape) {
        if (json)
            return shape_check(row->shape, json, ret_wrong);
        buf_add_str(ret_wrong, "expected JSON, found none");
        return false;
    }
    if (row->type ? type && strncmp(type, row->type, strlen(row->type)) == 0 : !type)
        return true;
    buf_printf(ret_wrong, "expected %s, found %s", row->type ? row->type : "no body",
               type ? type : "no body");
    return false;
}

/* Whether one of the rows of that status fits. *ret_said: how many rows there are. */
static bool rows_fit(const struct reply_shape *rows, const struct api_reply *reply,
                     const cJSON *json, size_t *ret_said, struct buf *ret_wrong)
{
    for (; rows && rows->status; rows++) {
        if (rows->status != reply->status)
            continue;
        if ((*ret_said)++)
            buf_add_str(ret_wrong, "; or ");
        if (row_fits(rows, reply, json, ret_wrong))
            return true;
    }
    return false;
}

static bool reply_fits(const struct route *route, bool control, const struct api_reply *reply,
                       const cJSON *json, struct buf *ret_wrong)
{
    size_t said = 0;
    const struct reply_shape *rows = route ? route->replies : NULL;
    const struct reply_shape error = {reply->status, shapes_error(control, reply->status), NULL};
    if (rows_fit(rows, reply, json, &said, ret_wrong))
        return true;
    if (reply->status == 304)
        return route && etag_of_route(route) && !reply->body.len;
    if (reply->status >= 400) {
        if (said)
            buf_add_str(ret_wrong, "; or ");
        return row_fits(&error, reply, json, ret_wrong);
    }
    if (!rows)
        return true; /* a route whose shapes are not said yet, or the answer to OPTIONS */
    if (!said)
        buf_add_str(ret_wrong, "this route's row names no such status");
    return false;
}

static void tell_wrong(const struct api *api, struct world *world, const struct route *route,
                       const struct api_reply *reply, const struct buf *wrong)
{
    struct buf text;
    buf_init(&text, WATCH_LINE_MAX);
    buf_printf(&text, "%s %s answered %d with a wrong shape: %s", route ? route->method : "?",
               route ? route->path : "(no route)", reply->status, buf_str(wrong));
    if (world) {
        struct jsonw *w = sim_note(&world->sim);
        jsonw_key_str(w, "route", route ? route->name : NULL);
        jsonw_key_int(w, "status", reply->status);
        jsonw_key_str(w, "wrong", buf_str(wrong));
        sim_noted(&world->sim, "cloud", "reply.wrong-shape");
    }
    api->options.reply_wrong(api->options.reply_wrong_arg, buf_str(&text));
    buf_free(&text);
}

static void watch_check(const struct api *api, struct world *world, const struct route *route,
                        bool control, const struct api_reply *reply)
{
    struct buf wrong;
    cJSON *json =
        is_json(reply) ? cJSON_ParseWithLength(buf_str(&reply->body), reply->body.len + 1) : NULL;
    buf_init(&wrong, WATCH_TEXT_MAX);
    if (!reply_fits(route, control, reply, json, &wrong))
        tell_wrong(api, world, route, reply, &wrong);
    buf_free(&wrong);
    cJSON_Delete(json);
}

/* ---- the dump ---- */

static void watch_dump(const struct watch *watch, const struct route *route, bool control,
                       const struct api_reply *reply)
{
    struct buf line;
    struct jsonw w;
    buf_init(&line, WATCH_LINE_MAX);
    jsonw_init(&w, &line);
    jsonw_object(&w);
    jsonw_key_str(&w, "method", route ? route->method : NULL);
    jsonw_key_str(&w, "path", route ? route->path : NULL);
    jsonw_key_bool(&w, "control", control);
    jsonw_key_int(&w, "status", reply->status);
    jsonw_key_str(&w, "type", headers_get(&reply->headers, "Content-Type"));
    jsonw_key(&w, "body");
    if (is_json(reply))
        jsonw_raw(&w, buf_str(&reply->body), reply->body.len);
    else
        jsonw_str_n(&w, buf_str(&reply->body), reply->body.len);
    jsonw_end_object(&w);
    buf_add_char(&line, '\n');
    watch_write(watch->replies_fd, &line);
    buf_free(&line);
}

void watch_reply(const struct api *api, struct world *world, const struct route *route,
                 bool control, const struct api_reply *reply)
{
    struct watch *watch = api->watch;
    if (!watch)
        return;
    if (api->options.reply_wrong)
        watch_check(api, world, route, control, reply);
    if (watch->replies_fd >= 0 && reply->body.len <= WATCH_BODY_MAX)
        watch_dump(watch, route, control, reply);
    if (watch->coverage_fd < 0)
        return;
    if (route)
        watch_met(watch, "route", route->method, route->path);
    if (reply->rule)
        watch_met(watch, "rule", reply->rule, NULL);
}
