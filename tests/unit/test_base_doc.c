/* Documents: what is read, what is refused and where, and the limits. */
#include "suites.h"

#include "base/doc.h"
#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct diags diags;
static struct buf out;

static void setup(void)
{
    buf_init(&out, 32u << 20);
}

static void teardown(void)
{
    diags_free(&diags);
    buf_free(&out);
}

static struct doc *read_text(const char *text)
{
    return doc_new("f.yaml", text, strlen(text), &diags);
}

/* A document that has to be good; says why it is not. */
static struct doc *read_good(const char *text, size_t len)
{
    struct doc *doc = doc_new("f.yaml", text, len, &diags);
    ck_assert_msg(doc, "%s", diags.count ? diags.items[0].message : "no message");
    ck_assert_uint_eq(diags.count, 0);
    return doc;
}

/* The first mistake as "LINE:COLUMN MESSAGE". */
static const char *first_mistake(void)
{
    const struct diag *diag = &diags.items[0];
    ck_assert_uint_ge(diags.count, 1);
    buf_clear(&out);
    buf_printf(&out, "%d:%d %s", diag->line, diag->column, diag->message);
    return buf_str(&out);
}

/* What is read, as JSON, a line per document. */
#define TEXT(literal) (literal), sizeof(literal) - 1

static const struct {
    const char *text;
    size_t len;
    const char *json;
} goods[] = {
    {TEXT("a: 1"), "{\"a\":1}\n"},
    {TEXT("a: {b: [1, {c: d}, []], e: {}}\n"), "{\"a\":{\"b\":[1,{\"c\":\"d\"},[]],\"e\":{}}}\n"},
    {TEXT("- a\n-\n- - b\n  - c: 1\n    d: 2\n"), "[\"a\",null,[\"b\",{\"c\":1,\"d\":2}]]\n"},
    {TEXT("steps:\n- a: 1\n- b\n"), "{\"steps\":[{\"a\":1},\"b\"]}\n"},
    {TEXT("text"), "\"text\"\n"},
    {TEXT("# c\na: b # d\n# e"), "{\"a\":\"b\"}\n"},
    {TEXT("\xef\xbb\xbf"
          "a: 1\r\nb:\r\n  - x\r\n"),
     "{\"a\":1,\"b\":[\"x\"]}\n"},
    {TEXT("a: 1\rb: 2\r"), "{\"a\":1,\"b\":2}\n"},
    {TEXT("---\na: 1\n---\nb: 2\n"), "{\"a\":1}\n{\"b\":2}\n"},
    {TEXT("a: 1\n...\n---\nb: 2\n"), "{\"a\":1}\n{\"b\":2}\n"},
    {TEXT("---\n"), "null\n"},
    /* JSON */
    {TEXT("{\n\t\"a\": [\n\t\t1,\n\t\t-2.50\n\t],\n\t\"b\":\"x\\/\\u00e9\\n\"\n}\n"),
     "{\"a\":[1,-2.50],\"b\":\"x/\xc3\xa9\\n\"}\n"},
    {TEXT("{\"a\":1,\"b\":{\"c\":null,\"d\":true}}"), "{\"a\":1,\"b\":{\"c\":null,\"d\":true}}\n"},
    {TEXT("\"\\U0001f600\""), "\"\xf0\x9f\x98\x80\"\n"},
    /* quotes and blocks make strings */
    {TEXT("['1', \"true\", 'null', '', 'it''s', \"a\\tb\"]"),
     "[\"1\",\"true\",\"null\",\"\",\"it's\",\"a\\tb\"]\n"},
    {TEXT("a: |\n  1\n  2\nb: >-\n  x\n  y\n"), "{\"a\":\"1\\n2\\n\",\"b\":\"x y\"}\n"},
    {TEXT("a: one\n  two\n"), "{\"a\":\"one two\"}\n"},
    /* plain scalars by the core schema of YAML 1.2, not by YAML 1.1 */
    {TEXT("[yes, no, on, off, y, 1_000, 0b1, 12:30:45, 2026-01-01, =, 0o8, 0x, 1e, ., -, 1.2.3]"),
     "[\"yes\",\"no\",\"on\",\"off\",\"y\",\"1_000\",\"0b1\",\"12:30:45\",\"2026-01-01\",\"=\","
     "\"0o8\",\"0x\",\"1e\",\".\",\"-\",\"1.2.3\"]\n"},
    {TEXT("[null, Null, NULL, ~, nULL, true, True, TRUE, tRUE, false, False, FALSE]"),
     "[null,null,null,null,\"nULL\",true,true,true,\"tRUE\",false,false,false]\n"},
    {TEXT("[0, -0, +1, 007, 0x1F, 0o17, 9223372036854775807, 99999999999999999999]"),
     "[0,-0,1,7,31,15,9223372036854775807,99999999999999999999]\n"},
    {TEXT("[1.0, .5, 5., 1e3, 1E-3, +1.5, -.5, 1e400, .inf, -.INF, .nan]"),
     "[1.0,0.5,5,1e3,1E-3,1.5,-0.5,1e400,null,null,null]\n"},
    {TEXT("'<<': 1\n\"\": 2\n1: 3\ntrue: 4\n"), "{\"<<\":1,\"\":2,\"1\":3,\"true\":4}\n"},
    {TEXT("? a\n: 1\n"), "{\"a\":1}\n"},
    {TEXT("a: b:c\nd: http://x/?y=z#w\ne: -f\n"),
     "{\"a\":\"b:c\",\"d\":\"http://x/?y=z#w\",\"e\":\"-f\"}\n"},
    {TEXT("a:\tb\n"), "{\"a\":\"b\"}\n"}, /* a tab that does not indent */
    {TEXT("\xc3\xa9: \xe2\x82\xac\n"), "{\"\xc3\xa9\":\"\xe2\x82\xac\"}\n"},
};

