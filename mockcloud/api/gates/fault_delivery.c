/* Faults of the network: the reply is late, slow, cut, or never comes. See fault.h. */
#include "api/gates/fault_kinds.h"

#include "api/call/later.h"

/* ---- latency ---- */

static bool read_wait(const struct doc_node *map, const char *key, int64_t *ret_ms,
                      bool *ret_virtual)
{
    const char *text = fields_str(map, key, NULL);
    return text && fields_parse_wait(text, ret_ms, ret_virtual);
}

bool fault_check_latency(const struct compare_check *check, const struct doc_node *map)
{
    int64_t least, most;
    bool least_virtual, most_virtual;
    const struct doc_node *up_to = doc_get(map, "up_to");
    if (!read_wait(map, "delay", &least, &least_virtual)) {
        doc_fail(check->doc, map, check->diags, NULL, "a latency needs its delay, like 2s real");
        return false;
    }
    if (!up_to || (read_wait(map, "up_to", &most, &most_virtual) && most_virtual == least_virtual &&
                   most >= least))
        return true;
    doc_fail(check->doc, up_to, check->diags, NULL,
             "expected up_to on the clock of delay, and not below it");
    return false;
}

static void go_on(struct call *call, const void *with)
{
    (void)call, (void)with; /* whatever comes next on its way */
}

void fault_latency(struct call *call, struct fault *fault)
{
    int64_t delay = 0, most = 0;
    bool in_world_time = false;
    (void)read_wait(fault->map, "delay", &delay, &in_world_time);
    if (read_wait(fault->map, "up_to", &most, &in_world_time))
        delay += (int64_t)chance_below(&harness_of(call->api, call->world)->chance,
                                       (uint64_t)(most - delay) + 1);
    if (in_world_time)
        later_wait_world(call, delay, TIMER_FOREGROUND, "latency of a fault", go_on, NULL);
    else
        later_wait_real(call, delay, go_on, NULL);
}

/* ---- no reply ---- */

/* The journal has a reply either way: that of the handler, which nobody gets, or this one. */
static void lose(struct call *call, struct fault *fault, enum api_delivery_how how)
{
    if (!call->reply->status)
        reply_error(call, 503, &fault_rule, "The fault %s", fault->name);
    call->reply->delivery = (struct api_delivery){.how = how};
}

void fault_empty_reply(struct call *call, struct fault *fault)
{
    lose(call, fault, DELIVER_CLOSE);
}

void fault_reset(struct call *call, struct fault *fault)
{
    lose(call, fault, DELIVER_RESET);
}

/* A connection has a client, and nothing else that could be asked for. */
bool fault_check_refuse(const struct compare_check *check, const struct doc_node *map)
{
    static const char *const of_requests[] = {"request", "with",   "device",
                                              "after",   "chance", "times"};
    bool ok = true;
    for (size_t i = 0; i < sizeof of_requests / sizeof *of_requests; i++) {
        const struct doc_node *key = doc_get_key(map, of_requests[i]);
        if (!key)
            continue;
        doc_fail(check->doc, key, check->diags, NULL,
                 "\"%s\" is of requests: a connection is refused before there is one", key->text);
        ok = false;
    }
    return ok;
}

void fault_refuse(struct call *call, struct fault *fault)
{
    lose(call, fault, DELIVER_REFUSED);
}

void fault_silent(struct call *call, struct fault *fault)
{
    lose(call, fault, DELIVER_NEVER);
}

/* ---- half a reply ---- */

bool fault_check_bytes(const struct compare_check *check, const struct doc_node *map)
{
    if (doc_get(map, "bytes"))
        return true;
    doc_fail(check->doc, map, check->diags, NULL, "how many bytes come? Add \"bytes\"");
    return false;
}

void fault_truncate(struct call *call, struct fault *fault)
{
    call->reply->delivery = (struct api_delivery){
        .how = DELIVER_CUT, .bytes = (size_t)fields_int(fault->map, "bytes", 0)};
}

void fault_slow_body(struct call *call, struct fault *fault)
{
    int64_t bytes = fields_int(fault->map, "bytes", 1);
    call->reply->delivery =
        (struct api_delivery){.how = DELIVER_PIECES,
                              .bytes = bytes > 0 ? (size_t)bytes : 1,
                              .every_ms = fields_duration(fault->map, "every", 100)};
}
