/* Rules: each provenance has its word. */
#include "suites.h"

#include "base/rule.h"

START_TEST(provenance_words)
{
    ck_assert_str_eq(provenance_word(PROVENANCE_DOCUMENTED), "documented");
    ck_assert_str_eq(provenance_word(PROVENANCE_OBSERVED), "observed");
    ck_assert_str_eq(provenance_word(PROVENANCE_STAFF), "staff");
    ck_assert_str_eq(provenance_word(PROVENANCE_INFERRED), "inferred");
    ck_assert_str_eq(provenance_word(PROVENANCE_GUESSED), "guessed");
}
END_TEST

Suite *test_base_rule(void)
{
    Suite *suite = suite_create("rule");
    TCase *tcase = tcase_create("rule");
    tcase_add_test(tcase, provenance_words);
    suite_add_tcase(suite, tcase);
    return suite;
}