START_TEST(good_documents)
{
    struct doc *doc = read_good(goods[_i].text, goods[_i].len);
    for (size_t i = 0; i < doc_count(doc); i++) {
        struct jsonw w;
        jsonw_init(&w, &out);
        doc_write_json(doc_root(doc, i), &w);
        buf_add_char(&out, '\n');
    }
    ck_assert_str_eq(buf_str(&out), goods[_i].json);
    doc_unref(doc);
}
END_TEST

/* What is refused: where, and in which words. */
static const struct {
    const char *text;
    size_t len;
    const char *mistake;
} bads[] = {
    /* nothing to read */
    {TEXT(""), "1:1 the file is empty; expected a document"},
    {TEXT("\xef\xbb\xbf"), "1:1 the file is empty; expected a document"},
    {TEXT("# only\n\n  # comments\n"), "1:1 the file is empty; expected a document"},
    /* bytes */
    {TEXT("a: 1\nb\0c: 2\n"), "2:2 found a NUL byte; expected text in UTF-8"},
    {TEXT("\x7f"
          "ELF\x02\x01\x01\0\0"),
     "1:1 found the byte 0x7F in a file with NUL bytes; expected text in UTF-8"},
    {TEXT("\x89PNG\r\n\x1a\n"),
     "1:1 found the byte 0x89, which is not valid UTF-8 here; expected text in UTF-8"},
    {TEXT("a: \xc3\xa9\nb: \xc3\xa9\xc3\xa9 \xe9\n"),
     "2:7 found the byte 0xE9, which is not valid UTF-8 here; expected text in UTF-8"},
    {TEXT("a: \xed\xa0\x80\n"),
     "1:4 found the byte 0xED, which is not valid UTF-8 here; expected text in UTF-8"},
    {TEXT("a: b\xc3"),
     "1:5 found the byte 0xC3, which is not valid UTF-8 here; expected text in UTF-8"},
    {TEXT("\xff\xfe"
          "a\0:\0"),
     "1:1 found UTF-16; expected text in UTF-8"},
    {TEXT("a: \x07\n"), "1:4 found the character U+0007, which can stand only as an escape in "
                        "double quotes (\"\\u0007\")"},
    {TEXT("a: b\xe2\x80\xa8"
          "c\n"),
     "1:5 found the character U+2028, which can stand only as an "
     "escape in double quotes (\"\\u2028\")"},
    {TEXT("a: b\nc\xef\xbb\xbf: d\n"), "2:2 found the character U+FEFF, which can stand only as an "
                                       "escape in double quotes (\"\\ufeff\")"},
    /* outside of the subset */
    {TEXT("a: &x 1\n"), "1:4 found an anchor (&…), which this subset of YAML does not have; write "
                        "the value out, or put text that begins with & in quotes"},
    {TEXT("a:\n  - &x {b: 1}\n"), "2:5 found an anchor (&…), which this subset of YAML does not "
                                  "have; write the value out, or put text that begins with & in "
                                  "quotes"},
    {TEXT("a: *x\n"), "1:4 found an alias (*…), which this subset of YAML does not have; write the "
                      "value out, or put text that begins with * in quotes"},
    {TEXT("a: !!str 1\n"), "1:4 found a tag (!…), which this subset of YAML does not have; put "
                           "text that begins with ! in quotes"},
    {TEXT("a: !x [1]\n"), "1:4 found a tag (!…), which this subset of YAML does not have; put text "
                          "that begins with ! in quotes"},
    {TEXT("%YAML 1.2\n---\na: 1\n"),
     "1:1 found a directive (%…), which this subset of YAML does not have"},
    {TEXT("%YAML 1.2\n# c\n\na: 1\n"),
     "1:1 found a directive (%…), which this subset of YAML does not have"},
    {TEXT("%YAML 9.9\n---\na: 1\n"),
     "1:1 found a directive (%…), which this subset of YAML does not have"},
    {TEXT("a: 1\n...\n%TAG ! x\n---\nb: 1\n"),
     "3:1 found a directive (%…), which this subset of YAML does not have"},
    {TEXT("%FOO bar\n---\na: 1\n"),
     "1:1 found a directive (%…), which this subset of YAML does not have"},
    {TEXT("a: 1\n<<: {b: 2}\n"), "2:1 found a merge key (<<), which this subset of YAML does not "
                                 "have; write the values out"},
    {TEXT("? [a]\n: 1\n"),
     "1:3 expected text as a key, found a list; put text that begins with [ in quotes"},
    {TEXT("a: {{ x }}\n"),
     "1:5 expected text as a key, found a map; put text that begins with { in quotes"},
    {TEXT("{: 1}"), "1:2 expected a key before \":\""},
    {TEXT(": 1\n"), "1:1 expected a key before \":\""},
    {TEXT("a: 1\nb: 2\na: 3\n"), "3:1 the key \"a\" is here twice; the first is in line 1"},
    {TEXT("x: {a: 1, 'a': 2}\n"), "1:11 the key \"a\" is here twice; the first is in line 1"},
    {TEXT("a: \"x\\0y\"\n"), "1:4 found an escape that stands for NUL; text can't hold that"},
    {TEXT("\"a\\u0000\": 1\n"), "1:1 found an escape that stands for NUL; text can't hold that"},
    {TEXT("{\"a\": \"\\ud83d\\ude00\"}"),
     "1:8 expected the escape of one character, found \"\\ud83d\\ude00\"; write the character "
     "itself, or \\U and 8 digits, for a pair of surrogates"},
    /* tabs */
    {TEXT("a:\n\tb: 1\n"), "2:1 found a tab; expected spaces: tabs can't indent"},
    {TEXT("a:\n  \tb: 1\n"), "2:3 found a tab; expected spaces: tabs can't indent"},
    {TEXT("a: b\n\tc\n"), "2:1 found a tab; expected spaces: tabs can't indent"},
    {TEXT("a: |\n\tb\n"), "2:1 found a tab; expected spaces: tabs can't indent"},
    {TEXT("- a\n\t- b\n"), "2:1 found a tab; expected spaces: tabs can't indent"},
    /* left open */
    {TEXT("a: 1\nb: \"foo\nc: 2\n"), "2:4 found a quote that is opened here and never closed"},
    {TEXT("a: 'x"), "1:4 found a quote that is opened here and never closed"},
    {TEXT("a: \"x\n---\nb: 1\n"),
     "1:4 found a quote that is opened here and not closed before the next --- or ..."},
    {TEXT("a: \"foo\nb: \"bar\"\n"), "2:5 expected the next key of the map, found \"bar\"; the "
                                     "quoted text before it begins in line 1"},
    {TEXT("b: [1, 2\n"), "1:4 found a \"[\" that is never closed"},
    {TEXT("a:\n- {b: [1]"), "2:3 found a \"{\" that is never closed"},
    {TEXT("a: [1, 2\nb: 3\n"), "2:2 expected \",\" or \"]\" after an item of a list, found \":\"; "
                               "it is opened in line 1"},
    {TEXT("a: {b: 1\nc: 2\n"),
     "2:2 expected \",\" or \"}\" after a value of a map (a key is on one line and has at most "
     "1,024 characters), found \":\"; it is opened in line 1"},
    /* closed too often, or with the wrong bracket */
    {TEXT("[1]]"), "1:4 expected the end of the document, or --- and the next one, found \"]\""},
    {TEXT("a: ]\n"), "1:4 expected a value, found \"]\""},
    {TEXT("[1}"), "1:3 expected \",\" or \"]\" after an item of a list, found \"}\""},
    /* colons, dashes, indentation */
    {TEXT("a: b: c\n"), "1:5 a \":\" can't stand here; put text that holds \": \" in quotes; a key "
                        "is indented like its neighbours, is on one line and has at most 1,024 "
                        "characters"},
    {TEXT("a: 1\nb\nc: 2\n"), "2:1 expected a key and \":\" (a key is on one line and has at most "
                              "1,024 characters), found \"b\""},
    {TEXT("a: - b\n"), "1:4 a list item (\"- …\") can't stand here; it begins on a line of its "
                       "own, indented like its neighbours"},
    {TEXT("a: ? b\n"),
     "1:4 a key (\"? …\") can't stand here; put text that begins with ? in quotes"},
    {TEXT("a:\n    b: 1\n  c: 2\n"), "3:3 expected the next key of the map, found \"c\"; is this "
                                     "line indented like its neighbours?"},
    {TEXT("a:\n  - b: 1\n   c: 2\n"), "3:4 expected the next item (\"- …\") of the list, found "
                                      "\"c\"; is this line indented like its neighbours?"},
    {TEXT("  a: 1\n b: 2\n"), "2:2 expected the end of the document, or --- and the next one, "
                              "found \"b\"; is this line indented like its neighbours?"},
    {TEXT("a: \"q\" rest of it\n"), "1:8 expected the next key of the map, found \"rest\"; put all "
                                    "of a text in quotes, or none"},
    {TEXT("\"q\" rest\n"), "1:5 expected the end of the document, or --- and the next one, found "
                           "\"rest\"; put all of a text in quotes, or none"},
    /* signs that begin no value */
    {TEXT("a: @x\n"),
     "1:4 expected a value, found \"@x\"; put text that begins with this character in quotes"},
    {TEXT("a: %x\n"),
     "1:4 expected a value, found \"%x\"; put text that begins with this character in quotes"},
    {TEXT("a: `x`\n"),
     "1:4 expected a value, found \"`x`\"; put text that begins with this character in quotes"},
    {TEXT("a: * x\n"), "1:4 expected a value, found \"*\"; put text that begins with * in quotes"},
    {TEXT("a: & x\n"), "1:4 expected a value, found \"&\"; put text that begins with & in quotes"},
    {TEXT("a: !<x\n"),
     "1:4 expected a value, found \"!<x\"; put text that begins with ! in quotes"},
    {TEXT("a: !x!y z\n"),
     "1:4 expected a value, found \"!x!y\"; put text that begins with ! in quotes"},
    {TEXT("{a:,b}"), "1:3 expected text, found \":\"; put text that holds \":\" in quotes"},
    /* escapes and blocks */
    {TEXT("a: \"C:\\qux\"\n"), "1:7 expected an escape that YAML knows, found \"\\qux\"; write "
                               "\\\\ for a backslash, or use single quotes"},
    {TEXT("a: \"\\u12\"\n"), "1:5 expected hex digits in the escape (2 for \\x, 4 for \\u, 8 for "
                             "\\U), found \"\\u12\""},
    {TEXT("a: | b\n  c\n"), "1:6 expected the end of the line after | or >, found \"b\""},
    {TEXT("a: |0\n  c\n"), "1:5 expected an indentation of 1 to 9 after | or >, found \"0\""},
};

