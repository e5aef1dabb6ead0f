/* See wire.h. Looks at texts; it knows no connection. */
#include "net/wire.h"

#include "base/headers.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* ---- the parts ---- */

/* Visible characters; bytes above ASCII are let through, since clients send them and the path is
 * decoded and checked anyway. */
static bool is_target(const char *target)
{
    for (const char *c = target; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            return false;
    return *target;
}

static bool is_value(const char *value)
{
    for (; *value; value++)
        if (((unsigned char)*value < ' ' && *value != '\t') || *value == 0x7f)
            return false;
    return true;
}

bool wire_length(const char *value, uint64_t *ret_length)
{
    uint64_t length = 0;
    if (!*value)
        return false;
    for (; *value; value++) {
        if (*value < '0' || *value > '9')
            return false;
        unsigned digit = (unsigned)(*value - '0');
        /* Too large stays too large: it is refused for its size, not called malformed. */
        length = length > (UINT64_MAX - digit) / 10 ? UINT64_MAX : length * 10 + digit;
    }
    *ret_length = length;
    return true;
}

/* ---- where they stand ---- */

/*
 * libmicrohttpd cuts the head up where it has read it, and writes a NUL over what stood behind each
 * part. So every part should begin where the one before it ends, plus a space, a colon or CRLF. A
 * part that doesn't gives away what the parts themselves don't show: a line that ends in LF alone,
 * one that is continued on the next (of which libmicrohttpd 0.9.75 adds the rest to the header's
 * *name*), a NUL inside, several spaces. Addresses are compared as numbers, since a later
 * libmicrohttpd may keep its parts elsewhere: then nothing can be said, and nothing is refused.
 */
static uintptr_t at(const char *part)
{
    return (uintptr_t)part;
}

static bool is_inside(const struct wire_head *head, const char *part)
{
    return at(part) > at(head->method) && at(part) < at(head->method) + head->size;
}

/* Where the next line has to begin; 0: this header is not on one line. */
static uintptr_t end_of_header(const struct wire_head *head, const struct api_header *header,
                               uintptr_t begin)
{
    if (at(header->name) != begin || !is_inside(head, header->value))
        return 0;
    const char *space = header->name + strlen(header->name) + 1;
    if (at(header->value) < at(space))
        return 0;
    for (; space < header->value; space++)
        if (*space != ' ' && *space != '\t')
            return 0;
    return at(header->value) + strlen(header->value) + strlen("\r\n");
}

static bool lines_are_whole(const struct wire_head *head)
{
    if (!is_inside(head, head->url) || !is_inside(head, head->version))
        return true;
    if (at(head->url) != at(head->method) + strlen(head->method) + 1 ||
        at(head->version) != at(head->url) + strlen(head->target) + 1)
        return false;
    uintptr_t end = at(head->version) + strlen(head->version) + strlen("\r\n");
    for (size_t i = 0; i < head->header_count && end; i++)
        end = end_of_header(head, &head->headers[i], end);
    return end + strlen("\r\n") == at(head->method) + head->size;
}

/* ---- headers, and what they say of the body ---- */

struct framing {
    size_t hosts, lengths, codings;
    bool good_length, is_chunked;
};

static const char *fault_of_header(const struct api_header *header, struct framing *framing)
{
    uint64_t length;
    if (!text_is_token(header->name))
        return "a header's name has characters that names can't have";
    if (!is_value(header->value))
        return "a header's value has control characters";
    if (headers_named(header->name, "Host")) {
        framing->hosts++;
    } else if (headers_named(header->name, "Content-Length")) {
        framing->lengths++;
        framing->good_length = wire_length(header->value, &length);
    } else if (headers_named(header->name, "Transfer-Encoding")) {
        framing->codings++;
        framing->is_chunked = strcasecmp(header->value, "chunked") == 0;
    }
    return NULL;
}

/* Two lengths, or a length and chunks, let two parsers see two different ends of the body: what is
 * the rest of a body to one is the next request to the other (request smuggling). */
static const char *fault_of_framing(const struct framing *framing, const char *version)
{
    if (framing->hosts > 1)
        return "Host is given more than once";
    if (framing->lengths > 1)
        return "Content-Length is given more than once";
    if (framing->lengths && !framing->good_length)
        return "Content-Length is not a number of bytes";
    if (framing->lengths && framing->codings)
        return "Content-Length and Transfer-Encoding contradict each other";
    if (framing->codings > 1 || (framing->codings && !framing->is_chunked))
        return "Transfer-Encoding is not chunked";
    if (framing->codings && strcmp(version, "HTTP/1.0") == 0)
        return "HTTP/1.0 has no Transfer-Encoding";
    return NULL;
}

const char *wire_fault(const struct wire_head *head)
{
    struct framing framing = {0};
    if (!text_is_token(head->method))
        return "the method has characters that methods can't have";
    if (!lines_are_whole(head))
        return "a line of the head ends without CRLF, is continued on the next, or has a NUL or an "
               "extra space in it";
    if (!is_target(head->target))
        return "the target has spaces or control characters";
    for (size_t i = 0; i < head->header_count; i++) {
        const char *fault = fault_of_header(&head->headers[i], &framing);
        if (fault)
            return fault;
    }
    return fault_of_framing(&framing, head->version);
}
