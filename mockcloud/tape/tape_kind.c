/* See tape_kind.h. Owns the rows. */
#include "tape/tape_kind.h"

static const struct tape_kind_row rows[TAPE_KINDS] = {
    [TAPE_BEGUN] = {"begun",
                    {"wall_ms", "explain", "check_requests", "check_replies", "carried",
                     "streams_max", "reply_max", "run"},
                    {"program", "control_token"},
                    .text = "the first record: the program, and what of its options matters"},
    [TAPE_WORLD] = {"world",
                    {"root", "seed", "force_seed", "frozen"},
                    {"name", "file", "source"},
                    .text = "the program has made a world of a file"},
    [TAPE_REQUEST] = {"request",
                      {"number", "connection", "reply_max", "trusted"},
                      {"method", "target", "body", "actor", "address", "origin", "world"},
                      .pairs = true,
                      .text = "a request, with all of its headers and its raw body"},
    [TAPE_LEFT] = {"left",
                   {"number"},
                   .text = "nobody waits for the reply to that request any more, or reads its "
                           "stream"},
    [TAPE_STALLED] = {"stalled",
                      {"number"},
                      .text = "the stream of that request is given up: its reader takes nothing"},
    [TAPE_DRAINED] = {"drained",
                      {"number", "bytes"},
                      .text = "the reader of that request's stream has taken some of it"},
    [TAPE_WORK] = {"work", .text = "what waits for real time, or goes on in slices, was gone on "
                                   "with"},
    [TAPE_TIME] = {"time", .text = "worlds with a real clock have followed the machine's"},
    [TAPE_WALL] = {"wall", {"wall_ms"}, .text = "what the machine's calendar clock says"},
    [TAPE_BASE_URL] = {"base-url", .texts = {"url"}, .text = "the URL that replies name"},
    [TAPE_HOOK_SENT] = {"webhook-sent", {"id"}, {"world"}, .text = "a webhook is on its way"},
    [TAPE_HOOK_REFUSED] = {"webhook-refused",
                           {"id", "elsewhere"},
                           {"world", "why"},
                           .text = "a webhook could not, or may not, be sent"},
    [TAPE_HOOK_ANSWERED] = {"webhook-answered",
                            {"id", "status"},
                            {"world", "type", "body"},
                            .text = "the answer to a webhook"},
    [TAPE_HOOK_FAILED] = {"webhook-failed",
                          {"id"},
                          {"world", "why"},
                          .text = "no answer to a webhook came"},
    [TAPE_HOOK_SILENT] = {"webhook-silent",
                          {"id"},
                          {"world"},
                          .text = "the clock waits no longer for the answer to a webhook"},
    [TAPE_HOOK_FORGOTTEN] = {"webhook-forgotten",
                             {"id"},
                             {"world"},
                             .text = "a webhook was dropped by the end of the program"},
    [TAPE_ENTRIES] = {"entries", .text = "what no input has brought: a step of the scenario has"},
    [TAPE_SCENARIO] = {"scenario",
                       {"index", "seed", "check_requests", "keep_output"},
                       {"file", "name", "client_command"},
                       .pairs = true,
                       .text = "the scenario that is run; pairs: each file that it is made of, and "
                               "its text"},
    [TAPE_STEP] = {"step", {"line"}, {"statement"}, .text = "a step of the scenario begins"},
    [TAPE_TURN] = {"turn",
                   {"end"},
                   .text = "the scenario has stopped waiting: 0 what it waits for holds, 1 the "
                           "real deadline has passed, 2 it was interrupted"},
    [TAPE_CLIENT_URL] = {"client-url", .texts = {"client", "url", "error"},
                         .text = "where a client finds its world"},
    [TAPE_CLIENT_STARTED] = {"client-started", .texts = {"client", "error"},
                             .text = "a client was started, or could not be"},
    [TAPE_CLIENT_ENDED] = {"client-ended",
                           {"code", "signal"},
                           {"client"},
                           .text = "a client has ended"},
    [TAPE_CLIENT_OUTPUT] = {"client-output", .texts = {"client", "output"},
                            .text = "what a client had printed when the scenario looked"},
    [TAPE_CLIENT_KEPT] = {"client-kept", .texts = {"client", "path"},
                          .text = "where all that a client had printed was kept"},
    [TAPE_PORT] = {"port", {"port"}, {"error"}, .text = "a port that was free"},
    [TAPE_CALL] = {"call", .texts = {"method", "url", "error"},
                   .text = "a request to a client that is a service"},
    [TAPE_CALL_OVER] =
        {"call-over", {"status"}, {"failure", "body"}, .pairs = true, .text = "what came of it"},
    [TAPE_VERDICT] = {"verdict",
                      {"exit_code"},
                      {"result"},
                      .text = "the end of the run: its result, as --report jsonl tells it"},
    [TAPE_END] = {"end",
                  {"full"},
                  .text = "nothing more was recorded: the program has ended, or the tape is full"},
};

const struct tape_kind_row *tape_kind_row(unsigned kind)
{
    return kind < TAPE_KINDS && rows[kind].name ? &rows[kind] : NULL;
}

size_t tape_kind_numbers(const struct tape_kind_row *row)
{
    size_t count = 0;
    while (count < TAPE_NUMBERS && row->numbers[count])
        count++;
    return count;
}

size_t tape_kind_texts(const struct tape_kind_row *row)
{
    size_t count = 0;
    while (count < TAPE_TEXTS && row->texts[count])
        count++;
    return count;
}
