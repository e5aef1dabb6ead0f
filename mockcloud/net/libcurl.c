/* See libcurl.h. Owns where the library is looked for, and what is said when it isn't there. */
#include "net/libcurl.h"

#include "base/mem.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* All of them are libcurl, each built on another TLS library. GnuTLS comes first, since
 * libmicrohttpd has loaded that one already. */
static const char *const files[] = {"libcurl-gnutls.so.4", "libcurl.so.4", "libcurl-nss.so.4"};

#define ROW(function)                                                                              \
    {                                                                                              \
        "curl_" #function, offsetof(struct libcurl, function)                                      \
    }

static const struct {
    const char *name;
    size_t at; /* of the pointer in struct libcurl */
} rows[] = {
    ROW(easy_init),
    ROW(easy_cleanup),
    ROW(easy_setopt),
    ROW(easy_getinfo),
    ROW(easy_perform),
    ROW(easy_strerror),
    ROW(free),
    ROW(multi_init),
    ROW(multi_cleanup),
    ROW(multi_setopt),
    ROW(multi_assign),
    ROW(multi_add_handle),
    ROW(multi_remove_handle),
    ROW(multi_info_read),
    ROW(multi_socket_action),
    ROW(slist_append),
    ROW(slist_free_all),
    ROW(url),
    ROW(url_cleanup),
    ROW(url_get),
    ROW(url_set),
};

/* Pointers to functions and to data can't be cast into each other in C; copied they can be. */
static const char *find_all(void *library, struct libcurl *ret_libcurl)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *function = dlsym(library, rows[i].name);
        if (!function)
            return rows[i].name;
        memcpy((char *)ret_libcurl + rows[i].at, &function, sizeof function);
    }
    return NULL;
}

/* RTLD_NODELETE: once used, libcurl can't be unloaded safely, since libmicrohttpd uses the GnuTLS
 * below it, too. RTLD_LOCAL: its names must not replace anybody else's. */
static void *open_any(void)
{
    void *library = NULL;
    for (size_t i = 0; !library && i < sizeof files / sizeof *files; i++)
        library = dlopen(files[i], RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    return library;
}

bool libcurl_load(struct libcurl *ret_libcurl, char **ret_error)
{
    struct libcurl libcurl;
    void *library = open_any();
    if (!library) {
        *ret_error = mem_dup("libcurl is not installed, without which no request can be sent (on "
                             "Debian and Ubuntu: apt-get install libcurl3-gnutls)");
        return false;
    }
    const char *missing = find_all(library, &libcurl);
    dlclose(library);
    if (missing) {
        *ret_error =
            mem_printf_dup("the installed libcurl has no %s: 7.88 or newer is needed", missing);
        return false;
    }
    *ret_libcurl = libcurl;
    return true;
}
