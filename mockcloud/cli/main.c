/* The program. Alone in its file: the rest of cli/ is a library, so that tests can link it. */
#include "cli/cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
