/* See rules.h. Data. */
#include "api/call/rules.h"

#include <stddef.h>

#define OBSERVED PROVENANCE_OBSERVED
#define STAFF    PROVENANCE_STAFF
#define INFERRED PROVENANCE_INFERRED
#define GUESSED  PROVENANCE_GUESSED

const struct rule api_rules[API_RULES] = {
    [API_NO_ROUTE] = {"api.no-route", "A path that is not in the API: 404, with a valid token too.",
                      OBSERVED,
                      "a third party's probing of a product, of August 2026; the body is a guess",
                      NULL},
    [API_WRONG_METHOD] = {"api.wrong-method",
                          "A path of the API with a method that it does not have.", GUESSED,
                          "the real body was never recorded", NULL},
    [API_NOT_IMITATED] =
        {"api.not-imitated",
         "A path of the real API that is not imitated yet: 501, never a plausible 200.", GUESSED,
         "ours", NULL},
    [API_PREFLIGHT] = {"api.preflight", "A browser's OPTIONS gets 204.", INFERRED,
                       "the SDK works in browsers", NULL},
    [API_BAD_ENCODING] = {"api.bad-encoding", "A path, query or form that can't be decoded.",
                          GUESSED, "the real body was never recorded", NULL},
    [API_BAD_JSON] = {"api.bad-json", "A body that is no JSON object.", GUESSED,
                      "the real body was never recorded", NULL},
    [API_NO_WORLD] = {"api.no-world", "The path prefix names a world that is not there.", GUESSED,
                      "ours", NULL},
    [API_FOREIGN_PAGE] = {"api.foreign-page",
                          "A page of another machine (by its Origin) would make or trigger what "
                          "acts on the network.",
                          GUESSED, "ours", NULL},
    [API_REPLY_TOO_LARGE] = {"api.reply-too-large",
                             "A reply of over 256 MiB: that world is too large for a list.",
                             GUESSED, "ours", NULL},
    [API_NOT_MODIFIED] = {"api.not-modified",
                          "If-None-Match has the reply's ETag: 304, without a body.", INFERRED,
                          "recordings of 2015-2018 have weak ETags; the server was Express", NULL},
    [API_CONSOLE] = {"api.console",
                     "A browser that asks for / (Accept: text/html) is sent to the console.",
                     GUESSED, "ours", NULL},
    [API_PERMISSION_DENIED] = {"device.permission-denied",
                               "A device that is not the caller's, or is unknown.", OBSERVED,
                               "particlerb and particle-elixir recordings of 2015-2017", NULL},
    [API_PRODUCT_NEEDED] = {"product.other-client", "A product's client asks for another product.",
                            GUESSED, "particle-cli end-to-end tests read the text alone",
                            "product_refused_status"},
    [API_OWNER_NEEDED] = {"device.owner-needed", "A product's own token has no devices of its own.",
                          GUESSED, "no source for the answer", NULL},
    [API_CUSTOMER_ON_PRODUCT] = {"product.customer", "A customer on a product route is refused.",
                                 STAFF, "Particle community 63782; the body is a guess", NULL},
    [API_PRODUCT_REFUSED] = {"product.refused",
                             "A product that is unknown, or whose team the caller is not on.",
                             GUESSED, "particle-cli end-to-end tests read the text alone",
                             "product_refused_status"},
    [API_USER_NEEDED] = {"account.user-needed",
                         "A customer, or a product's own token, calls what is a user's.", GUESSED,
                         "the real body was never recorded", NULL},
    [API_STREAM_OPENED] = {"event.stream",
                           "A stream of events: `:ok`, then each event as it happens.",
                           PROVENANCE_DOCUMENTED, "Particle's API reference", NULL},
    [API_STREAM_RIGHTS] = {"event.stream-ended",
                           "A stream ends with the right by which it was opened: its token, the "
                           "token's client, its user's place on the team.",
                           GUESSED, "nothing says what the real cloud does", "stream_rights"},
    [API_STREAM_OWN] = {"event.own-keys",
                        "On a stream of one's own, or of a device, an event has data, ttl (a "
                        "number; a text up to May 2017), published_at and coreid.",
                        OBSERVED,
                        "streams recorded in 2016-03, 2017-05, 2017-09, 2019-05 and 2024-05",
                        "api_year"},
    [API_STREAM_PRODUCT] =
        {"event.product-keys",
         "On a product's stream an event has userid (empty without an owner), "
         "version (0 while no product firmware runs), public and productID, too.",
         OBSERVED, "streams recorded in 2017-09, 2019-07, 2024-05 and 2026-07", NULL},
    [API_STREAMS_FULL] = {"event.too-many-streams",
                          "No more event streams can be open: 503. The real limit is a rate "
                          "limit of 100 for an address.",
                          PROVENANCE_GUESSED, "ours", NULL},
    [API_TEXT_TOO_LONG] = {"api.text-too-long",
                           "A text of over 10000 bytes in a body, whatever it is for: 400.",
                           GUESSED, "ours", NULL},
    [API_WORLD_FULL] = {"api.world-full",
                        "A world holds so many of each thing (mockcloud list limits): 503.",
                        GUESSED, "ours", NULL},
};
