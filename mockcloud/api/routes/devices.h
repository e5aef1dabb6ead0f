/* What the routes of devices share: finding the device of a path, and answering for one that is not
 * there. Of api/ alone. */
#ifndef API_ROUTES_DEVICES_H
#define API_ROUTES_DEVICES_H

#include "api/call/later.h"
#include "cloud/record.h"

/* The device of the path, by id or name: on a product's route (:product, :device) one that the
 * product lists, else (:device) one of the caller. NULL, and the refusal in the reply. */
struct cloud_device *devices_find(struct call *call);

/* The same, for a call of a function or a variable: the refusal of a product has another text. */
struct cloud_device *devices_find_to_call(struct call *call);

/* The devices that lists of an owner's show, in the order of the registry, and how many; in the
 * call's memory. */
size_t devices_owned(struct call *call, const struct owner *owner,
                     struct cloud_device ***ret_devices);

/* Whether there is any of them. */
bool devices_owns_any(const struct call *call, const struct owner *owner);

/* The :param behind the device's. */
const char *devices_rest(const struct call *call);

/* Asks the device, and goes on with `then` when there is an answer, or none will come: at once, or
 * later. What it is given is a struct session_result. */
void devices_ask(struct call *call, struct cloud_device *device,
                 const struct session_question *question, later_then *then);

/* The device that was asked. */
struct cloud_device *devices_asked(const struct call *call);

/* A device was asked and has not answered (SESSION_ABSENT, SESSION_TIMED_OUT): this JSON. At once
 * when the cloud knows that the device is offline, and when the caller has waited already; of one
 * that it believes online, after 30 s of the world's time (behaviour device_timeouts; without it,
 * by the clock's mode). Source: Particle's Cloud API guide. */
void devices_silent(struct call *call, const struct session_result *result, int status,
                    const struct rule *rule, const char *json);

/* Flashes what the body names. (device_flash.c) */
void devices_flash(struct call *call, struct cloud_device *device);

#endif
