/* See tap.h. Owns the fields of these records; their order is that of their rows
 * (tape/tape_kind.c). */
#include "api/call/tap.h"

#include "api/call/core.h"

#include <string.h>

void tap_request(struct api *api, const struct api_request *request, uint64_t number)
{
    struct machine *machine = &api->worlds->machine;
    struct tape_recorder *recorder = machine->recorder;
    if (!machine_begin(machine, TAPE_REQUEST))
        return;
    tape_number(recorder, (int64_t)number);
    tape_number(recorder, (int64_t)request->connection);
    tape_number(recorder, (int64_t)request->reply_max);
    tape_number(recorder, request->trusted);
    tape_str(recorder, request->method);
    tape_str(recorder, request->target);
    tape_text(recorder, request->body, request->body_len);
    tape_str(recorder, request->actor);
    tape_str(recorder, request->address);
    tape_str(recorder, request->origin);
    tape_str(recorder, request->world ? request->world->name : NULL);
    for (size_t i = 0; i < request->header_count; i++) {
        const struct api_header *header = &request->headers[i];
        tape_pair(recorder, header->name, header->value, strlen(header->value));
    }
}

void tap_stands(const struct world *world)
{
    if (!world->machine || !world->machine->recorder)
        return;
    struct tape_stand stand = sim_stand(&world->sim);
    tape_stands(world->machine->recorder, &stand);
}

void tap_was_read(struct api *api, const struct api_request *request)
{
    if (strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0)
        tape_was_read(api->worlds->machine.recorder);
}

void tap_ticket(struct api *api, enum tape_kind kind, const struct api_ticket *ticket)
{
    struct machine *machine = &api->worlds->machine;
    if (machine_begin(machine, kind))
        tape_number(machine->recorder, (int64_t)ticket->number);
}

void tap_end(struct api *api)
{
    machine_end(&api->worlds->machine);
}