START_TEST(bad_documents)
{
    ck_assert_ptr_null(doc_new("f.yaml", bads[_i].text, bads[_i].len, &diags));
    ck_assert_str_eq(first_mistake(), bads[_i].mistake);
    ck_assert_str_eq(diags.items[0].file, "f.yaml");
}
END_TEST

START_TEST(mistakes_of_the_subset_are_shown_together)
{
    ck_assert_ptr_null(read_text("a: &x 1\nb: *x\nc: !t 2\na: 3\n? [d]\n: 4\n<<: 5\n"));
    ck_assert_uint_eq(diags.count, 6);
    static const int lines[] = {1, 2, 3, 4, 5, 7};
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(diags.items[i].line, lines[i]);
}
END_TEST

START_TEST(mistakes_show_line_and_caret)
{
    ck_assert_ptr_null(read_text("a: 1\n\xc3\xa9: {b: *x}\n"));
    diags_write(&diags, &out, false);
    ck_assert_str_eq(buf_str(&out),
                     "f.yaml:2:8: found an alias (*…), which this subset of YAML does not have; "
                     "write the value out, or put text that begins with * in quotes\n"
                     "    2 | \xc3\xa9: {b: *x}\n"
                     "      |        ^\n");
}
END_TEST

/* ---- limits ---- */

