/*
 * The shapes that more than one file names. A shape of one family alone is static in its file.
 * Of api/ alone.
 */
#ifndef API_SHAPE_SHAPES_H
#define API_SHAPE_SHAPES_H

#include "api/shape/shape.h"

/* ---- plain values (shapes_common.c) ---- */

extern const struct shape shape_any;
extern const struct shape shape_bool;
extern const struct shape shape_true; /* a boolean; the document says that it is true */
extern const struct shape shape_int;
extern const struct shape shape_number;
extern const struct shape shape_string;
extern const struct shape shape_strings; /* an array of strings */
extern const struct shape shape_object;  /* any object */
extern const struct shape shape_empty;   /* {} */
extern const struct shape shape_time;    /* "2026-01-01T00:00:00.000Z" */
extern const struct shape shape_id;      /* 24 hex digits: a device, a user, a customer, … */
extern const struct shape shape_secret;  /* what a token or a client's secret is: any text */
extern const struct shape shape_meta;    /* {"total_pages":N} */

/* ---- whole replies (shapes_common.c) ---- */

extern const struct shape shape_ok;         /* {"ok":true} */
extern const struct shape shape_ok_message; /* {"ok":true,"message":"…"} */

/* ---- errors (shapes_common.c) ---- */

extern const struct shape shape_error;         /* {"ok":false,"error":"…"} */
extern const struct shape shape_errors;        /* {"ok":false,"errors":[…]} */
extern const struct shape shape_oauth_error;   /* {"error":"…","error_description":"…"} */
extern const struct shape shape_api_error;     /* any error of the imitated API */
extern const struct shape shape_control_error; /* {"error":CODE,"message":TEXT} */

/* The shape of an error that a route's row says nothing of. `control`: of the control API. */
const struct shape *shapes_error(bool control, int status);

/* ---- of families ---- */

extern const struct shape shape_token;          /* a token as it is granted (shapes_product.c) */
extern const struct shape shape_device;         /* a device of its owner (shapes_device.c) */
extern const struct shape shape_devices;        /* the list of them */
extern const struct shape shape_product_row;    /* a device in its product's list */
extern const struct shape shape_product_device; /* a device as its product sees it */
extern const struct shape shape_claim_code;     /* (shapes_device.c) */
extern const struct shape shape_claimed;        /* what a claim by id answers */
extern const struct shape shape_device_updated; /* (shapes_device_more.c) */
extern const struct shape shape_update_started;
extern const struct shape shape_pinged;
extern const struct shape shape_variable;
extern const struct shape shape_function;
extern const struct shape shape_compiled;
extern const struct shape shape_serial_number;
extern const struct shape shape_product;         /* (shapes_product.c) */
extern const struct shape shape_products;        /* {"products":[…]} */
extern const struct shape shape_one_product;     /* {"product":{…}} */
extern const struct shape shape_product_created; /* {"ok","product":{…}} */
extern const struct shape shape_orgs;            /* {"organizations":[…]} */
extern const struct shape shape_one_org;         /* {"organization":{…}} */
extern const struct shape shape_unprotect;       /* what a device needs to open itself */
extern const struct shape shape_product_devices;
extern const struct shape shape_imported;
extern const struct shape shape_customers;
extern const struct shape shape_control_health; /* (shapes_control.c) */
extern const struct shape shape_control_world;
extern const struct shape shape_control_worlds;
extern const struct shape shape_control_state;
extern const struct shape shape_control_behaviours;
extern const struct shape shape_control_clock;
extern const struct shape shape_control_journal;
extern const struct shape shape_control_exchange;
extern const struct shape shape_control_device;
extern const struct shape shape_control_devices;
extern const struct shape shape_control_stored; /* of a claim code given to a device */
extern const struct shape shape_control_conflict;
extern const struct shape shape_control_why;
extern const struct shape shape_control_reason;

extern const struct shape shape_integrations; /* (shapes_webhook.c) */
extern const struct shape shape_integration_made;
extern const struct shape shape_integration_tested;
extern const struct shape shape_one_webhook; /* {"webhook":{…}} */
extern const struct shape shape_one_integration;
extern const struct shape shape_sim;  /* one SIM card (shapes_sim.c) */
extern const struct shape shape_sims; /* {"sims":[…]} */
extern const struct shape shape_sim_usage;
extern const struct shape shape_sim_status;
extern const struct shape shape_firmware; /* (shapes_firmware.c) */
extern const struct shape shape_firmwares;
extern const struct shape shape_firmware_release;
extern const struct shape shape_build_targets;

#endif
