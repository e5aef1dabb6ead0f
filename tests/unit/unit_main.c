/* The runner of one layer's unit tests: all suites that CMake found, in one Check summary. Knows no
 * test by name. */
#include "suites.h"

#include <stddef.h>
#include <stdlib.h>

int main(void)
{
    SRunner *runner = srunner_create(NULL);
    for (size_t i = 0; suites[i]; i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    int run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
