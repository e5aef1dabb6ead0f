/* Tables of the keys that files may have, for `mockcloud list`. */
#ifndef CLI_LIST_FIELDS_H
#define CLI_LIST_FIELDS_H

#include "cli/table.h"

/* Yours: table_free(). */
struct table *list_step_fields(void);
struct table *list_scenario_fields(void);
struct table *list_client_fields(void);
struct table *list_world_fields(void);
struct table *list_fault_fields(void);

#endif
