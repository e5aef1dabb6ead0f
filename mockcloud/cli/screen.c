/* See screen.h. */
#include "cli/screen.h"

#include "cli/cli.h"

#include <stdlib.h>
#include <sys/ioctl.h>

#define SCREEN_COLUMNS_MAX 1000

size_t screen_columns(int fd)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    uint64_t number;
    if (columns && cli_number(columns, 1, SCREEN_COLUMNS_MAX, &number))
        return (size_t)number;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
