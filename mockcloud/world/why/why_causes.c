/*
 * The causes why a device is not owned by somebody: a row each, in the order in which they are
 * asked. The first that holds is the answer: first what would stop any attempt now, then what the
 * newest attempt came to; of that, one row holds. What each looks at is in the file of its family.
 */
#include "world/why/why_case.h"

const struct why_cause why_causes[] = {
    {
        .name = "owned-by-someone-else",
        .text = "Somebody else owns the device.",
        .advice = "Let the owner unclaim it, then claim again; or ask for a transfer, which the "
                  "owner has to approve.",
        .holds = why_owned_by_other,
        .advise = why_advise_owned,
    },
    {
        .name = "device-not-in-product",
        .text = "The device is not in the customer's product.",
        .advice = "Import it: POST /v1/products/P/devices with its id and a team or product token. "
                  "A claim code does not add it.",
        .holds = why_not_in_product,
        .advise = why_advise_product,
    },
    {
        .name = "sim-not-active",
        .text = "The device can't connect: its SIM is not active.",
        .advice =
            "Activate it (PUT /v1/sims/ICCID, a product's at /v1/products/P/sims/ICCID, with "
            "action=activate, or reactivate when it was deactivated), and wait until it reads "
            "online.",
        .holds = why_sim_not_active,
        .advise = why_advise_sim,
    },
    {
        .name = "released",
        .text = "It was owned, and was unclaimed.",
        .advice = "Find out who unclaimed it, then claim it again.",
        .holds = why_released,
        .advise = why_advise_released,
    },
    {
        .name = "claim-code-expired",
        .text = "The device presented a code that is older than an hour.",
        .advice = "Ask for the code when the device is at hand, store it and let the device "
                  "connect within the hour; no device tells that its code is too old, so check GET "
                  "/v1/devices.",
        .holds = why_code_expired,
        .advise = why_advise_new_code,
    },
    {
        .name = "claim-code-already-used",
        .text = "The device presented a code that has claimed a device before.",
        .advice = "Ask for a new code for each device: a code serves one device, once.",
        .holds = why_code_used,
        .advise = why_advise_new_code,
    },
    {
        .name = "claim-code-unknown",
        .text = "The device presented a code that the cloud never issued, or has revoked.",
        .advice = "Check that the code reached the device whole (63 characters, with + and /), "
                  "that it was issued by this cloud, and that no newer one has cancelled it.",
        .holds = why_code_unknown,
        .advise = why_advise_unknown_code,
    },
    {
        .name = "claim-code-of-team-member",
        .text = "The device presented a product's code that a team member had asked for.",
        .advice = "Ask for the product's claim code with a customer's token (POST "
                  "/v1/products/P/device_claims), or claim by id as the team member.",
        .holds = why_code_of_team,
        .advise = why_advise_team_code,
    },
    {
        .name = "device-refused-code",
        .text = "A code was handed to the device, which did not take it.",
        .advice = "Hand over the code as the cloud issued it: 63 characters, with + and /, nothing "
                  "before or behind them.",
        .holds = why_code_refused_by_device,
        .advise = why_advise_refused_code,
    },
    {
        .name = "claim-code-overwritten",
        .text = "The device stored another code in the place of this one before it was sent.",
        .advice = "A device holds one code, the last: ask for a new one, and hand it over when "
                  "nobody else sets the device up.",
        .holds = why_code_overwritten,
        .advise = why_advise_new_code,
    },
    {
        .name = "stored-code-not-sent-session-resumed",
        .text = "The device holds a code but resumed its session, and so did not send it.",
        .advice = "Make it shake hands in full: cut its power (a warm reset resumes), or let its "
                  "firmware publish spark/device/session/end before it reconnects.",
        .holds = why_session_resumed,
        .advise = why_advise_send,
    },
    {
        .name = "stored-code-not-sent-yet",
        .text = "The device holds a code and has not connected since.",
        .advice = "Let the device connect with a full handshake while the code lives (an hour).",
        .holds = why_not_sent_yet,
        .advise = why_advise_send,
    },
    {
        .name = "radio-code-ignored",
        .text = "A code was made for the device's SIM or modem, and this world ignores such codes.",
        .advice = "Ask for a code without iccid or imei and hand it to the device, or claim by id "
                  "while it is online; the world's switch is radio_claim_code.",
        .holds = why_radio_ignored,
        .advise = why_advise_ignored,
    },
    {
        .name = "radio-code-for-another-sim",
        .text = "The code was made for another SIM or modem than the device's.",
        .advice = "Ask for a code with the device's own iccid or imei.",
        .holds = why_radio_other_sim,
        .advise = why_advise_radio_again,
    },
    {
        .name = "radio-code-superseded",
        .text = "A code for the same SIM or modem was issued to somebody else since.",
        .advice = "Of one ICCID or IMEI the last code counts: ask for it again.",
        .holds = why_radio_superseded,
        .advise = why_advise_radio_again,
    },
    {
        .name = "radio-code-waits-for-handshake",
        .text =
            "A code was made for the device's SIM or modem, and the device has not shaken hands "
            "in full since it could work.",
        .advice = "Nothing has to be handed over: let the device connect with a full handshake "
                  "while the code lives (an hour).",
        .holds = why_radio_waits,
        .advise = why_advise_radio,
    },
    {
        .name = "claim-code-went-to-another-device",
        .text = "The claim code went to another device.",
        .advice = "Ask for a code for each device: a code serves one device, once.",
        .holds = why_code_went_elsewhere,
        .advise = why_advise_hand_over,
    },
    {
        .name = "claim-code-not-on-device",
        .text = "A code was issued but never reached the device.",
        .advice = "A claim code claims nothing by itself: hand it to the device (serial, USB or "
                  "SoftAP) before its next full handshake; or drop the code and claim by id once "
                  "GET /v1/products/P/devices/ID says online.",
        .holds = why_code_not_on_device,
        .advise = why_advise_hand_over,
    },
    {
        .name = "device-offline-when-claimed",
        .text = "The claim by id came while the cloud believed the device offline.",
        .advice = "Wait until the device reads online, then claim by id, and check GET "
                  "/v1/devices; or hand it a claim code. A member of its product's team may claim "
                  "it while it is offline, once it is imported.",
        .holds = why_offline_when_claimed,
        .advise = why_advise_offline,
    },
    {
        .name = "claim-refused",
        .text = "The last claim by id was refused.",
        .advice = "See the rule that it was refused by (mockcloud list behaviours).",
        .holds = why_claim_refused,
        .advise = why_advise_refused,
    },
    {
        .name = "request-refused",
        .text = "The last request that could have led to a claim was refused before it came to "
                "that.",
        .advice =
            "See the rule that it was refused by, and send POST /v1/devices with the device's "
            "id and a live token of the owner.",
        .holds = why_request_refused,
        .advise = why_advise_request,
    },
    {
        .name = "never-claimed",
        .text = "Nobody has tried to claim the device for this owner.",
        .advice = "Claim it by id while it is online (POST /v1/devices with the owner's token), or "
                  "with a claim code (a customer's: POST /v1/products/P/device_claims).",
        .holds = why_never_claimed,
        .advise = why_advise_never,
    },
};

const size_t why_cause_count = sizeof why_causes / sizeof *why_causes;
