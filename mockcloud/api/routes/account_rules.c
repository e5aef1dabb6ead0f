/* See account_rules.h. Data. */
#include "api/routes/account_rules.h"

#include <stddef.h>

#define DOCUMENTED PROVENANCE_DOCUMENTED
#define OBSERVED   PROVENANCE_OBSERVED
#define INFERRED   PROVENANCE_INFERRED
#define GUESSED    PROVENANCE_GUESSED

#define REFERENCE "Particle's API reference"
#define NO_BODY   "the real body was never recorded"
#define SDK       "types of particle-api-js 12"

const struct rule account_rules[ACCOUNT_RULES] = {
    [ACCOUNT_AUTHORIZED] = {"token.authorized",
                            "A browser is redirected with the world file's code for the client; "
                            "nobody has to agree.",
                            INFERRED, "RFC 6749, 4.1; Particle community 21883", NULL},
    [ACCOUNT_UNKNOWN_USER] = {"account.unknown-user", "Basic credentials of an unknown user.",
                              OBSERVED, "particlerb recording of 2015", NULL},
    [ACCOUNT_BAD_PASSWORD] = {"account.bad-password", "Basic credentials with a wrong password.",
                              OBSERVED, "particlerb recording of 2015", NULL},
    [ACCOUNT_TOKENS] = {"access-token.list", "All tokens of the user, expired ones too.", OBSERVED,
                        "particlerb recording of 2015; particle-cli shows which have expired",
                        NULL},
    [ACCOUNT_TOKEN] = {"access-token.current", "What the presented token is.", DOCUMENTED,
                       REFERENCE "; " SDK " name a key client_id: both are there", NULL},
    [ACCOUNT_TOKEN_DELETED] = {"access-token.deleted", "One token is revoked.", OBSERVED,
                               "particlerb recordings of 2015 and 2017", NULL},
    [ACCOUNT_TOKENS_DELETED] = {"access-token.deleted-all",
                                "All tokens of the caller are revoked, the presented one too.",
                                DOCUMENTED, REFERENCE, NULL},
    [ACCOUNT_TOKEN_UNKNOWN] = {"access-token.unknown", "A token that is not there is revoked.",
                               GUESSED, NO_BODY, "unknown_token_deleted"},
    [ACCOUNT_USER_CREATED] = {"user.created", "A new account.", INFERRED,
                              SDK "; the status is a guess", NULL},
    [ACCOUNT_USER_BAD] = {"user.bad", "An account without a username or a password.", GUESSED,
                          NO_BODY, NULL},
    [ACCOUNT_USER_EXISTS] = {"user.exists", "An account of a name that is taken.", GUESSED, NO_BODY,
                             NULL},
    [ACCOUNT_USER] = {"user.get", "The caller's account.", DOCUMENTED, REFERENCE "; " SDK, NULL},
    [ACCOUNT_PASSWORD_UPDATED] = {"user.password-updated", "A new password.", DOCUMENTED, REFERENCE,
                                  NULL},
    [ACCOUNT_USERNAME_UPDATED] = {"user.username-updated", "A new name.", DOCUMENTED,
                                  REFERENCE "; the message is a guess", NULL},
    [ACCOUNT_INFO_UPDATED] = {"user.info-updated", "Names, company, business account.", DOCUMENTED,
                              REFERENCE "; the message is a guess", NULL},
    [ACCOUNT_WRONG_PASSWORD] = {"user.wrong-password",
                                "What needs the current password, without the right one.", GUESSED,
                                "by analogy with the list of tokens", NULL},
    [ACCOUNT_USER_DELETED] = {"user.deleted", "An account ends, with all that it has.", DOCUMENTED,
                              REFERENCE, NULL},
    [ACCOUNT_RESET_SENT] = {"user.password-reset",
                            "A password reset is mailed: its token is in the journal "
                            "(password-reset.mailed).",
                            DOCUMENTED, REFERENCE "; for an unknown user it is a guess",
                            "password_reset_unknown"},
    [ACCOUNT_RESET_BAD] = {"user.password-reset-bad",
                           "A password reset without a valid token, a password or a user.", GUESSED,
                           NO_BODY, "password_reset_unknown"},
    [ACCOUNT_RESET_DONE] = {"user.password-reset-done", "A mailed token sets a new password.",
                            DOCUMENTED, REFERENCE "; parameters and message are a guess", NULL},
    [ACCOUNT_IDENTITY] = {"user.identify", "Who the caller is, for tracking.", INFERRED, SDK, NULL},
    [ACCOUNT_MFA_SECRET] = {"mfa.secret", "A secret for an authenticator app.", INFERRED, SDK,
                            NULL},
    [ACCOUNT_MFA_ENROLLED] = {"mfa.enrolled",
                              "The first one-time password switches the second factor on.",
                              INFERRED, SDK, NULL},
    [ACCOUNT_MFA_BAD] = {"mfa.bad", "An enrolment with a wrong token or one-time password.",
                         GUESSED, "by analogy with the token endpoint", NULL},
    [ACCOUNT_MFA_OFF] = {"mfa.disabled", "The second factor is switched off.", INFERRED, SDK, NULL},
    [ACCOUNT_CLIENTS] = {"client.list", "OAuth clients, never with their secrets.", OBSERVED,
                         "particlerb recording of 2017", NULL},
    [ACCOUNT_CLIENT_CREATED] = {"client.created", "A new OAuth client, with its secret.",
                                DOCUMENTED, REFERENCE "; particlerb recording of 2017", NULL},
    [ACCOUNT_CLIENT_BAD] = {"client.bad",
                            "An OAuth client without a name or type, a web one without "
                            "redirect_uri, an unknown scope.",
                            GUESSED, NO_BODY, NULL},
    [ACCOUNT_CLIENT_UPDATED] = {"client.updated", "An OAuth client gets another name or scope.",
                                DOCUMENTED, REFERENCE, "client_update_secret"},
    [ACCOUNT_CLIENT_NOT_FOUND] = {"client.not-found", "An OAuth client that is not there.", GUESSED,
                                  NO_BODY, NULL},
    [ACCOUNT_CLIENT_DELETED] = {"client.deleted", "An OAuth client goes, with all its tokens.",
                                OBSERVED, "particlerb recording of 2017; that tokens go is a guess",
                                NULL},
    [ACCOUNT_TEAM] = {"team.list", "The members of a team, API users too.", DOCUMENTED, REFERENCE,
                      NULL},
    [ACCOUNT_TEAM_INVITED] = {"team.invited",
                              "A user is invited, and not on the team yet: the real link comes by "
                              "e-mail.",
                              DOCUMENTED, REFERENCE, "team_invite"},
    [ACCOUNT_TEAM_BAD] = {"team.bad",
                          "Nobody to invite, an unknown role, an API user without a friendly_name "
                          "or with scopes that are none.",
                          GUESSED, NO_BODY, NULL},
    [ACCOUNT_TEAM_NOT_FOUND] = {"team.not-found", "Somebody who is not on the team.", GUESSED,
                                NO_BODY, NULL},
    [ACCOUNT_TEAM_UPDATED] = {"team.updated", "A member gets another role.", DOCUMENTED,
                              REFERENCE "; the body is a guess", NULL},
    [ACCOUNT_TEAM_REMOVED] = {"team.removed",
                              "A member leaves the team; an API user ends with its token.",
                              DOCUMENTED, REFERENCE, NULL},
    [ACCOUNT_API_USER_CREATED] = {"api-user.created", "A new API user, with its token.", DOCUMENTED,
                                  REFERENCE, NULL},
    [ACCOUNT_API_USER_UPDATED] = {"api-user.updated",
                                  "An API user gets other scopes or a fresh token: the one that it "
                                  "had is revoked.",
                                  DOCUMENTED, REFERENCE, NULL},
    [ACCOUNT_ORG_NOT_FOUND] = {"org.not-found", "An organization that no product is in.", OBSERVED,
                               "Particle community 14825; the status is a guess", NULL},
    [ACCOUNT_ORG_REFUSED] =
        {"org.refused",
         "An organization of which the caller is on no product's team; and no product's client "
         "is.",
         GUESSED, NO_BODY, NULL},
    [ACCOUNT_ORG_PRODUCTS] = {"org.products", "The products of an organization.", DOCUMENTED,
                              REFERENCE, NULL},
    [ACCOUNT_ORG_CUSTOMERS] = {"org.customers",
                               "The customers of all products of an organization (legacy).",
                               GUESSED, "by analogy with those of a product",
                               "customers_without_device"},
    [ACCOUNT_ORG_CUSTOMER_CREATED] = {"org.customer-created",
                                      "A customer is made on the legacy path: the reply has no "
                                      "scope.",
                                      OBSERVED, "Particle community 21669, of 2016", NULL},
    [ACCOUNT_ORG_PRODUCT_NEEDED] = {"org.product-needed",
                                    "The product of a customer of an organization with several "
                                    "is not clear.",
                                    GUESSED, NO_BODY, NULL},
    [ACCOUNT_ORGS] = {"org.list", "The organizations whose products the caller sees.", DOCUMENTED,
                      REFERENCE "; particle-cli getOrgs()", NULL},
    [ACCOUNT_ORG] = {"org.get", "One organization.", DOCUMENTED, REFERENCE, NULL},
    [ACCOUNT_PRODUCT_CREATED] =
        {"product.created", "A new product, with the caller as its team, and without a client.",
         INFERRED, "particle-cli createProduct(); status and slug are a guess", NULL},
    [ACCOUNT_PRODUCT_BAD] =
        {"product.bad",
         "A product without a name, of a platform that is not simulated, or one too many.", GUESSED,
         NO_BODY, NULL},
};
