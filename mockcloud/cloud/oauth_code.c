/*
 * Authorization codes: what a web client exchanges for a token once a person has agreed in the
 * browser. Nobody can agree here, so a world file hands them out. See oauth.h.
 *
 * An expired code stays, so that its refusal can tell it from one that never was.
 */
#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"

#include <stdlib.h>

static void code_free(void *value)
{
    struct authorization_code *code = value;
    free(code->code);
    free(code);
}

bool oauth_add_code(struct cloud *cloud, const char *text, struct oauth_client *client,
                    struct owner owner, int64_t life_s)
{
    if (map_get(&cloud->authorization_codes, text))
        return false;
    struct authorization_code *code = mem_new(sizeof *code);
    *code = (struct authorization_code){
        .code = mem_dup(text),
        .client = client,
        .owner = owner,
        .expires_ms = vclock_now(cloud->sim->clock) + life_s * 1000,
    };
    map_put(&cloud->authorization_codes, code->code, code);
    return true;
}

const struct authorization_code *oauth_code_for(const struct cloud *cloud,
                                                const struct oauth_client *client)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&cloud->authorization_codes, &cursor, NULL, &value)) {
        const struct authorization_code *code = value;
        if (code->client == client && vclock_now(cloud->sim->clock) < code->expires_ms)
            return code;
    }
    return NULL;
}

void oauth_drop_code(struct cloud *cloud, const char *text)
{
    struct authorization_code *code = map_take(&cloud->authorization_codes, text);
    if (code)
        code_free(code);
}

void oauth_drop_codes(struct cloud *cloud, const struct owner *owner,
                      const struct oauth_client *client)
{
    size_t cursor = 0;
    const char *text;
    void *value;
    while (map_next(&cloud->authorization_codes, &cursor, &text, &value)) {
        const struct authorization_code *code = value;
        if ((owner && owner_same(&code->owner, owner)) || (client && code->client == client))
            oauth_drop_code(cloud, text);
    }
}

void oauth_free_codes(struct cloud *cloud)
{
    map_free(&cloud->authorization_codes, code_free);
}
