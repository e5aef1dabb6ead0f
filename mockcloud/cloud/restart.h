/*
 * A cloud that is restarted, and what it has lost then. (restart.c)
 *
 * What a cloud has on its disks stays: accounts, products, devices and whose they are, webhooks,
 * and what the world's file gave out. Lost is what it held in memory: the sessions of devices,
 * which connect again with a full handshake; access and refresh tokens that it issued; claim codes
 * that could still claim. Which of these a real cloud loses is a guess; a client has to live with
 * each.
 */
#ifndef CLOUD_RESTART_H
#define CLOUD_RESTART_H

struct cloud;

/* Loses all that, and tells the devices. The journal has how much it was (cloud.restarted). */
void cloud_restart(struct cloud *cloud);

#endif
