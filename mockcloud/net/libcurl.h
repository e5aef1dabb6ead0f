/*
 * The door to libcurl: its functions, found in the library at run time. Nobody outside of net/
 * includes this, and nobody in net/ calls libcurl in any other way.
 *
 * Linked in the usual way, libcurl and the 19 libraries that come with it cost half of the time
 * that the program needs to start, and most runs never make a request: only `ctl` and webhooks do.
 * So the library is loaded by whoever needs it first. That takes about 12 ms, once per process.
 */
#ifndef NET_LIBCURL_H
#define NET_LIBCURL_H

/* curl.h hides its variadic functions behind macros, which would also replace the fields below. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#include <stdbool.h>

/* One pointer per function that we call, with the type that curl.h gives it; a function more needs
 * a line here and a row in libcurl.c. */
struct libcurl {
    __typeof__(curl_easy_init) *easy_init;
    __typeof__(curl_easy_cleanup) *easy_cleanup;
    __typeof__(curl_easy_setopt) *easy_setopt;
    __typeof__(curl_easy_getinfo) *easy_getinfo;
    __typeof__(curl_easy_perform) *easy_perform;
    __typeof__(curl_easy_strerror) *easy_strerror;
    __typeof__(curl_free) *free;
    __typeof__(curl_multi_init) *multi_init;
    __typeof__(curl_multi_cleanup) *multi_cleanup;
    __typeof__(curl_multi_setopt) *multi_setopt;
    __typeof__(curl_multi_assign) *multi_assign;
    __typeof__(curl_multi_add_handle) *multi_add_handle;
    __typeof__(curl_multi_remove_handle) *multi_remove_handle;
    __typeof__(curl_multi_info_read) *multi_info_read;
    __typeof__(curl_multi_socket_action) *multi_socket_action;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
    __typeof__(curl_url) *url;
    __typeof__(curl_url_cleanup) *url_cleanup;
    __typeof__(curl_url_get) *url_get;
    __typeof__(curl_url_set) *url_set;
};

/* Loads the library unless this process has it already, and fills *ret_libcurl in. The library
 * stays until the process ends, so there is nothing to give back. False when it isn't installed:
 * what to install then is in *ret_error (yours: free()). Blocks for some milliseconds. */
bool libcurl_load(struct libcurl *ret_libcurl, char **ret_error);

#endif
