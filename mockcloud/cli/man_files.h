/* What the manual pages of scenario and world files say behind their first line. */
#ifndef CLI_MAN_FILES_H
#define CLI_MAN_FILES_H

#include "base/buf.h"

void man_scenario(struct buf *out);
void man_world(struct buf *out);

#endif
