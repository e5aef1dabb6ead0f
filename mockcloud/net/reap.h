/*
 * The end of processes that were left behind.
 */
#ifndef NET_REAP_H
#define NET_REAP_H

#include <stdbool.h>

/* Kills and reaps every child of this process, and those that become its children when their
 * parents die, until there is none. Only for a process that has no child to keep; it reaches all
 * descendants when it is a subreaper (PR_SET_CHILD_SUBREAPER), however they have detached. False
 * when some are still there after some seconds (in a sleep that no signal ends). */
bool reap_descendants(void);

/* Waits until this process has no child left, and kills none: for children that are known to end
 * by themselves. False when some are still there after some seconds. */
bool reap_wait(void);

#endif
