/* Faults that make another reply, or spoil one. See fault.h. */
#include "api/gates/fault_kinds.h"

#include "base/mem.h"
#include "base/timefmt.h"

#include <stdlib.h>
#include <string.h>

static const char *content_type(const struct doc_node *map)
{
    return doc_get(map, "body") ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
}

bool fault_check_reply(const struct compare_check *check, const struct doc_node *map)
{
    if (!doc_get(map, "json") || !doc_get(map, "body"))
        return true;
    doc_fail(check->doc, doc_get_key(map, "body"), check->diags, NULL,
             "a reply has json or body, not both");
    return false;
}

void fault_reply(struct call *call, struct fault *fault)
{
    const struct doc_node *map = fault->map, *json = doc_get(map, "json");
    const struct doc_node *headers = doc_get(map, "headers");
    char *text = json ? compare_json_dup(NULL, json, SIZE_MAX) : NULL;
    const char *body = json ? text : fields_str(map, "body", NULL);
    int status = (int)fields_int(map, "status", 500);
    call_reply_anew(call);
    if (body)
        reply_body(call, status, &fault_rule, content_type(map), body, strlen(body));
    else
        reply_error(call, status, &fault_rule, "The fault %s", fault->name);
    for (size_t i = 0; headers && i < headers->count; i++)
        headers_set(&call->reply->headers, headers->pairs[i].key->text,
                    headers->pairs[i].value->text);
    free(text);
}

static bool is_json(const struct call *call)
{
    const char *type = headers_get(&call->reply->headers, "Content-Type");
    return type && strncmp(type, "application/json", strlen("application/json")) == 0 &&
           call->reply->body.len;
}

/* Without its last byte, which closes the value, JSON is not valid any more, and yet as like as can
 * be. */
void fault_malformed_json(struct call *call, struct fault *fault)
{
    (void)fault;
    if (is_json(call))
        call->reply->body.len--;
}

void fault_no_claim_code(struct call *call, struct fault *fault)
{
    (void)fault;
    struct buf *body = &call->reply->body;
    cJSON *json = is_json(call) ? cJSON_ParseWithLength(body->data, body->len) : NULL;
    if (cJSON_HasObjectItem(json, "claim_code")) {
        cJSON_DeleteItemFromObjectCaseSensitive(json, "claim_code");
        char *text = cJSON_PrintUnformatted(json);
        buf_clear(body);
        buf_add_str(body, text ? text : "{}");
        cJSON_free(text);
    }
    cJSON_Delete(json);
}

/* "5min", "-5min". */
static bool read_skew(const char *text, int64_t *ret_ms)
{
    bool behind = *text == '-';
    if (!timefmt_parse_duration(text + behind, ret_ms))
        return false;
    if (behind)
        *ret_ms = -*ret_ms;
    return true;
}

bool fault_check_date_skew(const struct compare_check *check, const struct doc_node *map)
{
    const struct doc_node *skew = doc_get(map, "skew");
    int64_t ms;
    if (skew && read_skew(skew->text, &ms))
        return true;
    doc_fail(check->doc, skew ? skew : map, check->diags, NULL,
             "expected skew, a duration like 5min or -5min%s%s", skew ? ", found " : "",
             skew ? skew->text : "");
    return false;
}

void fault_date_skew(struct call *call, struct fault *fault)
{
    int64_t skew_ms = 0;
    (void)read_skew(fields_str(fault->map, "skew", "0s"), &skew_ms);
    call->date_skew_ms += skew_ms;
}
