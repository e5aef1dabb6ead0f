/*
 * API cases as data: a row is one request and what has to come back, to the byte.
 *
 * unit_api.c owns one bench (worlds and an api) at a time: unit_begin() … unit_end(). What holds
 * for every reply of the API is checked on each: JSON that says it is JSON, the API's own headers,
 * a rule that stands in the tables.
 */
#ifndef UNIT_API_H
#define UNIT_API_H

#include "api/api.h"
#include "unit_api_pattern.h"

#define FORM "application/x-www-form-urlencoded"

#define TEN(text)      text text text text text text text text text text
#define THOUSAND(text) TEN(TEN(TEN(text)))
#define JSON           "application/json"

/* Devices of the bench's world; whose they are stands in their names. */
#define LAMP "310000000000000000000001" /* Photon, online, in no product, of nobody */
#define DARK "310000000000000000000002" /* Photon, off, in no product, of nobody */
#define DESK "310000000000000000000003" /* Photon, online, dev's */
#define EVES "310000000000000000000004" /* Photon, online, eve's */
#define ABED "3100000000000000000000ab" /* Photon, online, of nobody: an id with letters */
#define PUMP "410000000000000000000001" /* E-Series of acme-pump, online, of nobody */
#define COLD "410000000000000000000002" /* E-Series of acme-pump, off, of nobody */
#define ADAS "410000000000000000000003" /* E-Series of acme-pump, online, ada's */
#define BOBS "410000000000000000000004" /* E-Series of acme-pump, off, bob's */
#define ZOES "510000000000000000000001" /* E-Series of other-pump, online, of nobody */
#define NONE "999999999999999999999999" /* no device */

struct api_case {
    const char *name;
    const char *switches; /* the world's behaviour map, for rows with a world of their own */
    const char *method, *target;
    const char *token;  /* Authorization: Bearer … */
    const char *basic;  /* Authorization: Basic, "id:secret" */
    const char *header; /* one more, "Name: value" */
    const char *origin; /* of a page of another machine that sends it; NULL: none */
    const char *type, *body;
    int status;
    const char *headers; /* lines of the reply's head: "Name: value", or "-Name" for one that is not
                            there */
    const char *reply;   /* the body as a pattern; NULL: not compared */
    const char *rule;    /* NULL: not compared */
    /* How the reply is known, where it is no guess: "R 2015-07" recorded, "D" documented, "S" from
     * source that Particle runs, "T" said by Particle's staff or its end-to-end tests, "C" from
     * what official clients read; then the rule that decided may not be a guess. "I" of an imitator
     * alone: weaker than all of them. NULL: not said. tests/coverage/literals.mjs has the error
     * bodies that some row with their mark has to compare. */
    const char *mark;
};

/* The bench: the world of unit_world_text(), with these switches (NULL: none). */
void unit_begin(const char *switches);
/* The same, and replies have at most so many bytes. */
void unit_begin_short(size_t reply_max);
/* The bench with a world of one's own. NULL: no world. */
void unit_begin_world(const char *yaml);
void unit_end(void);
struct api *unit_api(void);
struct world *unit_world(void);

/* Runs one row on the bench. */
void unit_case(const struct api_case *row);
/* Runs one row on a bench of its own. */
void unit_case_alone(const struct api_case *row);
/* Runs rows one after the other on the bench. */
void unit_cases(const struct api_case *rows, size_t count);

#define UNIT_STORY(rows) unit_cases((rows), sizeof(rows) / sizeof *(rows))

/* A request without a row: the ticket is the caller's, to be done with api_ticket_done(). */
enum api_outcome unit_send(const struct api_case *row, struct api_ticket *ticket);

/* The last reply's body. */
const char *unit_reply(void);

/* The whole journal of the bench's world, an entry per line; yours: free(). */
char *unit_journal_dup(void);

#endif
