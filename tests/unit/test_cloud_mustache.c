/* Templates: the cases of the public mustache specification for what is imitated (interpolation,
 * sections, inverted sections, comments, delimiters), and our own for limits and mistakes. */
#include "suites.h"

#include "cloud/webhook/mustache.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 200000u

struct mustache_case {
    const char *name;
    const char *data;
    const char *template;
    const char *rendered; /* NULL: refused … */
    const char *error;    /* … because of this */
};

#define FORBIDDEN "{\"forbidden\":\"& \\\" < > '\"}"
#define PHIL      "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"name\":\"Phil\"}}}}}"
#define DEEP                                                                                       \
    "{\"a\":{\"one\":1},\"b\":{\"two\":2},\"c\":{\"three\":3,\"d\":{\"four\":4,\"five\":5}}}"

static const struct mustache_case cases[] = {
    /* interpolation */
    {"no tag", "{}", "Hello from {Mustache}!\n", "Hello from {Mustache}!\n"},
    {"basic", "{\"subject\":\"world\"}", "Hello, {{subject}}!\n", "Hello, world!\n"},
    {"what is rendered is not read again", "{\"a\":\"{{b}}\",\"b\":\"x\"}", "{{{a}}}", "{{b}}"},
    {"escaped", FORBIDDEN, "{{forbidden}}", "&amp; &quot; &lt; &gt; &#39;"},
    {"triple", FORBIDDEN, "{{{forbidden}}}", "& \" < > '"},
    {"ampersand", FORBIDDEN, "{{&forbidden}}", "& \" < > '"},
    {"integer", "{\"mph\":85}", "{{mph}} {{{mph}}} {{&mph}}", "85 85 85"},
    {"decimal", "{\"power\":1.210}", "{{power}} {{{power}}} {{&power}}", "1.21 1.21 1.21"},
    {"null", "{\"cannot\":null}", "I ({{cannot}}) be ({{{cannot}}}) seen ({{&cannot}})!",
     "I () be () seen ()!"},
    {"a miss", "{}", "I ({{cannot}}) be ({{{cannot}}}) seen ({{&cannot}})!", "I () be () seen ()!"},
    {"dotted", "{\"person\":{\"name\":\"Joe\"}}",
     "{{person.name}} {{{person.name}}} {{&person.name}} {{#person}}{{name}}{{/person}}",
     "Joe Joe Joe Joe"},
    {"dotted, deep", PHIL "}", "{{a.b.c.d.e.name}}", "Phil"},
    {"dotted, broken", "{\"a\":{}}", "[{{a.b.c}}]", "[]"},
    {"dotted, each part of its parent alone", "{\"a\":{\"b\":{}},\"c\":{\"name\":\"Jim\"}}",
     "[{{a.b.c.name}}]", "[]"},
    {"dotted, the first part as any name",
     PHIL ",\"b\":{\"c\":{\"d\":{\"e\":{\"name\":\"Wrong\"}}}}}", "{{#a}}{{b.c.d.e.name}}{{/a}}",
     "Phil"},
    {"dotted, the nearest wins", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"ERROR\"}}",
     "[{{#a}}{{b.c}}{{/a}}]", "[]"},
    {"leading dot", "{\"a\":{},\"b\":{\"name\":\"Name\"},\"name\":\"Fail\"}",
     "{{#a}}{{.name}}{{/a}}{{#b}}{{.name}}{{/b}}", "Name"},
    {"the context itself", "\"world\"", "Hello, {{.}}!", "Hello, world!"},
    {"the context itself, escaped", "\"& \\\" < >\"", "{{.}}", "&amp; &quot; &lt; &gt;"},
    {"the context itself, triple", "\"& \\\" < >\"", "{{{.}}}{{&.}}", "& \" < >& \" < >"},
    {"the context itself, a number", "85", "{{.}}", "85"},
    {"space around", "{\"string\":\"---\"}", "| {{string}} | {{{string}}} | {{&string}} |",
     "| --- | --- | --- |"},
    {"alone on a line", "{\"string\":\"---\"}", "  {{string}}\n  {{{string}}}\n  {{&string}}\n",
     "  ---\n  ---\n  ---\n"},
    {"space within", "{\"string\":\"---\"}", "|{{ string }}|{{{ string }}}|{{& string }}|",
     "|---|---|---|"},
    /* sections */
    {"truthy", "{\"boolean\":true}", "\"{{#boolean}}This.{{/boolean}}\"", "\"This.\""},
    {"falsey", "{\"boolean\":false}", "\"{{#boolean}}This.{{/boolean}}\"", "\"\""},
    {"null section", "{\"null\":null}", "\"{{#null}}This.{{/null}}\"", "\"\""},
    {"context", "{\"context\":{\"name\":\"Joe\"}}", "{{#context}}Hi {{name}}.{{/context}}",
     "Hi Joe."},
    {"parent contexts",
     "{\"a\":\"foo\",\"b\":\"wrong\",\"sec\":{\"b\":\"bar\"},\"c\":{\"d\":\"baz\"}}",
     "{{#sec}}{{a}}, {{b}}, {{c.d}}{{/sec}}", "foo, bar, baz"},
    {"the value is the context", "{\"foo\":\"bar\"}", "{{#foo}}{{.}} is {{foo}}{{/foo}}",
     "bar is bar"},
    {"list contexts",
     "{\"tops\":[{\"tname\":{\"upper\":\"A\",\"lower\":\"a\"},\"middles\":[{\"mname\":\"1\","
     "\"bottoms\":[{\"bname\":\"x\"},{\"bname\":\"y\"}]}]}]}",
     "{{#tops}}{{#middles}}{{tname.lower}}{{mname}}.{{#bottoms}}{{tname.upper}}{{mname}}{{bname}}."
     "{{/bottoms}}{{/middles}}{{/tops}}",
     "a1.A1x.A1y."},
    {"deeply nested", DEEP,
     "{{#a}}\n{{one}}\n{{#b}}\n{{one}}{{two}}{{one}}\n{{#c}}\n{{one}}{{two}}{{three}}\n{{#d}}\n"
     "{{three}}{{four}}{{three}}\n{{#five}}\n{{four}}{{.}}6{{.}}{{four}}\n{{/five}}\n{{four}}\n"
     "{{/d}}\n{{three}}\n{{/c}}\n{{two}}\n{{/b}}\n{{one}}\n{{/a}}\n",
     "1\n121\n123\n343\n45654\n4\n3\n2\n1\n"},
    {"list", "{\"list\":[{\"item\":1},{\"item\":2},{\"item\":3}]}", "{{#list}}{{item}}{{/list}}",
     "123"},
    {"empty list", "{\"list\":[]}", "[{{#list}}Yay lists!{{/list}}]", "[]"},
    {"a string is no list", "{\"section\":\"123\"}", "{{#section}}foo{{/section}}", "foo"},
    {"doubled", "{\"bool\":true,\"two\":\"second\"}",
     "{{#bool}}\n* first\n{{/bool}}\n* {{two}}\n{{#bool}}\n* third\n{{/bool}}\n",
     "* first\n* second\n* third\n"},
    {"nested, true", "{\"bool\":true}", "| A {{#bool}}B {{#bool}}C{{/bool}} D{{/bool}} E |",
     "| A B C D E |"},
    {"nested, false", "{\"bool\":false}", "| A {{#bool}}B {{#bool}}C{{/bool}} D{{/bool}} E |",
     "| A  E |"},
    {"section of a miss", "{}", "[{{#missing}}Found 'missing'!{{/missing}}]", "[]"},
    {"iterator, strings", "{\"list\":[\"a\",\"b\",\"c\"]}", "{{#list}}({{.}}){{/list}}",
     "(a)(b)(c)"},
    {"iterator, integers", "{\"list\":[1,2,3]}", "{{#list}}({{.}}){{/list}}", "(1)(2)(3)"},
    {"iterator, decimals", "{\"list\":[1.10,2.20,3.30]}", "{{#list}}({{.}}){{/list}}",
     "(1.1)(2.2)(3.3)"},
    {"iterator, lists", "{\"list\":[[1,2,3],[\"a\",\"b\"]]}",
     "{{#list}}({{#.}}{{.}}{{/.}}){{/list}}", "(123)(ab)"},
    {"iterator, escaped", "{\"list\":[\"&\",\"<\"]}", "{{#list}}({{.}}{{{.}}}{{&.}}){{/list}}",
     "(&amp;&&)(&lt;<<)"},
    {"iterator, at the root", "[{\"value\":\"a\"},{\"value\":\"b\"}]", "{{#.}}({{value}}){{/.}}",
     "(a)(b)"},
    {"dotted section", "{\"a\":{\"b\":{\"c\":true}}}", "{{#a.b.c}}Here{{/a.b.c}}", "Here"},
    {"dotted section, false", "{\"a\":{\"b\":{\"c\":false}}}", "[{{#a.b.c}}Here{{/a.b.c}}]", "[]"},
    {"dotted section, broken", "{\"a\":{}}", "[{{#a.b.c}}Here{{/a.b.c}}]", "[]"},
    {"surrounding space", "{\"boolean\":true}", " | {{#boolean}}\t|\t{{/boolean}} | \n",
     " | \t|\t | \n"},
    {"internal space", "{\"boolean\":true}",
     " | {{#boolean}} {{! Important Whitespace }}\n {{/boolean}} | \n", " |  \n  | \n"},
    {"indented inline", "{\"boolean\":true}",
     " {{#boolean}}YES{{/boolean}}\n {{#boolean}}GOOD{{/boolean}}\n", " YES\n GOOD\n"},
    {"standalone lines", "{\"boolean\":true}",
     "| This Is\n{{#boolean}}\n|\n{{/boolean}}\n| A Line\n", "| This Is\n|\n| A Line\n"},
    {"indented standalone lines", "{\"boolean\":true}",
     "| This Is\n  {{#boolean}}\n|\n  {{/boolean}}\n| A Line\n", "| This Is\n|\n| A Line\n"},
    {"standalone, CRLF", "{\"boolean\":true}", "|\r\n{{#boolean}}\r\n{{/boolean}}\r\n|", "|\r\n|"},
    {"standalone, no line before", "{\"boolean\":true}", "  {{#boolean}}\n#{{/boolean}}\n/",
     "#\n/"},
    {"standalone, no newline", "{\"boolean\":true}", "#{{#boolean}}\n/\n  {{/boolean}}", "#\n/\n"},
    {"padding", "{\"boolean\":true}", "|{{# boolean }}={{/ boolean }}|", "|=|"},
    /* inverted sections */
    {"inverted, falsey", "{\"boolean\":false}", "[{{^boolean}}This.{{/boolean}}]", "[This.]"},
    {"inverted, truthy", "{\"boolean\":true}", "[{{^boolean}}This.{{/boolean}}]", "[]"},
    {"inverted, null", "{\"null\":null}", "[{{^null}}This.{{/null}}]", "[This.]"},
    {"inverted, context", "{\"context\":{\"name\":\"Joe\"}}",
     "[{{^context}}Hi {{name}}.{{/context}}]", "[]"},
    {"inverted, list", "{\"list\":[{\"n\":1}]}", "[{{^list}}{{n}}{{/list}}]", "[]"},
    {"inverted, empty list", "{\"list\":[]}", "[{{^list}}Yay lists!{{/list}}]", "[Yay lists!]"},
    {"inverted, doubled", "{\"bool\":false,\"two\":\"second\"}",
     "{{^bool}}\n* first\n{{/bool}}\n* {{two}}\n{{^bool}}\n* third\n{{/bool}}\n",
     "* first\n* second\n* third\n"},
    {"inverted, nested", "{\"bool\":false}", "| A {{^bool}}B {{^bool}}C{{/bool}} D{{/bool}} E |",
     "| A B C D E |"},
    {"inverted, nested, true", "{\"bool\":true}",
     "| A {{^bool}}B {{^bool}}C{{/bool}} D{{/bool}} E |", "| A  E |"},
    {"inverted, a miss", "{}", "[{{^missing}}Cannot find key 'missing'!{{/missing}}]",
     "[Cannot find key 'missing'!]"},
    {"inverted, dotted", "{\"a\":{\"b\":{\"c\":true}}}", "[{{^a.b.c}}Not Here{{/a.b.c}}]", "[]"},
    {"inverted, dotted, broken", "{\"a\":{}}", "[{{^a.b.c}}Not Here{{/a.b.c}}]", "[Not Here]"},
    {"inverted, standalone", "{\"boolean\":false}",
     "| This Is\n {{^boolean}}\n|\n{{/boolean}}\n| A Line\n", "| This Is\n|\n| A Line\n"},
    {"inverted, CRLF", "{\"boolean\":false}", "|\r\n{{^boolean}}\r\n{{/boolean}}\r\n|", "|\r\n|"},
    /* comments */
    {"comment, inline", "{}", "12345{{! Comment Block! }}67890", "1234567890"},
    {"comment, of lines", "{}", "12345{{!\n  This is a\n  multi-line comment...\n}}67890",
     "1234567890"},
    {"comment, standalone", "{}", "Begin.\n{{! Comment Block! }}\nEnd.\n", "Begin.\nEnd.\n"},
    {"comment, indented", "{}", "Begin.\n  {{! Indented }}\nEnd.\n", "Begin.\nEnd.\n"},
    {"comment, CRLF", "{}", "|\r\n{{! Standalone Comment }}\r\n|", "|\r\n|"},
    {"comment, no line before", "{}", "  {{! I'm Still Standalone }}\n!", "!"},
    {"comment, no newline", "{}", "!\n  {{! I'm Still Standalone }}", "!\n"},
    {"comment, of lines, standalone", "{}", "Begin.\n{{!\nSomething's going on here...\n}}\nEnd.\n",
     "Begin.\nEnd.\n"},
    {"comment, indented inline", "{}", "  12 {{! 34 }}\n", "  12 \n"},
    {"comment, space around", "{}", "12345 {{! Comment Block! }} 67890", "12345  67890"},
    {"a comment's name is no variable", "{\"! c\":1,\"!c\":2}", "[{{! c}}]", "[]"},
    /* delimiters */
    {"delimiters, a pair", "{\"text\":\"Hey!\"}", "{{=<% %>=}}(<%text%>)", "(Hey!)"},
    {"delimiters, special characters", "{\"text\":\"It worked!\"}", "({{=[ ]=}}[text])",
     "(It worked!)"},
    {"delimiters, in sections", "{\"section\":true,\"data\":\"I got interpolated.\"}",
     "[\n{{#section}}\n  {{data}}\n  |data|\n{{/section}}\n\n{{= | | =}}\n|#section|\n  {{data}}\n"
     "  |data|\n|/section|\n]\n",
     "[\n  I got interpolated.\n  |data|\n\n  {{data}}\n  I got interpolated.\n]\n"},
    {"delimiters, space around", "{}", "| {{=@ @=}} |", "|  |"},
    {"delimiters, inline", "{}", " | {{=@ @=}}\n", " | \n"},
    {"delimiters, standalone", "{}", "Begin.\n{{=@ @=}}\nEnd.\n", "Begin.\nEnd.\n"},
    {"delimiters, CRLF", "{}", "|\r\n{{= @ @ =}}\r\n|", "|\r\n|"},
    {"delimiters, padding", "{}", "|{{= @   @ =}}|", "||"},
    /* what Particle's reference shows */
    {"an element of a list", "{\"c\":[{\"ca\":\"first\"},{\"ca\":\"second\",\"cb\":456}]}",
     "{{{c.0.ca}}} {{{c.1.cb}}}", "first 456"},
    {"an element that is not there", "{\"c\":[1]}", "[{{c.1}}{{c.x}}{{c.99999999999}}]", "[]"},
    {"a value or a word", "{\"b\":\"xxx\"}",
     "{{#b}}{{{b}}}{{/b}}{{^b}}Missing{{/b}} {{#z}}{{{z}}}{{/z}}{{^z}}Missing{{/z}}",
     "xxx Missing"},
    {"elements", "{\"c\":[{\"ca\":\"first\"},{\"ca\":\"second\"}]}", "{{#c}}{{{ca}}}~{{/c}}",
     "first~second~"},
    /* as mustache.js has it */
    {"true and false", "{\"t\":true,\"f\":false}", "{{t}} {{f}}", "true false"},
    {"an object as text", "{\"o\":{\"a\":1}}", "{{o}}", "[object Object]"},
    {"a list as text", "{\"l\":[1,\"a\",null,[2,3],{}]}", "{{l}}", "1,a,,2,3,[object Object]"},
    {"0 and the empty string are false", "{\"n\":0,\"s\":\"\"}", "[{{#n}}n{{/n}}{{#s}}s{{/s}}]",
     "[]"},
    {"a partial is nothing", "{\"a\":1}", "[{{>a}}]", "[]"},
    /* odd, and right */
    {"braces", "{\"a\":1}", "{ {a} } {{a}}} {", "{ {a} } 1} {"},
    {"an empty name", "{\"\":\"x\"}", "[{{}}]", "[]"},
    {"no data", "null", "[{{a}}]", "[]"},
    {"UTF-8", "{\"ü\":\"ñ\"}", "→{{ü}}←", "→ñ←"},
    {"a large number", "{\"n\":123456789012}", "{{n}}", "123456789012"},
    {"a negative number", "{\"n\":-104.984703}", "{{n}}", "-104.984703"},
    /* mistakes */
    {"a tag that is not closed", "{}", "a {{b", NULL, "a tag is not closed"},
    {"a triple that is not closed", "{}", "{{{b}}", NULL, "a tag is not closed"},
    {"a section that is not closed", "{}", "{{#a}}x", NULL, "a section is not closed"},
    {"a section that is closed by another", "{}", "{{#a}}{{#b}}{{/a}}{{/b}}", NULL,
     "a section is not closed"},
    {"an end without a section", "{}", "x{{/a}}", NULL, "a section ends that was not opened"},
    {"one delimiter", "{}", "{{=<%=}}", NULL, "bad delimiters"},
    {"no delimiters", "{}", "{{==}}", NULL, "bad delimiters"},
    {"an equals sign as delimiter", "{}", "{{== ==}}", NULL, "bad delimiters"},
    {"long delimiters", "{}", "{{=<<<<<<<<<<<<<<<<<<<< >=}}", NULL, "bad delimiters"},
};

