/*
 * The end of processes that were left behind.
 */
#ifndef CLI_REAP_H
#define CLI_REAP_H

/* Kills and reaps every child of this process, those too that become ours when their parents die,
 * until there is none. Only for a process that has no child to keep. Gives up after some seconds.
 */
void reap_descendants(void);

#endif