static void repeat(const char *text, size_t count)
{
    buf_clear(&out);
    for (size_t i = 0; i < count; i++)
        buf_add_str(&out, text);
}

static struct doc *read_out(void)
{
    ck_assert(!out.overflow);
    return doc_new("f.yaml", buf_str(&out), out.len, &diags);
}

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static const struct {
    const char *text;
    size_t count;
    int column; /* of the one that is too deep */
} nests[] = {
    {"[", 10000, 65},   {"{a: ", 10000, 257}, {"- ", 10000, 129},
    {"? ", 10000, 129}, {"[", 1000000, 65},
};

START_TEST(nesting_is_refused_at_once)
{
    repeat(nests[_i].text, nests[_i].count);
    double start = cpu_seconds();
    ck_assert_ptr_null(read_out());
    double took = cpu_seconds() - start;
    ck_assert_msg(took < 0.5, "took %g s", took); /* 5 ms, and a slow machine with sanitizers */
    ck_assert_int_eq(diags.items[0].column, nests[_i].column);
    ck_assert_str_eq(diags.items[0].message, "found lists and maps nested more than 64 deep");
}
END_TEST

START_TEST(deepest_document_can_be_read_and_written)
{
    repeat("[", DOC_MAX_DEPTH);
    for (int i = 0; i < DOC_MAX_DEPTH; i++)
        buf_add_char(&out, ']');
    struct doc *doc = read_out();
    ck_assert_ptr_nonnull(doc);
    struct buf json;
    struct jsonw w;
    buf_init(&json, 1000);
    jsonw_init(&w, &json);
    doc_write_json(doc_root(doc, 0), &w);
    ck_assert_str_eq(buf_str(&json), buf_str(&out));
    buf_free(&json);
    doc_unref(doc);
}
END_TEST

