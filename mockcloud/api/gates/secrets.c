/* See secrets.h. Owns where is looked. A request has few bytes and a world few secrets that are
 * asked for, so each is looked for by itself. */
#include "api/gates/secrets.h"

#include "base/text.h"
#include "cloud/accounts.h"
#include "cloud/oauth.h"

#include <string.h>
#include <strings.h>

#define SECRETS_TEXT_MAX (4u << 20)

static void add(struct buf *out, const char *text, size_t len)
{
    buf_add(out, text, len);
    buf_add_char(out, '\n'); /* no secret has it: so none is found where two places meet */
}

static void add_header(struct buf *out, const struct api_header *header)
{
    add(out, header->value, strlen(header->value));
    if (strcasecmp(header->name, "Authorization") == 0 &&
        strncasecmp(header->value, "Basic ", 6) == 0) {
        (void)text_base64_decode(header->value + 6, strlen(header->value + 6), out);
        buf_add_char(out, '\n');
    }
}

/* All that is looked through, one behind the other. What can't be decoded stands as it is. */
static void gather(const struct api_request *request, struct buf *out)
{
    size_t target = strlen(request->target);
    add(out, request->target, target);
    (void)text_percent_decode(request->target, target, true, out);
    buf_add_char(out, '\n');
    for (size_t i = 0; i < request->header_count; i++)
        add_header(out, &request->headers[i]);
    if (!request->body)
        return;
    add(out, request->body, request->body_len);
    (void)text_percent_decode(request->body, request->body_len, true, out);
}

static bool holds(const struct buf *text, const char *secret)
{
    return secret && *secret && memmem(text->data, text->len, secret, strlen(secret));
}

static bool holds_client(const struct cloud *cloud, const struct buf *text)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&cloud->clients, &cursor, NULL, &value)) {
        const struct oauth_client *client = value;
        if (!client->is_public && holds(text, client->secret))
            return true;
    }
    return false;
}

static bool holds_customer_token(const struct cloud *cloud, const struct buf *text)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&cloud->tokens, &cursor, NULL, &value)) {
        const struct token *token = value;
        if (token->owner.kind == OWNER_CUSTOMER && holds(text, token->access))
            return true;
    }
    return false;
}

bool secrets_in_request(const struct cloud *cloud, const char *kind,
                        const struct api_request *request)
{
    struct buf text;
    buf_init(&text, SECRETS_TEXT_MAX);
    gather(request, &text);
    bool found = strcmp(kind, "client") == 0 ? holds_client(cloud, &text)
                                             : holds_customer_token(cloud, &text);
    buf_free(&text);
    return found;
}
