// The GitHub Action and the GitLab template, by running their steps in a clean folder with the environment that those systems
// set: what is installed, what a failure tells, what is left to be kept.
//
//     node recipes.js MOCKCLOUD
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import YAML from 'yaml';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const program = resolve(process.argv[2]);
const load = (name) => YAML.parse(readFileSync(join(root, name), 'utf8'));

let passed = 0;
let failed = 0;
function ok(text, good, shown = '') {
  if (good) passed++;
  else {
    failed++;
    console.log(`FAILED ${text}\n${shown}`);
  }
}

const top = mkdtempSync(join(tmpdir(), 'recipes-'));

// A tarball as scripts/package makes it, as far as the recipes know.
mkdirSync(join(top, 'mockcloud-0-linux/bin'), { recursive: true });
cpSync(program, join(top, 'mockcloud-0-linux/bin/mockcloud'));
spawnSync('tar', ['-C', top, '-czf', join(top, 'mockcloud.tar.gz'), 'mockcloud-0-linux']);

const WRONG = 'scenario: it is online\nworld: {devices: [{as: pump, state: off}]}\nsteps:\n  - expect: {device: pump, state: online}\n';
const RIGHT = 'scenario: it is off\nworld: {devices: [{as: pump, state: off}]}\nsteps:\n  - expect: {device: pump, state: off}\n';

let workspaces = 0;
function workspace(scenario) {
  const folder = join(top, `workspace-${workspaces++}`);
  mkdirSync(join(folder, 'scenarios'), { recursive: true });
  cpSync(join(top, 'mockcloud.tar.gz'), join(folder, 'mockcloud.tar.gz'));
  writeFileSync(join(folder, 'scenarios/pump.yaml'), scenario);
  writeFileSync(join(folder, 'world.yaml'), 'devices: [{as: pump, state: off}]\n');
  return folder;
}

// ---- GitHub ----

const action = load('action.yml');

// ${{ inputs.x }} as the runner fills it in; of conditions, the two forms that stand there.
const filled = (text, inputs) => String(text).replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, name) => inputs[name]);
function holds(condition, inputs, failing) {
  if (!condition) return !failing;
  if (condition === 'failure()') return failing;
  const [, name] = /^inputs\.(\w+) != ''$/.exec(condition);
  return !failing && inputs[name] !== '';
}

function github(scenario, given) {
  const folder = workspace(scenario);
  const file = (name) => join(folder, '..', `${name}-${workspaces}`);
  const inputs = { ...Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default])), ...given };
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin', HOME: folder, CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: file('temp'), GITHUB_PATH: file('path'), GITHUB_STEP_SUMMARY: file('summary'),
  };
  writeFileSync(env.GITHUB_PATH, '');
  writeFileSync(env.GITHUB_STEP_SUMMARY, '');
  let failing = false;
  const result = { output: '', names: [], folder };
  for (const step of action.runs.steps) {
    if (!holds(step.if, inputs, failing)) continue;
    result.names.push(step.name);
    if (step.uses) {
      result.kept = filled(step.with.path, inputs);
      continue;
    }
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value, inputs)]));
    const paths = readFileSync(env.GITHUB_PATH, 'utf8').split('\n').filter(Boolean).reverse();
    const run = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      cwd: folder, encoding: 'utf8', env: { ...env, ...own, PATH: [...paths, env.PATH].join(delimiter) },
    });
    result.output += run.stdout + run.stderr;
    failing ||= run.status !== 0;
  }
  return { ...result, failing, summary: readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8') };
}

// ---- GitLab ----

function gitlab(scenario, script) {
  const folder = workspace(scenario);
  const template = load('scripts/ci/gitlab-template.yml');
  const job = { ...template['.mockcloud'], ...template['mockcloud scenarios'], ...(script && { script }) };
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: folder, CI: 'true', GITLAB_CI: 'true', CI_PROJECT_DIR: folder, ...job.variables };
  // One shell for all lines, as the runner does it.
  const lines = ['set -eo pipefail', ...job.before_script, ...job.script].join('\n');
  const { status, stdout, stderr } = spawnSync('bash', ['-c', lines], { cwd: folder, env, encoding: 'utf8' });
  return { status, output: stdout + stderr, folder, job };
}

try {
  const command = 'curl -sf --noproxy "*" "$MOCKCLOUD_CONTROL/devices"';
  let run = github(RIGHT, { package: 'mockcloud.tar.gz', scenarios: 'scenarios', command, world: 'world.yaml' });
  ok('GitHub: it passes', !run.failing && /1 passed/.test(run.output) && /"pump"/.test(run.output), run.output);
  ok('GitHub: it kept nothing', run.kept === undefined, run.names.join());
  ok('GitHub: the summary tells', /1 passed/.test(run.summary), run.summary);
  run = github(WRONG, { package: 'mockcloud.tar.gz', scenarios: 'scenarios', command });
  ok('GitHub: it fails, and runs no further', run.failing && !run.names.includes('Run the command'), run.names.join());
  ok('GitHub: the line is annotated', /^::error file=scenarios\/pump\.yaml,line=4/m.test(run.output), run.output);
  ok('GitHub: the summary says why', /it is online/.test(run.summary), run.summary);
  const left = (folder) => readdirSync(folder, { recursive: true }).join('\n');
  ok('GitHub: what is kept is there', /verdict\.json/.test(left(join(run.folder, run.kept))), run.kept);
  run = github(RIGHT, { package: 'mockcloud.tar.gz', command: 'false' });
  ok('GitHub: a command that fails', run.failing && run.names.at(-1) === 'Keep what failed', run.output);
  run = github(RIGHT, { package: 'nowhere.tar.gz', scenarios: 'scenarios' });
  ok('GitHub: a package that is not there', run.failing && !run.names.includes('Play scenarios'), run.output);
  ok('GitHub: each input has a description', Object.values(action.inputs).every((input) => input.description));

  let job = gitlab(RIGHT);
  ok('GitLab: it passes', job.status === 0 && /1 passed/.test(job.output), job.output);
  const report = join(job.folder, job.job.artifacts.reports.junit);
  ok('GitLab: the report is where it is said to be', existsSync(report) && /tests="1"/.test(readFileSync(report, 'utf8')), job.output);
  job = gitlab(WRONG);
  ok('GitLab: it fails', job.status === 1, job.output);
  ok('GitLab: what is kept is there', /verdict\.json/.test(left(join(job.folder, job.job.artifacts.paths[0]))));
  job = gitlab(RIGHT, ['mockcloud exec --world world.yaml --output mockcloud-output -- sh -c \'test -n "$MOCKCLOUD_DEVICE_PUMP"\'']);
  ok('GitLab: a command', job.status === 0, job.output);
} finally {
  rmSync(top, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
