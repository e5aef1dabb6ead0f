/* The tables of routes of the control API, one for each file of this room. Of api/ alone. */
#ifndef API_CONTROL_TABLES_H
#define API_CONTROL_TABLES_H

#include "api/call/route.h"

extern const struct route_table control_routes;
extern const struct route_table control_clock_routes;
extern const struct route_table control_device_routes;
extern const struct route_table control_why_routes;
extern const struct route_table control_event_routes;
extern const struct route_table control_exchange_routes;
extern const struct route_table control_harness_routes;
extern const struct route_table control_console_routes;
extern const struct route_table control_journal_routes;
extern const struct route_table control_list_routes;
extern const struct route_table control_restart_routes;
extern const struct route_table control_steps_routes;

#endif
