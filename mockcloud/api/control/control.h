/* What the routes of the control API share. Of api/ alone. */
#ifndef API_CONTROL_CONTROL_H
#define API_CONTROL_CONTROL_H

#include "api/call/call.h"
#include "api/shape/shape.h"
#include "match/compare.h"

/* Whether the world of the path is there; else the refusal is in the reply. */
bool control_world_known(struct call *call);

/* The device of the path, by its name or its id; NULL, and the refusal in the reply. */
struct device *control_device(struct call *call);

/* A device as people look at it: what world/ writes, when it was last heard, and what the cloud
 * knows of the code that it has stored; without the braces. (control_list.c) */
void control_write_device_keys(const struct call *call, const struct device *device,
                               struct jsonw *w);

/* A page of those devices that the query asks for, and its parameters. (control_list.c) */
void control_devices_page(struct call *call);
extern const struct param control_devices_params[];

/* A refusal; with what was probably meant, unless `meant` is NULL. */
void control_refuse(struct call *call, int status, const char *code, const char *meant,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Whether the world may be ended, reset or restarted by this call: a scenario's may by its own
 * steps alone; else the refusal is in the reply. */
bool control_world_free(struct call *call);

/* Reads the body as a map with these fields, as a step of a scenario has them; with positions, so
 * that a mistake is told as one in a file. NULL: the refusal is in the reply. Yours: doc_unref().
 */
struct doc *control_read_step(struct call *call, const struct field *fields,
                              bool (*check)(const struct compare_check *check,
                                            const struct doc_node *map));

/* Whether the body is a JSON object with fields out of `known` (NULL-terminated) alone; else the
 * refusal is in the reply. */
bool control_fields_known(struct call *call, const char *const *known);

#endif
