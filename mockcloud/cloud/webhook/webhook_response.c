/* What a receiver answered, as it is published. See webhook_inside.h. */
#include "cloud/webhook/webhook_inside.h"

#include "base/text.h"
#include "cloud/webhook/rendering.h"

#include <stdlib.h>
#include <string.h>

static const char *write_by_template(const struct delivery *delivery, const cJSON *settings,
                                     const cJSON *template, const char *body, struct buf *out)
{
    cJSON *vars = cJSON_Parse(delivery->vars);
    cJSON *response = cJSON_ParseWithOpts(body, NULL, true);
    struct rendering rendering = rendering_begin(settings, vars, response);
    cJSON *rendered = rendering_value(&rendering, template);
    if (cJSON_IsString(rendered)) {
        buf_add_str(out, rendered->valuestring);
    } else {
        char *text = cJSON_PrintUnformatted(rendered);
        buf_add_str(out, text ? text : "");
        free(text);
    }
    cJSON_Delete(rendered);
    cJSON_Delete(response);
    cJSON_Delete(vars);
    return rendering.error;
}

/* The data of an event can't hold a NUL, so one is replaced as a byte is that is no UTF-8. */
static void add_text(const char *bytes, size_t len, struct buf *out)
{
    while (len) {
        const char *nul = memchr(bytes, '\0', len);
        size_t part = nul ? (size_t)(nul - bytes) : len;
        buf_add(out, bytes, part);
        if (nul)
            buf_add_str(out, "\xef\xbf\xbd");
        part += nul != NULL;
        bytes += part;
        len -= part;
    }
}

const char *delivery_response(const struct delivery *delivery, const struct delivery_answer *answer,
                              struct buf *ret_text)
{
    cJSON *settings = cJSON_Parse(delivery->hook->settings);
    const cJSON *template = cJSON_GetObjectItemCaseSensitive(settings, "responseTemplate");
    size_t len =
        answer->body_len < OUTBOX_RESPONSE_MAX ? answer->body_len : (size_t)OUTBOX_RESPONSE_MAX;
    const char *error = NULL;
    buf_init(ret_text, WEBHOOK_BODY_MAX);
    if (rendering_given(template)) {
        struct buf body;
        buf_init(&body, WEBHOOK_BODY_MAX);
        add_text(answer->body, len, &body);
        error = write_by_template(delivery, settings, template, buf_str(&body), ret_text);
        buf_free(&body);
    } else if (rendering_flag(settings, "dataUrlResponseEvent", false)) {
        buf_printf(ret_text, "data:%s;base64,",
                   answer->content_type ? answer->content_type : "application/octet-stream");
        text_base64_encode(answer->body ? answer->body : "", len, ret_text);
    } else if (len) {
        add_text(answer->body, len, ret_text);
    }
    cJSON_Delete(settings);
    return error;
}