static char *render_dup(const char *template, const char *data, size_t max, const char **ret_error)
{
    cJSON *context = cJSON_Parse(data);
    const cJSON *stack[] = {NULL, context};
    size_t steps = STEPS;
    struct buf out;
    buf_init(&out, max);
    ck_assert_msg(context, "%s", data);
    bool good = mustache_render(template, stack, 2, &steps, &out, ret_error);
    char *text = good ? buf_take(&out) : NULL;
    buf_free(&out);
    cJSON_Delete(context);
    return text;
}

START_TEST(test_case)
{
    const struct mustache_case *row = &cases[_i];
    const char *error = NULL;
    char *text = render_dup(row->template, row->data, 65536, &error);
    if (row->rendered) {
        ck_assert_msg(!error, "%s: %s", row->name, error);
        ck_assert_msg(text && strcmp(text, row->rendered) == 0, "%s: got \"%s\", expected \"%s\"",
                      row->name, text, row->rendered);
    } else {
        ck_assert_msg(error && strcmp(error, row->error) == 0, "%s: %s", row->name, error);
    }
    free(text);
}
END_TEST

/* `text`, so many times. */
static char *times_dup(const char *text, int times, struct buf *buf)
{
    buf_init(buf, 16u << 20);
    for (int i = 0; i < times; i++)
        buf_add_str(buf, text);
    return buf_take(buf);
}

