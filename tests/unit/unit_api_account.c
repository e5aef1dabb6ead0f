/* See unit_api_account.h. */
#include "unit_api_account.h"

#include "base/mem.h"

#include <stdlib.h>

static const char world_text[] =
    "users:\n"
    "  - {username: dev@example.com, password: dev-pass}\n"
    "  - {username: eve@example.com, password: eve-pass}\n"
    "  - {username: mfa@example.com, password: mfa-pass, mfa: '123456',\n"
    "     recovery_codes: [rescue-1, rescue-2]}\n"
    "  - {username: sso@example.com, password: sso-pass, sso: true}\n"
    "  - {username: bot@example.com, scopes: ['devices:list', 'products:get']}\n"
    "products:\n"
    "  - {id: 6287, slug: acme-pump, name: Acme Pump, description: It pumps., org: acme,\n"
    "     platform: e-series, settings: {quarantine: false},\n"
    "     team: [dev@example.com, bot@example.com],\n"
    "     clients: [{id: acme-app-4711, secret: acme-secret}]}\n"
    "  - {id: 7000, slug: other-pump, name: Other Pump, org: other, platform: e-series,\n"
    "     clients: [{id: other-app-1, secret: other-secret}]}\n"
    "  - {id: 8000, slug: lone-pump, name: Lone Pump, platform: e-series,\n"
    "     team: [dev@example.com], clients: [{id: lone-app-1, secret: lone-secret}]}\n"
    "customers:\n"
    "  - {email: ada@example.com, product: acme-pump}\n"
    "  - {email: bob@example.com, product: acme-pump, password: bob-pass}\n"
    "  - {email: zoe@example.com, product: other-pump}\n"
    "devices:\n"
    "  - {as: desk, id: '" DESK "', platform: photon, state: online, owner: dev@example.com}\n"
    "  - {as: lamp, id: '" LAMP "', platform: photon, state: online}\n"
    "  - {as: adas, id: '" ADAS "', product: acme-pump, state: online, owner: ada@example.com}\n"
    "  - {as: pump, id: '" PUMP "', product: acme-pump, state: online}\n"
    "tokens:\n"
    "  - {token: dev-token, user: dev@example.com}\n"
    "  - {token: eve-token, user: eve@example.com}\n"
    "  - {token: mfa-token, user: mfa@example.com}\n"
    "  - {token: bot-token, user: bot@example.com, expires_in: 0}\n"
    "  - {token: ada-token, customer: ada@example.com, product: acme-pump}\n"
    "  - {token: acme-token, client: acme-app-4711}\n"
    "  - {token: other-token, client: other-app-1}\n"
    "  - {token: brief-token, user: dev@example.com, expires_in: 60}\n";

void account_begin(const char *switches)
{
    char *yaml = switches ? mem_printf_dup("%sbehaviour: {%s}\n", world_text, switches)
                          : mem_dup(world_text);
    unit_begin_world(yaml);
    free(yaml);
}

void account_case_alone(const struct api_case *row)
{
    account_begin(row->switches);
    unit_case(row);
    unit_end();
}