START_TEST(many_keys_are_quick)
{
    for (int i = 0; i < 20000; i++)
        buf_printf(&out, "key-%d: %d\n", i, i);
    double start = cpu_seconds();
    struct doc *doc = read_out();
    double took = cpu_seconds() - start;
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_eq(doc_root(doc, 0)->count, 20000);
    ck_assert_msg(took < 2, "took %g s", took); /* quadratic: over 5 s */
    doc_unref(doc);
    buf_add_str(&out, "key-77: again\n");
    ck_assert_ptr_null(read_out());
    ck_assert_str_eq(first_mistake(),
                     "20001:1 the key \"key-77\" is here twice; the first is in line 78");
}
END_TEST

START_TEST(many_mistakes_are_counted)
{
    repeat("a: 1\n", 20000);
    ck_assert_ptr_null(read_out());
    ck_assert_uint_eq(diags.count, DIAG_MAX);
    ck_assert_uint_eq(diags.dropped, 19999 - DIAG_MAX);
}
END_TEST

START_TEST(too_many_values)
{
    buf_add_char(&out, '[');
    for (int i = 0; i < DOC_MAX_NODES; i++)
        buf_add(&out, "1,", 2);
    buf_add_char(&out, ']');
    ck_assert_ptr_null(read_out());
    ck_assert_str_eq(first_mistake(), "1:2000000 found more than 1000000 values in one file");
}
END_TEST

START_TEST(too_many_bytes)
{
    char *text = mem_new(DOC_MAX_BYTES + 2);
    memset(text, '#', DOC_MAX_BYTES + 1);
    text[0] = 'a';
    text[1] = '\n';
    struct doc *doc = doc_new("f.yaml", text, DOC_MAX_BYTES, &diags);
    ck_assert_ptr_nonnull(doc);
    doc_unref(doc);
    ck_assert_ptr_null(doc_new("f.yaml", text, DOC_MAX_BYTES + 1, &diags));
    free(text);
    ck_assert_str_eq(first_mistake(), "0:0 found 8388609 bytes; a file can have 8388608 at most");
}
END_TEST

START_TEST(long_keys)
{
    repeat("k", 1000);
    buf_add_str(&out, ": 1\n");
    struct doc *doc = read_out();
    ck_assert_ptr_nonnull(doc);
    doc_unref(doc);
    repeat("k", 1025);
    buf_add_str(&out, ": 1\n");
    ck_assert_ptr_null(read_out());
    ck_assert_int_eq(diags.items[0].column, 1026);
    ck_assert_ptr_nonnull(strstr(diags.items[0].message, "at most 1,024 characters"));
}
END_TEST

START_TEST(long_scalar_keeps_its_length)
{
    buf_add_char(&out, '"');
    for (int i = 0; i < 1000000; i++)
        buf_add_str(&out, "\xc3\xa9");
    buf_add_char(&out, '"');
    struct doc *doc = read_out();
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_eq(doc_root(doc, 0)->len, 2000000);
    ck_assert_uint_eq(strlen(doc_root(doc, 0)->text), 2000000);
    doc_unref(doc);
}
END_TEST

/* ---- any text at all ---- */

static const char sample[] = "# a comment\n"
                             "world: {seed: 7, \"k\": [1, 'two', \"th\\tree\"]}\n"
                             "steps:\n"
                             "  - request: GET /v1/devices\n"
                             "    json: |\n"
                             "      text\n"
                             "  - wait: \xc3\xa9 5s\n"
                             "---\n"
                             "- a\n"
                             "-\n"
                             "...\n";

/* Whatever is read: a document and no mistake, or mistakes that stand in the file, in our words. */
static void expect_sane(const char *text, size_t len)
{
    static const char *const leaks[] = {"did not find", "could not find", "while ",  "token",
                                        "mapping",      "sequence",       "scalar",  "<doc",
                                        "not allowed",  "something else", "block co"};
    struct doc *doc = doc_new("f.yaml", text, len, &diags);
    ck_assert_msg((doc != NULL) == (diags.count == 0), "%.*s", (int)len, text);
    for (size_t i = 0; i < diags.count; i++) {
        const struct diag *diag = &diags.items[i];
        bool empty = strstr(diag->message, "the file is empty"); /* without a line to show */
        int lines = empty;
        for (size_t at = 0; at < len && !empty; at++)
            lines += text[at] == '\n' || text[at] == '\r' || at == len - 1;
        ck_assert_msg(diag->line >= 0 && diag->line <= lines, "line %d of %d: %.*s", diag->line,
                      lines, (int)len, text);
        ck_assert_msg(diag->line == 0 || (diag->column >= 1 && (diag->source || empty)), "%s",
                      diag->message);
        for (size_t k = 0; k < sizeof leaks / sizeof *leaks; k++)
            ck_assert_msg(!strstr(diag->message, leaks[k]), "\"%s\" for\n%.*s", diag->message,
                          (int)len, text);
    }
    doc_unref(doc);
    diags_free(&diags);
}