static void refused(const char *template, const char *data, size_t max, const char *why)
{
    const char *error = NULL;
    ck_assert_ptr_null(render_dup(template, data, max, &error));
    ck_assert_ptr_nonnull(error);
    ck_assert_str_eq(error, why);
}

START_TEST(test_limits)
{
    struct buf buf;
    char *text = times_dup("{{#a}}", MUSTACHE_DEPTH + 1, &buf);
    refused(text, "{}", 100, "sections are nested too deep");
    free(text);
    text = times_dup("{{a}} ", MUSTACHE_TAGS * 2, &buf);
    refused(text, "{}", 1000000, "too many tags");
    free(text);
    refused("{{a}}{{a}}", "{\"a\":\"12345678\"}", 12, "there is too much to render");
    char *list = times_dup("1,", 999, &buf);
    char *data = malloc(strlen(list) + 16);
    ck_assert_ptr_nonnull(data);
    strcpy(stpcpy(stpcpy(data, "{\"l\":["), list), "1]}");
    /* 1,000 times 1,000 times 1,000 */
    refused("{{#l}}{{#l}}{{#l}}x{{/l}}{{/l}}{{/l}}", data, 2u << 30, "there is too much to render");
    free(data);
    free(list);
}
END_TEST

START_TEST(test_stack)
{
    cJSON *outer = cJSON_Parse("{\"a\":\"outer\",\"b\":\"outer\"}");
    cJSON *inner = cJSON_Parse("{\"b\":\"inner\"}");
    const cJSON *stack[] = {outer, NULL, inner};
    const char *error = NULL;
    size_t steps = STEPS;
    struct buf out;
    buf_init(&out, 100);
    ck_assert(mustache_render("{{a}} {{b}}", stack, 3, &steps, &out, &error));
    ck_assert_str_eq(buf_str(&out), "outer inner");
    buf_clear(&out);
    ck_assert(mustache_render("[{{a}}{{.}}]", NULL, 0, &steps, &out, &error));
    ck_assert_str_eq(buf_str(&out), "[]");
    ck_assert_uint_eq(steps, STEPS - 10); /* 3 pieces and 3 keys, then 4 pieces */
    buf_free(&out);
    cJSON_Delete(outer);
    cJSON_Delete(inner);
}
END_TEST

Suite *test_cloud_mustache(void)
{
    Suite *suite = suite_create("mustache");
    TCase *tcase = tcase_create("mustache");
    tcase_add_loop_test(tcase, test_case, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tcase, test_limits);
    tcase_add_test(tcase, test_stack);
    suite_add_tcase(suite, tcase);
    return suite;
}
