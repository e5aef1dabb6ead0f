/*
 * Doing something again whenever scenario or world files change: run --watch.
 */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

/*
 * Calls `once` in a process of its own, then again after each change of a file *.yaml, *.yml or
 * *.json beside those that `names` (a NULL-terminated list of files and folders) lead to. One that
 * is still at it when a file changes is ended first, as by SIGTERM. Ends by a signal alone: answers
 * 128 + its number, or EXIT_COULD_NOT_RUN or EXIT_USAGE for what was told.
 */
int watch_loop(char *const *names, int (*once)(void *arg), void *arg);

#endif
