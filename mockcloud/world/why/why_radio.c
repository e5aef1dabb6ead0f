/* See why_case.h. Owns the causes of a code that was made for an ICCID or IMEI: nothing is handed
 * over, the cloud knows the device by its SIM or modem at its next full handshake. */
#include "world/why/why_case.h"

#include <string.h>

/* The newest attempt, if it is a code of a SIM or modem that was asked for. */
static const struct why_attempt *radio_asked(const struct why_case *why)
{
    const struct why_attempt *newest = why_newest(why, WHY_ASKED);
    return newest && why_code_is_radio(newest->code) ? newest : NULL;
}

/* The same, or one that was found at a handshake and ignored for a reason that no longer holds: the
 * next handshake looks at it again. */
static const struct why_attempt *radio_waiting(const struct why_case *why)
{
    const struct why_attempt *found = why_newest(why, WHY_PRESENTED);
    if (found && found->offer->matched && found->code &&
        (found->offer->verdict == CODE_NOT_IN_PRODUCT ||
         found->offer->verdict == CODE_OWNED_BY_OTHER))
        return found;
    return radio_asked(why);
}

bool why_radio_other_sim(struct why_case *why)
{
    const struct why_attempt *asked = radio_asked(why);
    struct fact went;
    if (!asked || claim_code_is_radio_id_of(why->record, asked->code->code))
        return false;
    const struct device *to = why_code_went_to(why, asked->code, &went);
    if (to)
        why_add(why, went, "it claimed device %s (%s), whose SIM or modem that is", to->name,
                to->id);
    if (cloud_iccid(why->record))
        why_add(why, WHY_NOW, "the device's SIM is %s, its modem %s", cloud_iccid(why->record),
                cloud_imei(why->record) ? cloud_imei(why->record) : "unknown");
    else
        why_add(why, WHY_NOW, "the device has no SIM");
    return true;
}

/* What was issued for the same number since. */
static const struct claim_code *radio_newer(const struct why_case *why,
                                            const struct claim_code *code)
{
    const struct claim_code *newer = why_code(why, code->code);
    while (newer != code && newer->before != code)
        newer = newer->before;
    return newer == code ? NULL : newer;
}

bool why_radio_superseded(struct why_case *why)
{
    const struct why_attempt *waiting = radio_waiting(why);
    const struct claim_code *newer = waiting ? radio_newer(why, waiting->code) : NULL;
    if (!newer)
        return false;
    const char *name = owner_name(&newer->owner);
    why_add(why, (struct fact){newer->issued_n, newer->issued_ms},
            "a code for the same number was issued to %s, which made the older one void",
            name ? name : "somebody");
    return true;
}

bool why_radio_ignored(struct why_case *why)
{
    const struct why_attempt *waiting = radio_waiting(why);
    if (!waiting || !sim_behaves(&why->world->sim, BEHAVIOUR_RADIO_CLAIM_CODE, "ignored"))
        return false;
    why_add(why, WHY_NOW,
            "this world's switch radio_claim_code is ignored: such codes are issued, "
            "and looked at by nobody");
    why_add_presence(why);
    return true;
}

bool why_radio_waits(struct why_case *why)
{
    const struct why_attempt *waiting = radio_waiting(why);
    if (!waiting)
        return false;
    why_add_presence(why);
    why_add_death(why, waiting->code);
    return true;
}

void why_advise_ignored(const struct why_case *why, struct buf *out)
{
    buf_add_str(out, "Ask for a code without iccid and imei (");
    why_say_code_route(why, out);
    buf_add_str(out, "), or let the world's switch radio_claim_code be claims.");
    why_say_channels(why, out);
    if (why->record->online)
        buf_add_str(out, " Or claim it by id: the device is online now.");
}

void why_advise_radio_again(const struct why_case *why, struct buf *out)
{
    buf_add_str(out, "Ask for a code with this device's own number (");
    why_say_code_route(why, out);
    if (cloud_iccid(why->record))
        buf_printf(out, " with iccid=%s).", cloud_iccid(why->record));
    else
        buf_add_str(out, " without iccid: the device has no SIM), and hand that to it.");
    why_say_handshake(why, out);
}

void why_advise_radio(const struct why_case *why, struct buf *out)
{
    const struct why_attempt *waiting = radio_waiting(why);
    if (!why_code_lives(why, waiting->code)) {
        buf_add_str(out, "The code is dead by now. ");
        why_advise_radio_again(why, out);
        return;
    }
    buf_add_str(out, "Nothing has to be handed over.");
    why_say_handshake(why, out);
}