START_TEST(every_prefix_is_answered)
{
    for (size_t len = 0; len < sizeof sample; len++)
        expect_sane(sample, len);
}
END_TEST

START_TEST(every_changed_character_is_answered)
{
    static const char signs[] = "\0\t\n\r !\"#%&'*,-.:>?@[\\]`a{|}~\x80\xc3\xff";
    char text[sizeof sample];
    memcpy(text, sample, sizeof sample);
    for (size_t at = 0; at + 1 < sizeof sample; at++) {
        for (size_t i = 0; i < sizeof signs; i++) {
            text[at] = signs[i];
            expect_sane(text, sizeof sample - 1);
        }
        text[at] = sample[at];
    }
}
END_TEST

START_TEST(every_removed_character_is_answered)
{
    char text[sizeof sample];
    for (size_t at = 0; at + 1 < sizeof sample; at++) {
        memcpy(text, sample, at);
        memcpy(text + at, sample + at + 1, sizeof sample - at - 1);
        expect_sane(text, sizeof sample - 2);
    }
}
END_TEST

/* ---- nodes ---- */

static const char tree[] = "name: caf\xc3\xa9\n"
                           "list:\n"
                           "  - x\n"
                           "  - {\xc3\xa9: 1, y: 'q'}\n"
                           "empty:\n"
                           "block: |\n"
                           "  text\n";

START_TEST(positions_are_lines_and_characters)
{
    struct doc *doc = read_good(tree, strlen(tree));
    const struct doc_node *root = doc_root(doc, 0);
    const struct doc_node *list = doc_get(root, "list");
    const struct doc_node *inner = list->items[1];
    const struct {
        const struct doc_node *node;
        int line, column;
    } places[] = {
        {root, 1, 1},
        {doc_get_key(root, "name"), 1, 1},
        {doc_get(root, "name"), 1, 7},
        {doc_get_key(root, "list"), 2, 1},
        {list, 3, 3},
        {list->items[0], 3, 5},
        {inner, 4, 5},
        {doc_get_key(inner, "\xc3\xa9"), 4, 6},
        {doc_get(inner, "y"), 4, 15},
        {doc_get(root, "empty"), 5, 7},
        {doc_get(root, "block"), 6, 8},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        ck_assert_ptr_nonnull(places[i].node);
        ck_assert_msg(places[i].node->line == places[i].line &&
                          places[i].node->column == places[i].column,
                      "%zu: %d:%d", i, places[i].node->line, places[i].node->column);
    }
    doc_unref(doc);
}
END_TEST

START_TEST(maps_keep_the_order_of_the_file)
{
    struct doc *doc = read_good(TEXT("z: 1\na: 2\nm: 3\n"));
    const struct doc_node *root = doc_root(doc, 0);
    ck_assert_int_eq(root->kind, DOC_MAP);
    ck_assert_uint_eq(root->count, 3);
    ck_assert_str_eq(root->pairs[0].key->text, "z");
    ck_assert_str_eq(root->pairs[1].key->text, "a");
    ck_assert_str_eq(root->pairs[2].value->text, "3");
    doc_unref(doc);
}
END_TEST

START_TEST(get_of_what_is_not_there)
{
    struct doc *doc = read_good(TEXT("a: [1]\n"));
    const struct doc_node *root = doc_root(doc, 0);
    ck_assert_ptr_null(doc_get(root, "b"));
    ck_assert_ptr_null(doc_get_key(root, "b"));
    ck_assert_ptr_null(doc_get(NULL, "a"));
    ck_assert_ptr_null(doc_get(doc_get(root, "a"), "a"));
    ck_assert_ptr_null(doc_get(doc_get(root, "a")->items[0], "a"));
    doc_unref(doc);
}
END_TEST

#define NO_INT (-4711)

