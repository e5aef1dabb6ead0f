/*
 * Steps of scenarios that are posted to a live world, by whoever drives it from outside: a console,
 * a fixture of a test in another language.
 *
 * What was saved, and what waits have taken last, last as long as the world does. Steps are read
 * and checked before any is played. A step that waits keeps nobody from being served: it is looked
 * at again in a moment.
 */
#ifndef SCENARIO_LIVE_H
#define SCENARIO_LIVE_H

struct api;
struct live;

/* Lets the api play steps, on all its worlds. Yours: live_free(), when no step is under way any
 * more, and before the api. */
struct live *live_new(struct api *api);
void live_free(struct live *live);

#endif