static const struct {
    const char *text;
    const char *what;
    int truth; /* -1: no bool */
    int64_t whole;
    double number; /* NAN: not read */
} scalars[] = {
    {"", "nothing", -1, NO_INT, NAN},
    {"~", "nothing", -1, NO_INT, NAN},
    {"null", "nothing", -1, NO_INT, NAN},
    {"'null'", "a string", -1, NO_INT, NAN},
    {"''", "a string", -1, NO_INT, NAN},
    {"true", "true", 1, NO_INT, NAN},
    {"FALSE", "false", 0, NO_INT, NAN},
    {"\"true\"", "a string", -1, NO_INT, NAN},
    {"yes", "a string", -1, NO_INT, NAN},
    {"0", "a number", -1, 0, 0},
    {"-12", "a number", -1, -12, -12},
    {"+12", "a number", -1, 12, 12},
    {"0012", "a number", -1, 12, 12},
    {"0x10", "a number", -1, 16, 16},
    {"-0x10", "a string", -1, NO_INT, NAN},
    {"0o10", "a number", -1, 8, 8},
    {"0o", "a string", -1, NO_INT, NAN},
    {"9223372036854775807", "a number", -1, INT64_MAX, 9223372036854775807.0},
    {"-9223372036854775808", "a number", -1, INT64_MIN, -9223372036854775808.0},
    {"9223372036854775808", "a number", -1, NO_INT, 9223372036854775808.0},
    {"0xffffffffffffffff", "a number", -1, NO_INT, NAN},
    {"1.5", "a number", -1, NO_INT, 1.5},
    {"5.0", "a number", -1, NO_INT, 5},
    {".5", "a number", -1, NO_INT, .5},
    {"1e3", "a number", -1, NO_INT, 1000},
    {"1e999", "a number", -1, NO_INT, NAN},
    {".inf", "a number", -1, NO_INT, INFINITY},
    {"-.Inf", "a number", -1, NO_INT, -INFINITY},
    {"+.inf", "a number", -1, NO_INT, INFINITY},
    {"inf", "a string", -1, NO_INT, NAN},
    {"nan", "a string", -1, NO_INT, NAN},
    {"1.5.1", "a string", -1, NO_INT, NAN},
    {"1 2", "a string", -1, NO_INT, NAN},
    {"1_0", "a string", -1, NO_INT, NAN},
    {"'1'", "a string", -1, NO_INT, NAN},
    {"|\n  1", "a string", -1, NO_INT, NAN},
    {"[1]", "a list", -1, NO_INT, NAN},
    {"{a: 1}", "a map", -1, NO_INT, NAN},
};

START_TEST(scalars_by_the_core_schema)
{
    struct doc *doc = NULL;
    bool truth = false;
    int64_t whole = NO_INT;
    double number = NAN;
    buf_printf(&out, "v: %s\n", scalars[_i].text);
    doc = read_out();
    ck_assert_ptr_nonnull(doc);
    const struct doc_node *node = doc_get(doc_root(doc, 0), "v");
    ck_assert_str_eq(doc_describe(node), scalars[_i].what);
    ck_assert_int_eq(doc_is_null(node), strcmp(scalars[_i].what, "nothing") == 0);
    ck_assert_int_eq(doc_as_bool(node, &truth) ? truth : -1, scalars[_i].truth);
    ck_assert_int_eq(doc_as_int(node, &whole), scalars[_i].whole != NO_INT);
    ck_assert_int_eq(whole, scalars[_i].whole);
    ck_assert_int_eq(doc_as_double(node, &number), !isnan(scalars[_i].number));
    ck_assert(isnan(scalars[_i].number) ? isnan(number) : number == scalars[_i].number);
    doc_unref(doc);
}
END_TEST

START_TEST(not_a_number_is_a_number)
{
    struct doc *doc = read_good(TEXT(".NaN"));
    double number = 1;
    ck_assert(doc_as_double(doc_root(doc, 0), &number));
    ck_assert(isnan(number));
    ck_assert_str_eq(doc_describe(NULL), "nothing");
    doc_unref(doc);
}
END_TEST

/* ---- documents and files ---- */

START_TEST(lines_of_any_ending)
{
    static const char *const lines[] = {"a", "", "b", "c d", "e"};
    struct doc *doc = read_good(TEXT("\xef\xbb\xbf"
                                     "a\n\nb\r\nc d\re"));
    size_t len = 77;
    for (int i = 0; i < 5; i++) {
        const char *line = doc_line(doc, i + 1, &len);
        ck_assert_ptr_nonnull(line);
        ck_assert_uint_eq(len, strlen(lines[i]));
        ck_assert_mem_eq(line, lines[i], len);
    }
    ck_assert_ptr_null(doc_line(doc, 0, &len));
    ck_assert_ptr_null(doc_line(doc, -1, &len));
    ck_assert_ptr_null(doc_line(doc, 6, &len));
    doc_unref(doc);
}
END_TEST

START_TEST(text_is_copied_and_shared)
{
    char text[] = "a: b\n", name[] = "f.yaml";
    struct doc *doc = doc_new(name, text, strlen(text), &diags);
    memset(text, '#', 4);
    name[0] = 'g';
    ck_assert_ptr_eq(doc_ref(doc), doc);
    doc_unref(doc);
    ck_assert_str_eq(doc_name(doc), "f.yaml");
    ck_assert_str_eq(doc_get(doc_root(doc, 0), "a")->text, "b");
    doc_unref(doc);
    doc_unref(NULL);
}
END_TEST

START_TEST(text_need_not_end_with_nul)
{
    static const char text[] = {'a', ':', ' ', '1', '2'};
    struct doc *doc = read_good(text, 4);
    ck_assert_str_eq(doc_get(doc_root(doc, 0), "a")->text, "1");
    doc_unref(doc);
}
END_TEST

START_TEST(fail_at_a_node)
{
    struct doc *doc = read_good(TEXT("a:\n  colour: green\n"));
    const struct doc_node *node = doc_get(doc_get(doc_root(doc, 0), "a"), "colour");
    doc_fail(doc, node, &diags, "gray", "unknown colour \"%s\" of %d", node->text, 3);
    doc_unref(doc); /* the mistake does not need it any more */
    diags_write(&diags, &out, false);
    ck_assert_str_eq(buf_str(&out), "f.yaml:2:11: unknown colour \"green\" of 3\n"
                                    "    2 |   colour: green\n"
                                    "      |           ^ did you mean \"gray\"?\n");
}
END_TEST

START_TEST(files)
{
    char path[] = "/tmp/mockcloud-doc-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, "a: [1\n", 6), 6);
    ck_assert_ptr_null(doc_new_from_file(path, &diags));
    ck_assert_str_eq(first_mistake(), "1:4 found a \"[\" that is never closed");
    ck_assert_str_eq(diags.items[0].file, path);
    diags_free(&diags);
    ck_assert_int_eq(pwrite(fd, "]", 1, 5), 1);
    struct doc *doc = doc_new_from_file(path, &diags);
    ck_assert_ptr_nonnull(doc);
    ck_assert_str_eq(doc_name(doc), path);
    ck_assert_uint_eq(doc_get(doc_root(doc, 0), "a")->count, 1);
    doc_unref(doc);
    ck_assert_int_eq(ftruncate(fd, DOC_MAX_BYTES + 100000), 0);
    ck_assert_ptr_null(doc_new_from_file(path, &diags));
    ck_assert_ptr_nonnull(strstr(first_mistake(), "a file can have 8388608 at most"));
    close(fd);
    unlink(path);
}
END_TEST

START_TEST(files_that_can_not_be_read)
{
    ck_assert_ptr_null(doc_new_from_file("/nowhere/at/all.yaml", &diags));
    ck_assert_str_eq(first_mistake(), "0:0 the file can't be read: No such file or directory");
    diags_free(&diags);
    ck_assert_ptr_null(doc_new_from_file("/tmp", &diags));
    ck_assert_str_eq(first_mistake(), "0:0 the file can't be read: Is a directory");
}
END_TEST

#define LOOP(tcase, test, table)                                                                   \
    tcase_add_loop_test(tcase, test, 0, sizeof(table) / sizeof *(table))

static TCase *add_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60); /* the longest takes 3 s with sanitizers */
    suite_add_tcase(suite, tcase);
    return tcase;
}

static void add_limits(TCase *tcase)
{
    LOOP(tcase, nesting_is_refused_at_once, nests);
    tcase_add_test(tcase, deepest_document_can_be_read_and_written);
    tcase_add_test(tcase, many_keys_are_quick);
    tcase_add_test(tcase, many_mistakes_are_counted);
    tcase_add_test(tcase, too_many_values);
    tcase_add_test(tcase, too_many_bytes);
    tcase_add_test(tcase, long_keys);
    tcase_add_test(tcase, long_scalar_keeps_its_length);
}

static void add_nodes(TCase *tcase)
{
    tcase_add_test(tcase, positions_are_lines_and_characters);
    tcase_add_test(tcase, maps_keep_the_order_of_the_file);
    tcase_add_test(tcase, get_of_what_is_not_there);
    LOOP(tcase, scalars_by_the_core_schema, scalars);
    tcase_add_test(tcase, not_a_number_is_a_number);
    tcase_add_test(tcase, lines_of_any_ending);
    tcase_add_test(tcase, text_is_copied_and_shared);
    tcase_add_test(tcase, text_need_not_end_with_nul);
    tcase_add_test(tcase, fail_at_a_node);
    tcase_add_test(tcase, files);
    tcase_add_test(tcase, files_that_can_not_be_read);
}

Suite *test_base_doc(void)
{
    Suite *suite = suite_create("doc");
    TCase *read = add_case(suite, "read");
    LOOP(read, good_documents, goods);
    LOOP(read, bad_documents, bads);
    tcase_add_test(read, mistakes_of_the_subset_are_shown_together);
    tcase_add_test(read, mistakes_show_line_and_caret);
    add_limits(add_case(suite, "limits"));
    add_nodes(add_case(suite, "nodes"));
    TCase *any = add_case(suite, "any text");
    tcase_add_test(any, every_prefix_is_answered);
    tcase_add_test(any, every_changed_character_is_answered);
    tcase_add_test(any, every_removed_character_is_answered);
    return suite;
}
